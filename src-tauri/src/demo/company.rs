//! The invented people: names of nobody, numbers in an area that does not exist.

use phone::view::{
    Account, AccountChoice, Authority, Colleague, Direction, Lamp, LampState, Moment, Party, Recent,
    RecentOutcome, Registration,
};

const MINUTE: u64 = 60_000;

/// Callers from outside, in the order in which they call.
pub(super) const CALLERS: [(&str, &str); 3] = [
    ("Bakkerij Jansen BV", "+31991234567"),
    ("Gemeente Delft", "+31992600000"),
    ("Drukkerij Oost", "+31995550112"),
];

const PEOPLE: [(&str, &str, &str, LampState, u64); 20] = [
    ("Bas Kuiper", "412", "Service", LampState::Available, 4),
    ("Sander Mulder", "433", "Verkoop", LampState::Busy, 6),
    ("Sandra Lee", "470", "HR", LampState::Meeting, 12),
    ("Susan Bakker", "409", "Inkoop", LampState::Forwarded, 40),
    ("Remco Bos", "418", "Techniek", LampState::OnHold, 1),
    ("Ilse Vermeer", "401", "Directie", LampState::DoNotDisturb, 25),
    ("Kim Post", "402", "Directie", LampState::WrapUp, 0),
    ("Joost Maas", "415", "Techniek", LampState::Available, 21),
    ("Fatima El Amrani", "455", "Finance", LampState::Available, 3),
    ("Peter Groen", "466", "Magazijn", LampState::Offline, 90),
    ("Lotte Prins", "422", "Service", LampState::Busy, 1),
    ("Dirk Hoekstra", "434", "Verkoop", LampState::Available, 33),
    ("Noor Aydin", "481", "Marketing", LampState::Meeting, 8),
    ("Wim Jonker", "436", "Verkoop", LampState::Available, 70),
    ("Eva Schouten", "425", "Service", LampState::Available, 2),
    ("Gijs de Boer", "417", "Techniek", LampState::Busy, 12),
    ("Hanna Kok", "456", "Finance", LampState::Available, 9),
    ("Milan Janssen", "427", "Service", LampState::Available, 15),
    ("Tessa Wolf", "472", "HR", LampState::Available, 2),
    ("Bas van Rijn", "467", "Magazijn", LampState::Offline, 30),
];

/// Everybody, as they are at `now`.
pub(super) fn colleagues(now: Moment) -> Vec<Colleague> {
    PEOPLE
        .map(|(name, extension, department, state, minutes)| {
            let mut lamp = Lamp::live(state, Moment(now.0.saturating_sub(minutes * MINUTE)));
            match state {
                LampState::Meeting => lamp.until = Some(now.plus(35 * MINUTE)),
                LampState::Forwarded => lamp.towards = Some("mobiel".to_owned()),
                LampState::Recall
                | LampState::Ringing
                | LampState::Busy
                | LampState::OnHold
                | LampState::WrapUp
                | LampState::DoNotDisturb
                | LampState::Available
                | LampState::Offline
                | LampState::Unknown => {}
            }
            Colleague {
                id: extension.to_owned(),
                name: name.to_owned(),
                extension: extension.to_owned(),
                department: department.to_owned(),
                dial: extension.to_owned(),
                lamp,
            }
        })
        .to_vec()
}

/// The person who signed in as `user`.
pub(super) fn account(user: &str, server: &str, now: Moment) -> Account {
    let (local, _) = user.split_once('@').unwrap_or((user, server));
    Account {
        id: user.to_owned(),
        name: if local == "sanne" { "Sanne de Wit".to_owned() } else { local.to_owned() },
        address: user.to_owned(),
        extension: Some("421".to_owned()),
        shown_number: Some("+31992000421".to_owned()),
        registration: Registration::Registered { since: now },
        do_not_disturb: false,
    }
}

/// The account as one that may be switched to.
pub(super) fn choice(account: &Account) -> AccountChoice {
    AccountChoice { id: account.id.clone(), name: account.name.clone(), address: account.address.clone() }
}

/// What the exchange at `server` shows at the first meeting.
pub(super) fn authority(server: &str) -> Authority {
    Authority {
        server: server.to_owned(),
        name: "Balie Centrale Demo".to_owned(),
        fingerprint: "7F3A91C04E22B8D65A0913FFC2D47E8896B1E05D3C7742AA18F6509BDE23C471".to_owned(),
        pinned_before: None,
    }
}

/// Calls of this morning.
pub(super) fn recents(now: Moment) -> Vec<Recent> {
    let [bakery, town, _] = CALLERS.map(|(name, number)| outside(name, number));
    let bas = Party {
        name: Some("Bas Kuiper".to_owned()),
        number: Some("412".to_owned()),
        colleague: Some("412".to_owned()),
    };
    let entries = [
        (Direction::Incoming, bakery, RecentOutcome::Missed, 15, Some("Algemeen")),
        (Direction::Outgoing, bas, RecentOutcome::Answered { seconds: 200 }, 27, None),
        (Direction::Incoming, town, RecentOutcome::Answered { seconds: 370 }, 95, Some("Algemeen")),
    ];
    entries
        .into_iter()
        .enumerate()
        .map(|(index, (direction, party, outcome, minutes, via))| Recent {
            id: format!("morning-{index}"),
            direction,
            party,
            outcome,
            at: Moment(now.0.saturating_sub(minutes * MINUTE)),
            via: via.map(str::to_owned),
        })
        .collect()
}

/// A party outside the company.
pub(super) fn outside(name: &str, number: &str) -> Party {
    Party { name: Some(name.to_owned()), number: Some(number.to_owned()), colleague: None }
}
