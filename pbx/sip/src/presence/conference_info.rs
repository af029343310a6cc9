//! Who is in a conference, as RFC 4575 `conference-info`: `application/conference-info+xml`.
//!
//! The first document of a watcher is whole, and so is the one after each refresh; between them it is told who came, who
//! left and what changed. Nobody is told more of a party than that party's telephone would show; a party who hides the
//! number is `anonymous`, with the number of the leg, so that two of them are two.

use std::collections::BTreeMap;
use std::fmt::Write;

use pbx::attempt::{Identity, Shown};
use pbx::call::{CallView, PartyState, PartyView};
use pbx::directory::SubscriberId;
use pbx::feature::CONFERENCE;
use pbx_api::{CallId, LegId};
use sip::endpoint::{Body, Content};

use super::xml::escape;
use crate::address;

/// The media type of the document.
const CONTENT_TYPE: &str = "application/conference-info+xml";

/// The user part of a conference's address.
pub(crate) fn user(call: CallId) -> String {
    format!("{CONFERENCE}-{call}")
}

/// The conference that has this user part.
pub(crate) fn named(user: &str) -> Option<CallId> {
    user.strip_prefix(CONFERENCE)?.strip_prefix('-')?.parse().ok()
}

/// What one watcher was told of a conference.
#[derive(Debug, Clone)]
pub(crate) struct Roster {
    call: CallId,
    entity: String,
    told: BTreeMap<LegId, Member>,
    version: u32,
}

/// A party as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    uri: String,
    name: Option<String>,
    status: &'static str,
    hears_only: bool,
    called: bool,
    steers: bool,
}

impl Roster {
    /// A watcher who was told nothing.
    pub(crate) const fn new(call: CallId, entity: String) -> Self {
        Self { call, entity, told: BTreeMap::new(), version: 0 }
    }

    /// Which conference.
    pub(crate) const fn call(&self) -> CallId {
        self.call
    }

    /// Everybody who is in it, as `who` may see them.
    pub(crate) fn whole(&mut self, view: &CallView, who: SubscriberId, domain: &str) -> Content {
        self.told = members(view, who, domain);
        let users: String = self.told.values().map(Member::render).collect();
        self.document("full", &format!("{}<users>{users}</users>", state(self.told.len())))
    }

    /// What is new; nothing when that is nothing.
    pub(crate) fn change(&mut self, view: &CallView, who: SubscriberId, domain: &str) -> Option<Content> {
        let now = members(view, who, domain);
        let gone = self.told.iter().filter(|(leg, _)| !now.contains_key(leg));
        let mut users: String = gone.map(|(_, member)| member.render_gone()).collect();
        let new = now.iter().filter(|(leg, member)| self.told.get(leg) != Some(member));
        users.extend(new.map(|(_, member)| member.render()));
        if users.is_empty() {
            return None;
        }
        self.told = now;
        let count = state(self.told.len());
        Some(self.document("partial", &format!("{count}<users state=\"partial\">{users}</users>")))
    }

    /// That the conference is over.
    pub(crate) fn over(&mut self) -> Content {
        self.document("deleted", "")
    }

    fn document(&mut self, state: &str, inside: &str) -> Content {
        let (entity, version) = (escape(&self.entity), self.version);
        self.version += 1;
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
             <conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" entity=\"{entity}\" \
             state=\"{state}\" version=\"{version}\">{inside}</conference-info>\r\n"
        );
        let body = Body { content_type: CONTENT_TYPE.to_owned(), bytes: text.into_bytes() };
        Content { headers: Vec::new(), body: Some(body) }
    }
}

fn state(count: usize) -> String {
    format!(
        "<conference-state><user-count>{count}</user-count><active>true</active><locked>false</locked>\
         </conference-state>"
    )
}

fn members(view: &CallView, who: SubscriberId, domain: &str) -> BTreeMap<LegId, Member> {
    let own = view.parties.iter().find(|party| party.party.subscriber == Some(who));
    let seen = |party: &PartyView| own.and_then(|own| own.sees.get(&party.leg));
    view.parties.iter().map(|party| (party.leg, Member::of(party, seen(party), who, domain))).collect()
}

impl Member {
    fn of(party: &PartyView, seen: Option<&Identity>, who: SubscriberId, domain: &str) -> Self {
        let own = party.party.subscriber == Some(who);
        let (uri, name) = if own { own_address(party, domain) } else { seen_address(party, seen, domain) };
        let status = match party.state {
            PartyState::Calling | PartyState::Waiting => "dialing-in",
            PartyState::Called => "dialing-out",
            PartyState::Ringing => "alerting",
            PartyState::Holding => "on-hold",
            PartyState::Talking | PartyState::Held if party.muted => "muted-via-focus",
            PartyState::Talking | PartyState::Held => "connected",
        };
        let called = party.direction == pbx::feature::Direction::Incoming;
        Self { uri, name, status, hears_only: party.muted, called, steers: party.controller }
    }

    fn render(&self) -> String {
        let uri = escape(&self.uri);
        let mut text = format!("<user entity=\"{uri}\" state=\"full\">");
        if let Some(name) = &self.name {
            write!(text, "<display-text>{}</display-text>", escape(name)).expect("a string takes everything");
        }
        if self.steers {
            text.push_str("<roles><entry>moderator</entry></roles>");
        }
        let joined = if self.called { "dialed-out" } else { "dialed-in" };
        let media = if self.hears_only { "recvonly" } else { "sendrecv" };
        write!(
            text,
            "<endpoint entity=\"{uri}\"><status>{}</status><joining-method>{joined}</joining-method>\
             <media id=\"1\"><type>audio</type><status>{media}</status></media></endpoint></user>",
            self.status
        )
        .expect("a string takes everything");
        text
    }

