//! The contract of the store, and that what was confirmed survives a kill.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use pbx::directory::SubscriberId;
use pbx_api::{
    CallId, CallRecord, CompanyId, Contact, ContactCard, Direction, LegId, LegRecord, LogEntry, LogList,
    MoveRecord, Moved, Notice, Outcome, Party, Payer, Timestamp,
};
use pbx_server::company::{CompanyData, differences};
use pbx_server::company_file;
use pbx_server::sound::Upload;
use pbx_server::store::sqlite::SqliteStore;
use pbx_server::store::{
    CallQuery, InvitationRow, Kind, NOTICES, PlatformAccount, RunningRow, SessionOwner, SessionRow, Store,
    StoreError, Write,
};

const COMPANY: CompanyId = CompanyId(1);
/// Names the database to the process that is going to be killed.
const DATABASE: &str = "BALIE_TEST_KILLED_DATABASE";

#[tokio::test]
async fn a_company_comes_back_as_it_was_written() {
    let (store, _folder) = store().await;
    let company = company();

    store.write(differences(None, &company)).await.unwrap();

    assert_eq!(store.companies().await.unwrap(), [company]);
}

#[tokio::test]
async fn a_change_writes_only_what_differs_and_comes_back() {
    let (store, _folder) = store().await;
    let old = company();
    store.write(differences(None, &old)).await.unwrap();
    let mut new = old.clone();
    let bert = new.subscriber_named("bert").unwrap().id;
    new.subscriber_mut(bert).unwrap().name = "Bert de Boer".to_owned();
    new.devices.pop_last();

    let writes = differences(Some(&old), &new);
    store.write(writes.clone()).await.unwrap();

    assert_eq!(writes.len(), 2, "{writes:?}");
    assert_eq!(store.companies().await.unwrap(), [new]);
}

#[tokio::test]
async fn rows_of_one_write_are_stored_together_or_not_at_all() {
    let (store, _folder) = store().await;
    store.write(differences(None, &company())).await.unwrap();
    let mut twin = company();
    twin.id = CompanyId(2);
    let mut writes = vec![call(1)];
    writes.extend(differences(None, &twin));

    let result = store.write(writes).await;

    assert!(matches!(result, Err(StoreError::Taken(_))), "{result:?}");
    assert_eq!(store.calls(COMPANY, page(10)).await.unwrap(), []);
    assert_eq!(store.companies().await.unwrap().len(), 1);
}

#[tokio::test]
async fn many_who_write_at_once_are_all_answered() {
    let (store, _folder) = store().await;
    let writers = (1..=500).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.write(vec![call(n)]).await })
    });

    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }

    assert_eq!(store.calls(COMPANY, page(1000)).await.unwrap().len(), 500);
    assert_eq!(store.last_call(COMPANY).await.unwrap(), Some(CallId(500)));
}

#[tokio::test]
async fn a_call_that_runs_is_kept_until_its_record_comes() {
    let (store, _folder) = store().await;
    let row = |n| {
        let Write::AddCall { company, record, log } = call(n) else { panic!("no call {n}") };
        RunningRow { company, record: *record, log }
    };
    let put = |n| Write::PutRunning(Box::new(row(n)));

    store.write(vec![put(1), put(2), put(3), put(2), Write::Alive(Timestamp(9))]).await.unwrap();
    store.write(vec![call(1), call(3)]).await.unwrap();

    assert_eq!(store.running().await.unwrap(), [row(2)]);
    assert_eq!(store.alive().await.unwrap(), Some(Timestamp(9)));
    store.write(vec![put(7)]).await.unwrap();
    assert_eq!(store.last_call(COMPANY).await.unwrap(), Some(CallId(7)), "its number is taken");
    assert_eq!(store.calls(COMPANY, page(9)).await.unwrap().len(), 2, "it is no record yet");
}

