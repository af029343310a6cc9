//! The walls of the API: nothing without a token, nothing of another company, and nothing that is sent makes it fail.
//!
//! What is walked is the OpenAPI document itself, so that an address that is added is walked too.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use hyper::{Method, StatusCode};
use pbx_api::{
    CallId, CallRecord, CallView, Contact, ContactCard, Event, LogEntry, LogList, Notice, Outcome, Party,
    Presence, PresenceState, Registration, SubscriberId, Timestamp,
};
use pbx_server::store::Write;
use pbx_server::transfer;
use serde_json::{Value, json};

#[path = "support/exchange.rs"]
mod support;

use support::{Exchange, KeptConnection, talking};

/// Stands in everything that the other company has.
const MARK: &str = "kluis";
/// Begins every number of the other company.
const NUMBERS: &str = "+318888";
/// What is answered without a token.
const OPEN: [&str; 4] =
    ["/api/v1/sign-in", "/api/v1/invitations/accept", "/api/v1/health", "/api/v1/authority"];
/// What is about the account and not about a company, and what only the platform's administrators may.
const OF_NO_COMPANY: [&str; 6] = [
    "/api/v1/me",
    "/api/v1/me/password",
    "/api/v1/sign-out",
    "/api/v1/companies",
    "/api/v1/companies/import",
    "/api/v1/companies/{company}",
];

#[tokio::test]
async fn what_is_named_of_another_company_does_not_exist() {
    let (exchange, kluis) = with_another_company().await;
    let before = kluis.everything(&exchange).await;

    for who in ["anna@molen.example", "bert@molen.example"] {
        let token = exchange.sign_in(who).await;
        for operation in described(&exchange).await.iter().filter(|it| it.path.contains('{')) {
            let path = operation.at(|name| kluis.named(name));
            let (status, text) = operation.ask(&exchange, &token, &path, &kluis.number).await;

            let call_that_is_over = status == StatusCode::CONFLICT && text.contains("call_ended");
            let refused =
                matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) || call_that_is_over;
            assert!(refused, "{who} {} {path}: {status} {text}", operation.method);
            assert_says_nothing(&text, &operation.path);
        }
    }

    assert_eq!(kluis.everything(&exchange).await, before);
    assert!(exchange.asked.commands.lock().unwrap().iter().all(|(company, ..)| *company != kluis.company));
}

#[tokio::test]
async fn nobody_acts_in_another_company_by_naming_it() {
    let (exchange, kluis) = with_another_company().await;
    let before = kluis.everything(&exchange).await;

    for who in ["anna@molen.example", "bert@molen.example"] {
        let token = exchange.sign_in(who).await;
        let operations = described(&exchange).await;
        let of_a_company = |it: &&Operation| !it.is_open() && !OF_NO_COMPANY.contains(&it.path.as_str());
        for operation in operations.iter().filter(of_a_company) {
            let path = operation.at(|name| kluis.named(name));
            let path = format!("{path}?company={}&number=1&list=placed", kluis.company);
            let (status, text) = operation.ask(&exchange, &token, &path, &kluis.number).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{who} {} {path}: {text}", operation.method);
        }
        for path in ["/api/v1/companies", "/api/v1/companies/import"] {
            let operation = operations.iter().find(|it| it.path == path).unwrap();
            let (status, _) = operation.ask(&exchange, &token, path, &kluis.number).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{who} {path}");
        }
    }

    assert_eq!(kluis.everything(&exchange).await, before);
}