    fn render_gone(&self) -> String {
        format!("<user entity=\"{}\" state=\"deleted\"/>", escape(&self.uri))
    }
}

fn own_address(party: &PartyView, domain: &str) -> (String, Option<String>) {
    let extension = party.party.extension.map(pbx::directory::Number::Extension);
    let number = extension.or_else(|| party.party.number.map(pbx::directory::Number::International));
    let uri = number.map_or_else(|| anonymous(party.leg), |number| address::uri(number, domain).to_string());
    (uri, party.party.name.clone())
}

fn seen_address(party: &PartyView, seen: Option<&Identity>, domain: &str) -> (String, Option<String>) {
    match seen.map(|identity| &identity.shown) {
        Some(Shown::Number { number, name }) => (address::uri(*number, domain).to_string(), name.clone()),
        Some(Shown::Withheld | Shown::Unavailable | Shown::Unchanged) | None => (anonymous(party.leg), None),
    }
}

fn anonymous(leg: LegId) -> String {
    address::user(&format!("anonymous{leg}"), "anonymous.invalid").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use pbx::attempt::Party;
    use pbx::feature::Direction;

    const ANNA: SubscriberId = SubscriberId(1);
    const CONFERENCE_17: CallId = CallId(17);

    fn party(leg: u64, subscriber: Option<u32>, name: &str) -> PartyView {
        PartyView {
            leg: LegId(leg),
            party: Party {
                subscriber: subscriber.map(SubscriberId),
                name: Some(name.to_owned()),
                extension: subscriber.map(|id| format!("20{id}").parse().unwrap()),
                number: None,
                withheld: false,
                trunk: None,
                on_net: None,
            },
            device: None,
            sees: BTreeMap::new(),
            direction: if subscriber == Some(1) { Direction::Outgoing } else { Direction::Incoming },
            state: PartyState::Talking,
            muted: false,
            controller: subscriber == Some(1),
        }
    }

    fn view(parties: Vec<PartyView>) -> CallView {
        let mut view = CallView {
            call: CONFERENCE_17,
            version: 1,
            started: Timestamp::UNIX_EPOCH,
            answered: None,
            dialled: "conference".to_owned(),
            diversions: Vec::new(),
            emergency: false,
            parties,
            note: String::new(),
            transfer: None,
            conference: true,
            entering: false,
        };
        let seen = |party: &PartyView| Identity {
            shown: match party.party.extension {
                Some(extension) => Shown::Number {
                    number: pbx::directory::Number::Extension(extension),
                    name: party.party.name.clone(),
                },
                None => Shown::Withheld,
            },
            asserted: None,
        };
        let sees = view.parties.iter().skip(1).map(|party| (party.leg, seen(party))).collect();
        view.parties[0].sees = sees;
        view
    }

    fn body(content: Content) -> String {
        String::from_utf8(content.body.unwrap().bytes).unwrap()
    }

    fn roster() -> Roster {
        Roster::new(CONFERENCE_17, "sip:conference-17@x".to_owned())
    }

    #[test]
    fn the_first_document_tells_of_everybody() {
        let mut roster = roster();

        let text = body(roster.whole(
            &view(vec![party(1, Some(1), "Anna"), party(2, Some(2), "B. <P>")]),
            ANNA,
            "x",
        ));

        assert!(text.contains("entity=\"sip:conference-17@x\" state=\"full\" version=\"0\""));
        assert!(text.contains("<user-count>2</user-count>"));
        assert!(
            text.contains(
                "<user entity=\"sip:201@x\" state=\"full\"><display-text>Anna</display-text><roles>"
            )
        );
        assert!(text.contains("<display-text>B. &lt;P&gt;</display-text><endpoint entity=\"sip:202@x\">"));
    }

    #[test]
    fn later_ones_tell_what_changed_and_nothing_is_no_news() {
        let (anna, bert) = (party(1, Some(1), "Anna"), party(2, Some(2), "Bert"));
        let mut roster = roster();
        roster.whole(&view(vec![anna.clone(), bert.clone()]), ANNA, "x");

        assert!(roster.change(&view(vec![anna.clone(), bert.clone()]), ANNA, "x").is_none());
        let muted = PartyView { muted: true, ..bert };
        let text = body(roster.change(&view(vec![anna.clone(), muted]), ANNA, "x").unwrap());
        assert!(text.contains("state=\"partial\" version=\"1\"") && !text.contains("sip:201@x"));
        assert!(text.contains("<status>muted-via-focus</status>") && text.contains("recvonly"));
        let text = body(roster.change(&view(vec![anna]), ANNA, "x").unwrap());
        assert!(text.contains("<user entity=\"sip:202@x\" state=\"deleted\"/>"));
        assert!(text.contains("<user-count>1</user-count>"));
    }

    #[test]
    fn two_who_hide_their_numbers_are_two_of_whom_nothing_is_told() {
        let hidden = |leg| party(leg, None, "Geheim");
        let mut roster = roster();

        let text =
            body(roster.whole(&view(vec![party(1, Some(1), "Anna"), hidden(2), hidden(3)]), ANNA, "x"));

        assert!(
            text.contains("sip:anonymous2@anonymous.invalid")
                && text.contains("sip:anonymous3@anonymous.invalid")
        );
        assert!(!text.contains("Geheim"));
    }

    #[test]
    fn an_address_names_its_conference() {
        assert_eq!(named(&user(CONFERENCE_17)), Some(CONFERENCE_17));
        assert_eq!((named("conference"), named("conference-x"), named("17")), (None, None, None));
    }
}