#[tokio::test]
async fn calls_are_read_newest_first_page_by_page_and_by_user() {
    let (store, _folder) = store().await;
    store.write((1..=5).map(call).collect()).await.unwrap();
    let numbers = async |query| -> Vec<u64> {
        store.calls(COMPANY, query).await.unwrap().iter().map(|record| record.call.0).collect()
    };

    assert_eq!(numbers(page(2)).await, [5, 4]);
    assert_eq!(numbers(CallQuery { before: Some(CallId(4)), ..page(2) }).await, [3, 2]);
    assert_eq!(numbers(CallQuery { subscriber: Some(SubscriberId(1)), ..page(9) }).await, [5, 3, 1]);
    let missed = store.log(COMPANY, SubscriberId(1), LogList::Missed, 2).await.unwrap();
    assert_eq!(missed.iter().map(|line| line.call.0).collect::<Vec<_>>(), [5, 3]);
    assert_eq!(store.calls(CompanyId(2), page(9)).await.unwrap(), []);
}

#[tokio::test]
async fn sessions_accounts_and_memory_are_kept_and_forgotten() {
    let (store, _folder) = store().await;
    store.write(differences(None, &company())).await.unwrap();
    let session = |n: u8, owner: SessionOwner, expires| SessionRow {
        token_hash: [n; 32],
        owner,
        expires: Timestamp(expires),
    };
    let (root, anna) =
        (SessionOwner::Platform("root".to_owned()), SessionOwner::Subscriber(COMPANY, SubscriberId(7)));
    let account = PlatformAccount { name: "root".to_owned(), password_hash: "x".to_owned() };
    store
        .write(vec![
            Write::PutPlatformAccount(account.clone()),
            Write::PutSession(session(1, root.clone(), 100)),
            Write::PutSession(session(2, anna.clone(), 100)),
            Write::PutSession(session(3, anna.clone(), 50)),
            Write::PutMemory { company: COMPANY, subscriber: SubscriberId(7), remembered: "{}".to_owned() },
        ])
        .await
        .unwrap();

    assert_eq!(store.platform_account("root").await.unwrap(), Some(account));
    assert_eq!(store.platform_accounts().await.unwrap(), 1);
    assert_eq!(store.sessions(Timestamp(60)).await.unwrap().len(), 2);
    assert_eq!(store.memory(COMPANY).await.unwrap(), [(SubscriberId(7), "{}".to_owned())]);

    store.write(vec![Write::ForgetSessions(Timestamp(60)), Write::RemoveSessionsOf(root)]).await.unwrap();
    let prolonged = [2, 3].map(|n| Write::ProlongSession([n; 32], Timestamp(200)));
    store.write(prolonged.to_vec()).await.unwrap();
    assert_eq!(
        store.sessions(Timestamp(0)).await.unwrap(),
        [session(2, anna, 200)],
        "what is gone stays gone"
    );
    store.write(vec![Write::RemoveCompany(COMPANY)]).await.unwrap();
    assert_eq!(store.sessions(Timestamp(0)).await.unwrap(), []);
    assert_eq!(store.memory(COMPANY).await.unwrap(), []);
}