#[tokio::test]
async fn no_list_search_or_past_call_tells_of_another_company() {
    let (exchange, _) = with_another_company().await;

    for who in ["anna@molen.example", "bert@molen.example"] {
        let token = exchange.sign_in(who).await;
        for operation in described(&exchange).await.iter().filter(|it| it.method == Method::GET) {
            let path = operation.at(|_| "0".to_owned());
            for query in ["", "?list=placed", "?list=received", "?query=kluis", "?number=%2B31888800001"] {
                let (_, text) = operation.ask(&exchange, &token, &format!("{path}{query}"), "").await;
                assert_says_nothing(&text, &format!("{who} {path}{query}"));
            }
        }
    }

    let anna = exchange.sign_in("anna@molen.example").await;
    for (path, nothing) in [
        ("/api/v1/users?query=kluis", json!([])),
        ("/api/v1/calls", json!([])),
        ("/api/v1/presence", json!([])),
        ("/api/v1/call-records", json!({ "records": [], "next": null })),
        ("/api/v1/me/calls?list=received", json!([])),
        ("/api/v1/me/contacts", json!([])),
        ("/api/v1/me/notices", json!([])),
        ("/api/v1/schedules", json!([])),
        ("/api/v1/teams", json!([])),
        ("/api/v1/virtual-extensions", json!([])),
        ("/api/v1/sounds", json!([])),
        ("/api/v1/spoke-with?number=%2B31888800001", json!({ "colleagues": [], "calls": [] })),
    ] {
        assert_eq!(exchange.get(&anna, path).await.1, nothing, "{path}");
    }
    let baas = exchange.sign_in("baas@kluis.example").await;
    let (_, records) = exchange.get(&baas, "/api/v1/call-records").await;
    assert_eq!(records["records"][0]["call"], 9_001, "which are there: {records}");
    assert_eq!(exchange.get(&baas, "/api/v1/presence").await.1.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_one_s_own_cannot_be_tied_to_what_is_another_company_s() {
    let (exchange, kluis) = with_another_company().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.user("molen.example", "bert");
    let company = exchange.company("molen.example");
    exchange.server.app.hub.tell(company, Event::Call { call: call(3, 31, bert) });
    let target = json!({ "subscriber": kluis.user });
    let number = "+31850001001";

    for (method, path, body) in [
        (Method::POST, "/api/v1/calls".to_owned(), json!({ "to": "201", "from": kluis.user })),
        (Method::POST, "/api/v1/numbers".to_owned(), json!({ "number": "+31850001055", "target": target })),
        (Method::PUT, format!("/api/v1/numbers/{number}"), json!({ "number": number, "target": target })),
        (
            Method::POST,
            "/api/v1/users".to_owned(),
            json!({ "name": "x", "display_name": "X", "department": kluis.department }),
        ),
        (Method::PATCH, format!("/api/v1/users/{bert}"), json!({ "department": kluis.department })),
        (
            Method::POST,
            "/api/v1/schedules".to_owned(),
            json!({ "name": "x", "kind": "time", "owner": { "subscriber": kluis.user } }),
        ),
        (
            Method::POST,
            "/api/v1/teams".to_owned(),
            json!({ "name": "x", "kind": "pickup", "members": [kluis.user] }),
        ),
        (
            Method::PUT,
            format!("/api/v1/users/{bert}/features/selective_call_rejection"),
            json!({ "entries": [{ "name": "x", "time_schedule": kluis.schedule }] }),
        ),
        (
            Method::POST,
            "/api/v1/calls/3/legs/31".to_owned(),
            json!({ "verb": "conference", "with": kluis.call }),
        ),
        (
            Method::POST,
            "/api/v1/calls/3/legs/31".to_owned(),
            json!({ "verb": "transfer", "transfer": { "kind": "complete", "with": kluis.call } }),
        ),
    ] {
        let (status, answer) = exchange.ask(&anna, method.clone(), &path, body.clone()).await;
        assert!(status.is_client_error(), "{method} {path} {body}: {status} {answer}");
    }
    assert!(exchange.asked.commands.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_that_is_sent_makes_the_exchange_fail_or_opens_it() {
    let (exchange, kluis) = with_another_company().await;
    let operations = described(&exchange).await;
    let mut dice = Dice(20_261_128);
    let mut connection = KeptConnection::default();
    let mut tokens = BTreeMap::new();
    let mut answered = BTreeMap::<u16, usize>::new();

    for round in 0..25 {
        for operation in &operations {
            let who =
                *dice.pick(&["root", "anna@molen.example", "bert@molen.example", "baas@kluis.example", ""]);
            let token = match who {
                "" => (*dice.pick(&["", "no token", "0000"])).to_owned(),
                who => session(&exchange, &mut tokens, who).await,
            };
            let path = operation.at(|name| dice.identifier(operation, kluis.named(name)));
            let path = format!("{path}{}", dice.query(operation));
            let body = dice.body(operation, &kluis.number);
            let kind = *dice.pick(&[operation.kind(), operation.kind(), operation.kind(), "text/plain", ""]);

            let (status, text) =
                connection.send(&exchange, &token, operation.method.clone(), &path, kind, body.clone()).await;

            let request = format!("{round}: {who} {} {path} {body}", operation.method);
            assert!(status.as_u16() < 500, "{request}\n{status} {text}");
            if who.is_empty() && !operation.is_open() {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{request}\n{text}");
            }
            if status.is_client_error() {
                let error: Value = serde_json::from_str(&text).unwrap();
                assert!(error["code"].is_string() && error["message_nl"].is_string(), "{request}\n{text}");
            }
            *answered.entry(status.as_u16()).or_default() += 1;
        }
    }

    let fine: usize = answered.range(200..300).map(|(_, count)| count).sum();
    assert!(fine > 50, "the damage is too coarse to get anywhere: {answered:?}");
}

/// Somebody's session, also after it ended itself.
async fn session(exchange: &Exchange, tokens: &mut BTreeMap<String, String>, who: &str) -> String {
    if let Some(token) = tokens.get(who)
        && exchange.server.app.accounts.caller(token, Timestamp(0)).is_some()
    {
        return token.clone();
    }
    let token = exchange.sign_in(who).await;
    tokens.insert(who.to_owned(), token.clone());
    token
}

fn assert_says_nothing(text: &str, about: &str) {
    let text = text.to_lowercase();
    assert!(!text.contains(MARK) && !text.contains(NUMBERS), "{about}: {text}");
}

// ---- what is described ----

struct Operation {
    method: Method,
    path: String,
    takes_a_body: bool,
    queries: Vec<String>,
}

async fn described(exchange: &Exchange) -> Vec<Operation> {
    let (_, document) = exchange.get("", "/api/v1/openapi.json").await;
    let mut operations = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, description) in verbs.as_object().unwrap() {
            let parameters = description["parameters"].as_array().cloned().unwrap_or_default();
            let queries = parameters.iter().filter(|it| it["in"] == "query");
            operations.push(Operation {
                method: Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap(),
                path: path.clone(),
                takes_a_body: description.get("requestBody").is_some(),
                queries: queries.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
            });
        }
    }
    assert!(operations.len() > 45, "{} are described", operations.len());
    operations
}

impl Operation {
    fn is_open(&self) -> bool {
        OPEN.contains(&self.path.as_str())
    }

    /// Its address, with something for each name in braces.
    fn at(&self, mut named: impl FnMut(&str) -> String) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => named(name),
            None => part.to_owned(),
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    fn kind(&self) -> &'static str {
        if self.path.ends_with("/import") { "application/toml" } else { "application/json" }
    }

    async fn ask(&self, exchange: &Exchange, token: &str, path: &str, number: &str) -> (StatusCode, String) {
        let body = self.body(number).map(|body| body.to_string()).unwrap_or_default();
        let (status, body) = exchange.send(token, self.method.clone(), path, self.kind(), body).await;
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// A body that is right in itself.
    fn body(&self, number: &str) -> Option<Value> {
        if !self.takes_a_body {
            return None;
        }
        let path = self.path.strip_prefix("/api/v1").unwrap_or_default();
        Some(match (self.method.as_str(), path) {
            ("POST", "/sign-in") => json!({ "user": "nobody@molen.example", "password": "a guess" }),
            ("PUT", "/me/password") => json!({ "current": "a guess", "new": "another password" }),
            ("POST", "/invitations/accept") => json!({ "token": "a guess" }),
            ("POST", "/users/{user}/invitations") => json!({ "hours": 2 }),
            ("PATCH", "/company") => json!({ "name": "Overgenomen", "diversion_limit": 7 }),
            ("PUT", "/licences") => json!({ "counts": { "office": 99 } }),
            ("POST", "/companies/import") => json!("[company]\nname = \"X\"\ndomain = \"x.example\"\n"),
            ("POST" | "PUT", "/departments" | "/departments/{department}") => {
                json!({ "name": "Overgenomen" })
            }
            ("POST" | "PUT", "/capacity-groups" | "/capacity-groups/{group}") => {
                json!({ "name": "Overgenomen", "max_active": 1 })
            }
            ("PUT", "/company/guards") => json!({ "calls": 1, "spend": "10.00" }),
            ("PUT", "/company/prices") => json!([{ "prefix": "06", "per_minute": "0.05" }]),
            ("POST" | "PUT", "/schedules" | "/schedules/{schedule}") => {
                json!({ "name": "Overgenomen", "kind": "time" })
            }
            ("POST" | "PUT", "/teams" | "/teams/{team}") => {
                json!({ "name": "Overgenomen", "kind": "pickup" })
            }
            ("POST" | "PUT", "/virtual-extensions" | "/virtual-extensions/{virtual}") => {
                json!({ "extension": "450", "number": "+31612345678", "last_name": "Overgenomen" })
            }
            ("POST", "/foresight") => json!({ "caller": { "kind": "outside" }, "dialled": "201" }),
            ("POST", "/sounds") | ("PUT", "/sounds/{sound}/file") => json!("no sound"),
            ("PUT", "/sounds/{sound}") => json!({ "name": "Overgenomen" }),
            ("POST", "/users") => json!({ "name": "eva", "display_name": "Eva", "role": "user" }),
            ("PATCH", "/users/{user}") => json!({ "title": "Overgenomen", "mail": "x@x.example" }),
            ("POST", "/users/{user}/devices") => {
                json!({ "kind": "desk", "auth_name": "eva-1", "label": "Eva", "secret": "geheim-eva" })
            }
            ("POST" | "PUT", "/numbers" | "/numbers/{number}") => json!({ "number": number, "target": null }),
            (
                "PUT",
                "/users/{user}/features/{feature}"
                | "/sites/{site}/features/{feature}"
                | "/departments/{department}/features/{feature}",
            ) => json!({ "active": true }),
            ("POST", "/calls") => json!({ "to": "201" }),
            ("POST", "/calls/{call}/legs/{leg}") => json!({ "verb": "dtmf", "digits": "1" }),
            ("POST", "/calls/{call}/pick-up") => json!({}),
            ("PUT", "/calls/{call}/note") => json!({ "text": "Overgenomen" }),
            ("POST" | "PUT", "/me/contacts" | "/me/contacts/{id}") => {
                json!({ "name": "Vera", "numbers": [{ "number": "010-2000421", "label": "werk" }], "note": "" })
            }
            ("POST", "/me/contacts/many") => json!([{ "name": "Vera" }, { "name": "Joost" }]),
            (method, path) => panic!("say here what a right body is for {method} {path}"),
        })
    }
}

// ---- the other company ----

/// What another company has, all of it with identifiers that the first one does not have.
struct Kluis {
    company: pbx_api::CompanyId,
    user: u32,
    device: u32,
    department: u32,
    schedule: u32,
    group: u32,
    team: u32,
    virtual_extension: u32,
    sound: u32,
    site: u32,
    number: String,
    call: u64,
}

const CONTACT: &str = "kluis-contact";

async fn with_another_company() -> (Exchange, Kluis) {
    // Guesses are part of the walk, and nobody is kept out for them.
    let exchange = Exchange::start_with(|config| {
        config.guessing.per_name = 10_000;
        config.guessing.per_source = 100_000;
    })
    .await;
    let hash = exchange.server.app.companies.by_domain("molen.example").unwrap();
    let hash = hash.data.people.values().find_map(|person| person.password_hash.clone()).unwrap();
    transfer::import(&exchange.server.app.companies, company(&hash)).await.unwrap();
    let company = exchange.server.app.companies.by_domain("kluis.example").unwrap();
    let records = &company.data.records;
    let baas = company.data.subscriber_named("baas").unwrap().id;
    let kluis = Kluis {
        company: company.id(),
        user: baas.0,
        device: company.devices_of(baas).next().unwrap().id.0,
        department: records.departments[0].id.0,
        schedule: records.schedules[0].id.0,
        group: records.capacity_groups[0].id.0,
        team: records.teams[0].id.0,
        virtual_extension: records.virtual_extensions[0].id.0,
        sound: records.sounds[0].id.0,
        site: records.groups.last().unwrap().id.0,
        number: format!("{NUMBERS}00001"),
        call: 9_001,
    };
    kluis.live(&exchange).await;
    (exchange, kluis)
}

/// A WAV file of eight samples.
const SOUND: &str = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAnKicgGNYYw==";

/// A company with so many sites that no identifier behind them is one of the first company's as well.
fn company(hash: &str) -> String {
    let sites: String = (0..60).map(|site| format!("[[site]]\nname = \"Kluis {site}\"\n")).collect();
    format!(
        r#"
        spare_numbers = ["{NUMBERS}00009"]
        [company]
        name = "Kluis"
        domain = "kluis.example"
        {sites}
        [[department]]
        name = "Kluisafdeling"
        site = "Kluis 0"
        [[schedule]]
        name = "Kluisnacht"
        kind = "time"
        [[capacity_group]]
        name = "Kluisgroep"
        [[team]]
        name = "Kluisploeg"
        kind = "pickup"
        members = ["baas"]
        [[virtual_extension]]
        extension = "451"
        number = "+31888899999"
        last_name = "Kluispartner"
        [[sound]]
        name = "Kluismuziek"
        data = "{SOUND}"
        [[user]]
        login = "baas"
        name = "Kluisbaas"
        mail = "baas@kluis.example"
        title = "Kluisbewaarder"
        role = "company_admin"
        site = "Kluis 0"
        extension = "201"
        numbers = ["{NUMBERS}00001"]
        password_hash = "{hash}"
        secret = "kluis-secret"
        "#
    )
}

impl Kluis {
    /// What stands in braces in an address, as this company has it.
    fn named(&self, name: &str) -> String {
        match name {
            "user" => self.user.to_string(),
            "device" => self.device.to_string(),
            "department" => self.department.to_string(),
            "schedule" => self.schedule.to_string(),
            "group" => self.group.to_string(),
            "team" => self.team.to_string(),
            "virtual" => self.virtual_extension.to_string(),
            "sound" => self.sound.to_string(),
            "site" => self.site.to_string(),
            "company" => self.company.to_string(),
            "number" => self.number.clone(),
            "call" => self.call.to_string(),
            "leg" => "9101".to_owned(),
            "id" => CONTACT.to_owned(),
            "feature" => "do_not_disturb".to_owned(),
            name => panic!("say here what `{name}` of the other company is"),
        }
    }

    /// A call that runs, one that is over, a lamp, a telephone and a contact.
    async fn live(&self, exchange: &Exchange) {
        let party = Party {
            number: Some(format!("{NUMBERS}00001")),
            name: Some("Kluisbeller".to_owned()),
            ..Party::default()
        };
        let record = CallRecord {
            call: CallId(self.call),
            caller: party.clone(),
            dialled: "201".to_owned(),
            started: Timestamp(1_000),
            answered: Some(Timestamp(2_000)),
            ended: Timestamp(3_000),
            outcome: Outcome::Answered,
            legs: Vec::new(),
            authorization: None,
            note: "kluisnotitie".to_owned(),
            moves: Vec::new(),
            trace: Vec::new(),
        };
        let line = LogEntry {
            call: CallId(self.call),
            subscriber: SubscriberId(self.user),
            list: LogList::Received,
            peer: party,
            number: "201".to_owned(),
            at: Timestamp(1_000),
            talked_s: 1,
            redirected_to: None,
        };
        let card = ContactCard { name: "Kluisvriend".to_owned(), ..ContactCard::default() };
        let contact = Contact { id: CONTACT.to_owned(), card };
        let notice = Notice {
            call: CallId(self.call),
            subscriber: SubscriberId(self.user),
            at: Timestamp(1_000),
            to: "baas@kluis.example".to_owned(),
            subject: "Kluisoproep".to_owned(),
            body: String::new(),
        };
        let (company, subscriber) = (self.company, pbx::directory::SubscriberId(self.user));
        let writes = vec![
            Write::AddCall { company, record: Box::new(record), log: vec![line] },
            Write::PutContact { company, subscriber, contact },
            Write::AddNotice { company, notice },
        ];
        exchange.server.app.companies.store().write(writes).await.unwrap();
        let presence = Presence {
            subscriber: SubscriberId(self.user),
            state: PresenceState::Busy,
            since: Timestamp(0),
            version: 1,
            forward_to: None,
            with: Some("Kluisbeller".to_owned()),
            ringing: Some(CallId(self.call)),
            parked: None,
        };
        let registration = Registration {
            subscriber: SubscriberId(self.user),
            device: None,
            registered: true,
            user_agent: Some("Kluistoestel".to_owned()),
            since: Timestamp(0),
        };
        let hub = &exchange.server.app.hub;
        hub.tell(company, Event::Call { call: call(self.call, 9_101, self.user) });
        hub.tell(company, Event::Presence { presence });
        hub.tell(company, Event::Registration { registration });
    }

    /// All that the company has, to see that nobody touched it.
    async fn everything(&self, exchange: &Exchange) -> String {
        let file = transfer::export(&exchange.server.app.companies, self.company).await.unwrap();
        let who = pbx::directory::SubscriberId(self.user);
        let contacts = exchange.server.app.companies.store().contacts(self.company, who).await.unwrap();
        format!("{file}{contacts:?}")
    }
}

fn call(id: u64, leg: u64, subscriber: u32) -> CallView {
    let name = Some("Kluisbeller".to_owned());
    talking(id, leg, Party { subscriber: Some(SubscriberId(subscriber)), name, ..Party::default() })
}

// ---- damage ----

/// Chance from a seed (SplitMix64): the same damage in every run.
struct Dice(u64);

/// What identifiers should not be.
const IDENTIFIERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "4294967295",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "%00",
    "%ff",
    "%C3%A9",
    "..%2F..",
    "anna",
    "%2B31850001001",
];

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Half of the time one that is right, unless that would take away what the rest of the walk needs.
    fn identifier(&mut self, operation: &Operation, right: String) -> String {
        if operation.method != Method::DELETE && self.below(2) == 0 {
            return right;
        }
        let wrong = *self.pick(IDENTIFIERS);
        if wrong == "1" && operation.method == Method::DELETE { "9".repeat(3_000) } else { wrong.to_owned() }
    }

    fn query(&mut self, operation: &Operation) -> String {
        let names = operation.queries.iter().map(String::as_str).chain(["company"]);
        let mut query = String::new();
        for name in names.collect::<Vec<_>>() {
            if self.below(2) == 0 {
                let value = self.pick(IDENTIFIERS);
                query.push_str(&format!("{}{name}={value}", if query.is_empty() { "?" } else { "&" }));
            }
        }
        query
    }

    fn body(&mut self, operation: &Operation, number: &str) -> String {
        let Some(mut body) = operation.body(number) else {
            return (*self.pick(&["", "{}", "\u{0}"])).to_owned();
        };
        match self.below(8) {
            0 => {
                return (*self.pick(&["", "{", "nul", "\u{feff}{}", "[[[[", "\"", "{\"a\":1,\"a\":2}"]))
                    .to_owned();
            }
            1 => return format!("{}{}", "[".repeat(500), "]".repeat(500)),
            2 => {}
            _ => self.damage(&mut body),
        }
        body.as_str().map_or_else(|| body.to_string(), str::to_owned)
    }

    /// Puts something else in the place of one value, or adds or takes away a field.
    fn damage(&mut self, value: &mut Value) {
        let deeper = self.below(3) > 0;
        if let Some(fields) = value.as_object_mut().filter(|fields| deeper && !fields.is_empty()) {
            let name = fields.keys().nth(self.below(fields.len())).cloned().unwrap();
            return match self.below(6) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert("surplus".to_owned(), json!(1))),
                _ => self.damage(fields.get_mut(&name).unwrap()),
            };
        }
        if let Some(items) = value.as_array_mut().filter(|items| deeper && !items.is_empty()) {
            let place = self.below(items.len());
            return self.damage(&mut items[place]);
        }
        *value = self.value();
    }

    fn value(&mut self) -> Value {
        match self.below(14) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(0),
            4 => json!(u64::MAX),
            5 => json!(1e300),
            6 => json!(0.5),
            7 => json!(""),
            8 => json!("\u{0}"),
            9 => json!("\u{202e}\u{1f600}\r\n<sip:x@y>;tag=\""),
            10 => json!("9".repeat(5_000)),
            11 => json!([]),
            12 => json!({}),
            _ => json!([{ "kind": "blind", "to": { "a": [null] } }]),
        }
    }
}