#[tokio::test]
async fn contacts_are_their_user_s_and_go_with_the_user() {
    let (store, _folder) = store().await;
    let company = company();
    store.write(differences(None, &company)).await.unwrap();
    let [anna, bert] = [0, 1].map(|at| company.records.subscribers[at].id);
    let contact = |id: &str, name: &str| Contact {
        id: id.to_owned(),
        card: ContactCard { name: name.to_owned(), ..ContactCard::default() },
    };
    let put = |subscriber, contact: &Contact| Write::PutContact {
        company: COMPANY,
        subscriber,
        contact: contact.clone(),
    };
    let (vera, joost) = (contact("a", "Vera"), contact("b", "Joost"));
    store.write(vec![put(anna, &vera), put(anna, &joost), put(bert, &vera)]).await.unwrap();

    let changed = contact("a", "Vera de Wit");
    let gone = Write::RemoveContact { company: COMPANY, subscriber: anna, id: "b".to_owned() };
    store.write(vec![put(anna, &changed), gone]).await.unwrap();

    assert_eq!(store.contacts(COMPANY, anna).await.unwrap(), [changed]);
    assert_eq!(store.contacts(COMPANY, bert).await.unwrap(), [vera]);
    assert_eq!(store.contact_count(COMPANY, anna).await.unwrap(), 1);
    let mut known = Vec::new();
    for (who, id) in [(anna, "a"), (anna, "b"), (bert, "a"), (bert, "b")] {
        known.push(store.has_contact(COMPANY, who, id).await.unwrap());
    }
    assert_eq!(known, [true, false, true, false]);
    store.write(vec![Write::Remove { company: COMPANY, kind: Kind::Subscriber, id: anna.0 }]).await.unwrap();
    assert_eq!(store.contacts(COMPANY, anna).await.unwrap(), []);
    assert_eq!(store.contact_count(COMPANY, anna).await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_is_changed_keeps_contacts_notices_and_invitation() {
    let (store, _folder) = store().await;
    let company = company();
    store.write(differences(None, &company)).await.unwrap();
    let anna = company.records.subscribers[0].id;
    let contact = Contact { id: "a".to_owned(), card: ContactCard::default() };
    let notice = Notice {
        call: CallId(1),
        subscriber: pbx_api::SubscriberId(anna.0),
        at: Timestamp(7),
        to: "anna@molen.example".to_owned(),
        subject: "Oproep".to_owned(),
        body: String::new(),
    };
    let invitation =
        InvitationRow { token_hash: [7; 32], company: COMPANY, subscriber: anna, expires: Timestamp(9) };
    let own = vec![
        Write::PutContact { company: COMPANY, subscriber: anna, contact: contact.clone() },
        Write::AddNotice { company: COMPANY, notice: notice.clone() },
        Write::PutInvitation(invitation.clone()),
    ];
    store.write(own).await.unwrap();

    let mut changed = company.clone();
    changed.records.subscribers[0].name = "Anna de Wit".to_owned();
    store.write(differences(Some(&company), &changed)).await.unwrap();

    assert_eq!(store.companies().await.unwrap()[0].records.subscribers[0].name, "Anna de Wit");
    assert_eq!(store.contacts(COMPANY, anna).await.unwrap(), [contact]);
    assert_eq!(store.notices(COMPANY, anna, 9).await.unwrap(), [notice]);
    assert_eq!(store.invitation([7; 32]).await.unwrap(), Some(invitation));
}

#[tokio::test]
async fn of_each_call_and_user_there_is_one_notice_and_the_newest_stay() {
    let (store, _folder) = store().await;
    let company = company();
    store.write(differences(None, &company)).await.unwrap();
    let [anna, bert] = [0, 1].map(|at| company.records.subscribers[at].id);
    let notice = |who: SubscriberId, call: u64, subject: &str| Notice {
        call: CallId(call),
        subscriber: pbx_api::SubscriberId(who.0),
        at: Timestamp(7),
        to: "anna@molen.example".to_owned(),
        subject: subject.to_owned(),
        body: String::new(),
    };
    let add = |notice: &Notice| Write::AddNotice { company: COMPANY, notice: notice.clone() };
    let many = u64::from(NOTICES) + 20;
    let rows = (1..=many).map(|call| add(&notice(anna, call, "one")));
    store.write(rows.collect()).await.unwrap();

    let again = [notice(anna, many, "two"), notice(bert, 1, "one"), notice(SubscriberId(99), 1, "nobody")];
    store.write(again.iter().map(add).collect()).await.unwrap();

    let kept = store.notices(COMPANY, anna, u32::MAX).await.unwrap();
    assert_eq!(u32::try_from(kept.len()).unwrap(), NOTICES);
    assert_eq!((&kept[0], kept.last().unwrap().call), (&notice(anna, many, "one"), CallId(21)));
    assert_eq!(store.notices(COMPANY, bert, 1).await.unwrap(), [notice(bert, 1, "one")]);
    assert_eq!(store.notices(COMPANY, SubscriberId(99), 1).await.unwrap(), []);
}

#[tokio::test]
async fn the_file_of_a_sound_stays_with_it_until_another_one_comes() {
    let (store, _folder) = store().await;
    let mut company = company();
    let sound = company.records.sounds[0].clone();
    company.uploads.insert(sound.id, Upload((*b"RIFF first").into()));
    store.write(differences(None, &company)).await.unwrap();
    let kept = async |sha256: &str| {
        let upload = store.upload(COMPANY, sound.id, sha256).await.unwrap();
        upload.map(|upload| upload.0.to_vec())
    };
    assert_eq!(kept(&sound.sha256).await.as_deref(), Some(&b"RIFF first"[..]));

    let mut renamed = company.clone();
    renamed.uploads.clear();
    renamed.records.sounds[0].name = "Anders".to_owned();
    let writes = differences(Some(&company), &renamed);
    assert_eq!(writes.len(), 1, "{writes:?}");
    store.write(writes).await.unwrap();
    assert!(kept(&sound.sha256).await.is_some(), "another name leaves the file");

    let mut replaced = renamed.clone();
    replaced.records.sounds[0].sha256 = "another".to_owned();
    replaced.uploads.insert(sound.id, Upload((*b"RIFF second").into()));
    store.write(differences(Some(&renamed), &replaced)).await.unwrap();
    assert_eq!(kept(&sound.sha256).await, None);
    assert_eq!(kept("another").await.as_deref(), Some(&b"RIFF second"[..]));

    replaced.uploads.clear();
    assert_eq!(store.companies().await.unwrap(), [replaced]);
    let kind = Kind::Sound;
    store.write(vec![Write::Remove { company: COMPANY, kind, id: sound.id.0 }]).await.unwrap();
    assert_eq!(kept("another").await, None);
}

#[tokio::test]
async fn the_number_of_a_company_is_never_given_out_again() {
    let (store, _folder) = store().await;
    assert_eq!(store.new_company_id().await.unwrap(), COMPANY);
    store.write(differences(None, &company())).await.unwrap();

    store.write(vec![Write::RemoveCompany(COMPANY)]).await.unwrap();

    assert_eq!(store.new_company_id().await.unwrap(), CompanyId(2));
    assert_eq!(store.companies().await.unwrap(), []);
}

#[tokio::test]
async fn a_store_that_is_closed_refuses_and_what_was_written_is_there() {
    let (store, folder) = store().await;
    store.write(vec![call(1)]).await.unwrap();

    store.close().await;

    assert!(matches!(store.write(vec![call(2)]).await, Err(StoreError::Unavailable(_))));
    assert!(!folder.path().join("balie.sqlite-wal").exists(), "the log is folded into the database");
    let again = open(&folder.path().join("balie.sqlite")).await;
    assert_eq!(again.last_call(COMPANY).await.unwrap(), Some(CallId(1)));
}

#[tokio::test]
async fn ten_thousand_users_are_written_and_read_within_seconds() {
    let mut company = company_file::read(include_str!("../../../tests/bench/company.toml"), None).unwrap();
    company.id = COMPANY;
    let (store, _folder) = store().await;

    let begin = Instant::now();
    store.write(differences(None, &company)).await.unwrap();
    let written = begin.elapsed();
    let loaded = store.companies().await.unwrap();
    let read = begin.elapsed() - written;

    assert_eq!(loaded, [company]);
    assert!(written.as_secs() < 10 && read.as_secs() < 5, "written in {written:?}, read in {read:?}");
}

/// Ten times a process that writes is killed at a moment of its own choosing by the writes it
/// confirmed; each confirmed call must be there, and none may be there without those before it.
#[tokio::test]
async fn what_was_confirmed_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("balie.sqlite");
    let mut confirmed = 0;

    for round in 1..=10 {
        let until = confirmed + round * 3;
        confirmed = kill_after(&path, until);
        let store = open(&path).await;
        let calls = store.calls(COMPANY, page(10_000)).await.unwrap();
        let newest = calls.first().map_or(0, |record| record.call.0);
        assert!(newest >= confirmed, "round {round}: {confirmed} was confirmed, {newest} is there");
        assert_eq!(calls.len() as u64, newest, "round {round}: there are gaps");
        store.check().await.unwrap();
        store.close().await;
        confirmed = newest;
    }
}

/// Not a test by itself: what runs in the process that [`kill_after`] kills.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(path) = std::env::var_os(DATABASE) else { return };
    let store = open(Path::new(&path)).await;
    let last = store.last_call(COMPANY).await.unwrap().map_or(0, |call| call.0);
    for n in last + 1.. {
        store.write(vec![call(n)]).await.unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "confirmed {n}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts a process that writes calls, and kills it once it has confirmed number `until`. Returns
/// the last number that was confirmed before the end.
fn kill_after(path: &Path, until: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut confirmed = 0;
    for line in lines {
        let Some(number) = line.rsplit_once("confirmed ").and_then(|(_, number)| number.parse().ok()) else {
            continue;
        };
        confirmed = number;
        if confirmed == until {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    confirmed
}

async fn store() -> (Arc<SqliteStore>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("balie.sqlite")).await;
    (Arc::new(store), folder)
}

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).await.unwrap().0
}

fn company() -> CompanyData {
    let mut data = company_file::read(include_str!("company/small.toml"), None).unwrap();
    data.id = COMPANY;
    // Hashing a password is slow and is tested elsewhere.
    data.people.values_mut().for_each(|person| person.password_hash = Some("hash".to_owned()));
    // Once it is stored, the database alone has them.
    data.uploads.clear();
    data
}

const fn page(limit: u32) -> CallQuery {
    CallQuery { before: None, subscriber: None, limit }
}

/// A call; every odd one was missed by subscriber 1.
fn call(n: u64) -> Write {
    let at = Timestamp(i64::try_from(n).unwrap() * 1000);
    let leg = LegRecord {
        leg: LegId(n),
        party: Party::default(),
        direction: Direction::Incoming,
        started: at,
        answered: None,
        ended: at,
        outcome: Outcome::NoAnswer,
        payer: Payer::Nobody,
        cost: Some("0.05".to_owned()),
        call_type: None,
    };
    let record = CallRecord {
        call: CallId(n),
        caller: Party::default(),
        dialled: "201".to_owned(),
        started: at,
        answered: None,
        ended: at,
        outcome: Outcome::NoAnswer,
        legs: vec![leg],
        authorization: Some(7),
        note: String::new(),
        moves: vec![MoveRecord {
            at: Timestamp(1),
            by: pbx_api::SubscriberId(2),
            what: Moved::PickedUp,
            whom: pbx_api::SubscriberId(3),
        }],
        trace: vec!["rings".to_owned()],
    };
    let line = LogEntry {
        call: CallId(n),
        subscriber: pbx_api::SubscriberId(1),
        list: LogList::Missed,
        peer: Party::default(),
        number: "202".to_owned(),
        at,
        talked_s: 0,
        redirected_to: None,
    };
    let log = if n % 2 == 1 { vec![line] } else { Vec::new() };
    Write::AddCall { company: COMPANY, record: Box::new(record), log }
}

#[tokio::test]
async fn who_spoke_with_a_number_is_found_among_ten_thousand_calls_within_20_ms() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = SqliteStore::open(&folder.path().join("balie.sqlite")).await.unwrap();
    for thousand in 0..10_u64 {
        let numbered = |n: u64| {
            let mut write = call(n * 2 + 1);
            if let Write::AddCall { log, .. } = &mut write {
                log[0].peer.number = Some(format!("+3120{:07}", n % 50));
            }
            write
        };
        store.write((thousand * 1_000..(thousand + 1) * 1_000).map(numbered).collect()).await.unwrap();
    }
    store.spoke(COMPANY, "+31200000001", None, 200).await.unwrap();

    let began = Instant::now();
    let found = store.spoke(COMPANY, "+31200000007", None, 200).await.unwrap();
    let took = began.elapsed();

    assert_eq!(found.len(), 200);
    assert!(found.windows(2).all(|pair| pair[0].call > pair[1].call), "newest first");
    assert!(took < std::time::Duration::from_millis(20), "{took:?}");
}
