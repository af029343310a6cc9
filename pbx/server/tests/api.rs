//! The API over real TLS: who may do what, and that one company's account sees nothing of another's.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};
use pbx::exchange::{Actor, Verb};
use pbx_api::{CallId, CallView, DeviceId, Event, LegId, LegView, Party, SubscriberId, Timestamp};
use pbx_server::seen::SeenCall;
use pbx_server::store::Write;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[path = "support/exchange.rs"]
mod support;

use support::{Exchange, PASSWORD, connect, talking};

const TONE: &[u8] = include_bytes!("sounds/tone.flac");
const OTHER: &[u8] = include_bytes!("sounds/tone.ogg");

#[tokio::test]
async fn only_the_exchanges_own_authority_vouches_for_it() {
    let (exchange, other) = (Exchange::start().await, Exchange::start().await);

    assert!(connect(exchange.server.https, &exchange.trust).await.is_ok());
    assert!(connect(exchange.server.https, &other.trust).await.is_err());

    let (_, authority) = exchange.get("", "/api/v1/authority").await;
    assert_eq!(authority["fingerprint_sha256"], pbx_server::authority::fingerprint(&exchange.trust));
}

#[tokio::test]
async fn every_described_address_needs_a_token_except_the_open_ones() {
    let exchange = Exchange::start().await;
    let (_, document) = exchange.get("", "/api/v1/openapi.json").await;
    let open = ["/api/v1/sign-in", "/api/v1/invitations/accept", "/api/v1/health", "/api/v1/authority"];
    let mut asked = 0;

    for (path, verbs) in document["paths"].as_object().unwrap() {
        for verb in verbs.as_object().unwrap().keys().filter(|_| !open.contains(&path.as_str())) {
            let method = Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap();
            let path: String = path
                .split('/')
                .map(|part| if part.starts_with('{') { "/1" } else { part })
                .fold(String::new(), |path, part| {
                    if part.is_empty() || part.starts_with('/') { path + part } else { path + "/" + part }
                });
            let (status, error) = exchange.ask("", method, &path, json!({})).await;
            assert_eq!(
                (status, &error["code"]),
                (StatusCode::UNAUTHORIZED, &json!("not_signed_in")),
                "{verb} {path}"
            );
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked} addresses are described");
}

#[tokio::test]
async fn somebody_signs_in_sees_themselves_and_signs_out() {
    let exchange = Exchange::start().await;
    let token = exchange.sign_in("Bert@Molen.example").await;

    let (_, me) = exchange.get(&token, "/api/v1/me").await;
    assert_eq!((&me["name"], &me["role"]), (&json!("bert@molen.example"), &json!("user")));

    let (status, _) = exchange.ask(&token, Method::POST, "/api/v1/sign-out", Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&token, "/api/v1/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_goes_on_as_long_as_it_is_used() {
    let exchange = Exchange::start().await;
    let (accounts, store) = (&exchange.server.app.accounts, exchange.server.app.companies.store());
    let (here, day) = (IpAddr::from([127, 0, 0, 1]), |n: u64| Timestamp(0).plus_millis(n * 86_400_000));
    let open = async |name: &str| {
        accounts.sign_in(name, PASSWORD.to_owned(), here, (Instant::now(), day(0))).await.unwrap().token
    };
    let (used, idle) = (open("bert@molen.example").await, open("anna@molen.example").await);

    for n in [3, 6, 12, 18] {
        let caller = accounts.caller(&used, day(n)).unwrap();
        accounts.prolong(&caller, day(n)).await;
    }

    assert!(accounts.caller(&idle, day(8)).is_none(), "a week is over");
    let kept = store.sessions(day(24)).await.unwrap();
    assert_eq!((kept.len(), kept[0].expires), (1, day(25)), "also after a restart");
    accounts.sign_out(&accounts.caller(&used, day(24)).unwrap()).await.unwrap();
    assert_eq!(store.sessions(Timestamp(0)).await.unwrap().len(), 1, "that of Anna, which has ended");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer_and_guessing_ends() {
    let exchange = Exchange::start().await;
    let attempt = async |name: &str| {
        let wish = json!({ "user": name, "password": "not the password" });
        exchange.ask("", Method::POST, "/api/v1/sign-in", wish).await
    };

    let (wrong, unknown) = (attempt("bert@molen.example").await, attempt("nobody@molen.example").await);
    assert_eq!(wrong, unknown);
    assert_eq!((wrong.0, &wrong.1["code"]), (StatusCode::UNAUTHORIZED, &json!("wrong_password")));

    for _ in 0..9 {
        attempt("bert@molen.example").await;
    }
    let wish = json!({ "user": "bert@molen.example", "password": PASSWORD });
    let (status, error) = exchange.ask("", Method::POST, "/api/v1/sign-in", wish).await;
    assert_eq!((status, &error["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("too_many_attempts")));
}

#[tokio::test]
async fn patience_with_guessers_is_a_setting_for_people_as_for_telephones() {
    let exchange = Exchange::start_with(|config| config.guessing.per_name = 2).await;
    let attempt = async || {
        let wish = json!({ "user": "bert@molen.example", "password": "not the password" });
        exchange.ask("", Method::POST, "/api/v1/sign-in", wish).await.0.as_u16()
    };

    let codes = [attempt().await, attempt().await, attempt().await];

    assert_eq!(codes, [401, 401, 429]);
}

#[tokio::test]
async fn what_a_role_may_not_do_is_refused_with_403() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let anna = exchange.user("molen.example", "anna");
    let user = json!({ "name": "eve", "display_name": "Eve" });
    let refused = [
        (Method::POST, "/api/v1/users".to_owned(), user),
        (Method::PATCH, format!("/api/v1/users/{anna}"), json!({ "title": "?" })),
        (Method::DELETE, format!("/api/v1/users/{anna}"), Value::Null),
        (Method::PUT, format!("/api/v1/users/{anna}/features/do_not_disturb"), json!({ "active": true })),
        (Method::GET, "/api/v1/company/export".to_owned(), Value::Null),
        (Method::GET, "/api/v1/companies".to_owned(), Value::Null),
        (Method::GET, "/api/v1/call-records".to_owned(), Value::Null),
        (Method::POST, "/api/v1/departments".to_owned(), json!({ "name": "x" })),
        (Method::POST, "/api/v1/calls".to_owned(), json!({ "to": "202", "from": anna })),
    ];

    for (method, path, body) in refused {
        let (status, error) = exchange.ask(&bert, method.clone(), &path, body).await;
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::FORBIDDEN, &json!("not_allowed")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn nobody_manages_an_account_that_may_do_more() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let make = async |path: &str, wish: Value| {
        let (status, made) = exchange.ask(&anna, Method::POST, path, wish).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["id"].clone()
    };
    let sales = make("/api/v1/departments", json!({ "name": "Inkoop" })).await;
    let user = |name: &str, role: &str, extension: &str| {
        json!({ "name": name, "display_name": name, "role": role, "department": sales, "extension": extension,
            "password": PASSWORD })
    };
    make("/api/v1/users", user("dora", "department_admin", "204")).await;
    let (boss, clerk) = (
        make("/api/v1/users", user("boss", "company_admin", "205")).await,
        make("/api/v1/users", user("klaas", "user", "206")).await,
    );
    let dora = exchange.sign_in("dora@molen.example").await;

    for (whom, expected) in [(boss, StatusCode::FORBIDDEN), (clerk, StatusCode::CREATED)] {
        let device = json!({ "auth_name": format!("d{whom}"), "kind": "desk", "label": "" });
        let path = format!("/api/v1/users/{whom}/devices");
        assert_eq!(exchange.ask(&dora, Method::POST, &path, device).await.0, expected, "{path}");
    }
}

#[tokio::test]
async fn one_companys_account_sees_nothing_of_another() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let other = exchange.company("brug.example");

    let (_, users) = exchange.get(&anna, "/api/v1/users").await;
    assert_eq!(users.as_array().unwrap().len(), 2);
    for path in ["/api/v1/users", "/api/v1/company", "/api/v1/calls", "/api/v1/company/export"] {
        let (status, _) = exchange.get(&anna, &format!("{path}?company={other}")).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }

    let root = exchange.sign_in("root").await;
    let (status, company) = exchange.get(&root, &format!("/api/v1/company?company={other}")).await;
    assert_eq!((status, &company["domain"]), (StatusCode::OK, &json!("brug.example")));
}

#[tokio::test]
async fn an_administrator_makes_changes_and_removes_a_user() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let wish = json!({ "name": "carla", "display_name": "Carla", "extension": "203", "password": PASSWORD });

    let (status, carla) = exchange.ask(&anna, Method::POST, "/api/v1/users", wish.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{carla}");
    let path = format!("/api/v1/users/{}", carla["id"]);
    let (status, error) = exchange.ask(&anna, Method::POST, "/api/v1/users", wish).await;
    assert_eq!((status, &error["about"]), (StatusCode::CONFLICT, &json!("name")));

    let (_, changed) =
        exchange.ask(&anna, Method::PATCH, &path, json!({ "extension": "204", "title": "Inkoop" })).await;
    assert_eq!((&changed["extension"], &changed["title"]), (&json!("204"), &json!("Inkoop")));
    let (status, _) = exchange.ask(&anna, Method::PATCH, &path, json!({ "extension": "202" })).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = exchange.ask(&anna, Method::PATCH, &path, json!({ "role": "platform" })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let token = exchange.sign_in("carla@molen.example").await;
    let (status, _) = exchange.ask(&anna, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&token, "/api/v1/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_device_signs_in_with_the_secret_that_was_shown_once() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;

    let (status, account) = exchange.ask(&bert, Method::POST, "/api/v1/me/sip", Value::Null).await;

    assert_eq!(status, StatusCode::OK, "{account}");
    assert!(is_right(&exchange, &account));
}

#[tokio::test]
async fn each_computer_of_a_user_has_a_telephone_of_its_own_until_it_signs_out() {
    let exchange = Exchange::start().await;
    let [desk, laptop] =
        [exchange.sign_in("bert@molen.example").await, exchange.sign_in("bert@molen.example").await];
    let sip = async |token: &str| exchange.ask(token, Method::POST, "/api/v1/me/sip", Value::Null).await.1;

    let (first, second) = (sip(&desk).await, sip(&laptop).await);
    assert!(is_right(&exchange, &first) && is_right(&exchange, &second), "{first} {second}");
    let renewed = sip(&desk).await;
    assert_eq!((&renewed["device"], &renewed["user"]), (&first["device"], &second["user"]));
    assert!(is_right(&exchange, &renewed) && is_right(&exchange, &second) && !is_right(&exchange, &first));

    exchange.ask(&laptop, Method::POST, "/api/v1/sign-out", Value::Null).await;
    assert!(is_right(&exchange, &renewed) && !is_right(&exchange, &second));
}

#[tokio::test]
async fn a_telephone_whose_session_is_over_goes_when_its_user_signs_in_again() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.user("molen.example", "bert");
    let telephones = format!("/api/v1/users/{bert}/devices");
    let shared = json!({ "auth_name": "bert-balie", "kind": "softphone", "label": "Balie" });
    exchange.ask(&anna, Method::POST, &telephones, shared).await;
    let before = exchange.sign_in("bert@molen.example").await;
    exchange.ask(&before, Method::POST, "/api/v1/me/sip", Value::Null).await;
    let wish = json!({ "current": PASSWORD, "new": "another password" });
    let (status, _) = exchange.ask(&before, Method::PUT, "/api/v1/me/password", wish).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let names = async || {
        let (_, devices) = exchange.get(&anna, &telephones).await;
        let names =
            devices.as_array().unwrap().iter().map(|one| one["auth_name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names().await.len(), 2, "calls go on without a session");

    let wish = json!({ "user": "bert@molen.example", "password": "another password" });
    let (_, session) = exchange.ask("", Method::POST, "/api/v1/sign-in", wish).await;
    let token = session["token"].as_str().unwrap();
    let (_, account) = exchange.ask(token, Method::POST, "/api/v1/me/sip", Value::Null).await;

    assert_eq!(names().await, ["bert", account["auth_name"].as_str().unwrap()]);
}

#[tokio::test]
async fn contacts_are_one_s_own_and_what_is_wrong_is_named() {
    let exchange = Exchange::start().await;
    let (anna, bert) =
        (exchange.sign_in("anna@molen.example").await, exchange.sign_in("bert@molen.example").await);
    let vera = json!({ "name": "Vera", "numbers": [{ "number": "010-2000421" }] });

    let (status, added) = exchange.ask(&bert, Method::POST, "/api/v1/me/contacts", vera.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let many = json!([vera, { "name": "Joost" }]);
    let (status, _) = exchange.ask(&bert, Method::POST, "/api/v1/me/contacts/many", many).await;
    assert_eq!(status, StatusCode::CREATED);
    let path = format!("/api/v1/me/contacts/{}", added["id"].as_str().unwrap());
    let (status, _) = exchange.ask(&bert, Method::PUT, &path, json!({ "name": "Vera de Wit" })).await;
    assert_eq!(status, StatusCode::OK);

    let (_, list) = exchange.get(&bert, "/api/v1/me/contacts").await;
    let mut names: Vec<&str> =
        list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Joost", "Vera", "Vera de Wit"]);
    assert_eq!(exchange.get(&anna, "/api/v1/me/contacts").await.1, json!([]), "nobody else sees them");
    let (status, _) = exchange.ask(&anna, Method::PUT, &path, json!({ "name": "X" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, error) =
        exchange.ask(&bert, Method::POST, "/api/v1/me/contacts", json!({ "name": " " })).await;
    assert_eq!((status, &error["about"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("name")));
    let (status, _) = exchange.ask(&bert, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(exchange.ask(&bert, Method::DELETE, &path, Value::Null).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_works_once_and_only_an_administrator_makes_one() {
    let exchange = Exchange::start().await;
    let (anna, bert) =
        (exchange.sign_in("anna@molen.example").await, exchange.sign_in("bert@molen.example").await);
    let path = format!("/api/v1/users/{}/invitations", exchange.user("molen.example", "bert"));
    assert_eq!(exchange.ask(&bert, Method::POST, &path, json!({})).await.0, StatusCode::FORBIDDEN);
    let (status, _) = exchange.ask(&anna, Method::POST, &path, json!({ "hours": 0 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let (status, old) = exchange.ask(&anna, Method::POST, &path, json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{old}");
    let (_, new) = exchange.ask(&anna, Method::POST, &path, json!({ "hours": 1 })).await;
    let token = |invitation: &Value| {
        let (_, secret) = invitation["link"].as_str().unwrap().split_once('#').unwrap();
        json!({ "token": secret.split_once('.').unwrap().0 })
    };
    let accept = async |wish: Value| exchange.ask("", Method::POST, "/api/v1/invitations/accept", wish).await;

    let (status, error) = accept(token(&old)).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::UNAUTHORIZED, &json!("bad_invitation")),
        "it was replaced"
    );
    let (status, session) = accept(token(&new)).await;
    assert_eq!((status, &session["me"]["name"]), (StatusCode::OK, &json!("bert@molen.example")), "{session}");
    assert_eq!(accept(token(&new)).await.0, StatusCode::UNAUTHORIZED, "it works once");
    let (status, _) = exchange.get(session["token"].as_str().unwrap(), "/api/v1/me").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_sets_a_service_and_what_makes_no_sense_is_refused() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let path =
        format!("/api/v1/users/{}/features/call_forwarding_busy", exchange.user("molen.example", "bert"));

    let (_, before) = exchange.get(&bert, &path).await;
    let wish = json!({ "active": true, "forward_to": "201" });
    let (status, after) = exchange.ask(&bert, Method::PUT, &path, wish).await;

    assert_eq!((&before["stored"], status), (&json!(false), StatusCode::OK), "{after}");
    assert_eq!(after["settings"]["forward_to"], "201");
    for nonsense in [json!({ "active": true, "forward_to": "112" }), json!({ "colour": "red" }), json!([])] {
        let (status, _) = exchange.ask(&bert, Method::PUT, &path, nonsense.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{nonsense}");
    }
    let (status, error) = exchange.get(&bert, &path.replace("busy", "bussy")).await;
    assert_eq!((status, &error["code"]), (StatusCode::NOT_FOUND, &json!("unknown_feature")));
}

#[tokio::test]
async fn who_may_call_whom_is_the_administrators_to_say() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "bert");
    let plan = |of: &str| format!("/api/v1/{of}/features/outgoing_calling_plan");
    let (site, own) = (plan("sites/0"), plan(&format!("users/{id}")));
    let abroad = json!({ "originating": ["internal", "international"], "redirecting": ["internal"] });

    let (status, _) = exchange.ask(&bert, Method::PUT, &own, abroad.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody opens numbers for themselves");
    assert_eq!(exchange.get(&bert, &own).await.0, StatusCode::FORBIDDEN);
    let (_, listed) = exchange.get(&bert, &format!("/api/v1/users/{id}/features")).await;
    assert!(!listed.to_string().contains("outgoing_calling_plan"), "{listed}");

    let (status, set) = exchange.ask(&anna, Method::PUT, &site, abroad.clone()).await;
    assert_eq!((status, &set["stored"]), (StatusCode::OK, &json!(true)), "{set}");
    let (_, inherited) = exchange.get(&anna, &own).await;
    assert_eq!(
        (&inherited["stored"], &inherited["settings"]["originating"]),
        (&json!(false), &json!(["internal", "international"]))
    );
    let (_, set) = exchange.ask(&anna, Method::PUT, &own, json!({ "originating": [] })).await;
    assert_eq!((&set["stored"], &set["settings"]["originating"]), (&json!(true), &json!([])), "{set}");
    assert_eq!(exchange.ask(&anna, Method::DELETE, &own, Value::Null).await.0, StatusCode::NO_CONTENT);
    let (_, again) = exchange.get(&anna, &own).await;
    assert_eq!(again["settings"]["originating"], json!(["internal", "international"]));
}

#[tokio::test]
async fn nobody_gets_to_read_a_pin_and_an_answer_can_be_sent_back() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let path = "/api/v1/sites/0/features/enhanced_outgoing_calling_plan";
    let wish =
        json!({ "code_for": ["international"], "codes": [{ "id": 7, "name": "Anna", "pin": "2580" }] });

    let (status, set) = exchange.ask(&anna, Method::PUT, path, wish).await;
    assert_eq!(status, StatusCode::OK, "{set}");
    assert!(!set.to_string().contains("2580"), "{set}");
    let (status, again) = exchange.ask(&anna, Method::PUT, path, set["settings"].clone()).await;
    assert_eq!((status, &again["settings"]), (StatusCode::OK, &set["settings"]));

    let (_, export) =
        exchange.send(&anna, Method::GET, "/api/v1/company/export", "application/json", String::new()).await;
    assert!(!String::from_utf8_lossy(&export).contains("2580"));
    let bad = json!({ "codes": [{ "id": 7, "pin": "1" }] });
    let (status, error) = exchange.ask(&anna, Method::PUT, path, bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
}

#[tokio::test]
async fn capacity_is_set_by_the_platform_and_new_users_get_their_share() {
    let exchange = Exchange::start().await;
    let (anna, root) = (exchange.sign_in("anna@molen.example").await, exchange.sign_in("root").await);
    let (company, bert) = (exchange.company("molen.example"), exchange.user("molen.example", "bert"));
    let at = |path: &str| format!("/api/v1/capacity-groups{path}?company={company}");
    let wish = |members: Value| json!({ "name": "Samen", "max_active": 2, "for_new_users": true, "members": members });

    let (status, _) = exchange.ask(&anna, Method::POST, "/api/v1/capacity-groups", wish(json!([]))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, made) = exchange.ask(&root, Method::POST, &at(""), wish(json!([bert]))).await;
    assert_eq!((status, &made["members"]), (StatusCode::CREATED, &json!([bert])), "{made}");
    let new = json!({ "name": "carla", "display_name": "Carla", "extension": "203" });
    let (_, carla) = exchange.ask(&anna, Method::POST, "/api/v1/users", new).await;
    let (_, seen) = exchange.get(&anna, "/api/v1/capacity-groups").await;
    assert_eq!(seen[0]["members"], json!([bert, carla["id"]]), "{seen}");

    // Whoever is put into another group leaves the first one.
    let other = json!({ "name": "Apart", "max_incoming": 1, "members": [bert] });
    let (_, second) = exchange.ask(&root, Method::POST, &at(""), other).await;
    let (_, seen) = exchange.get(&anna, "/api/v1/capacity-groups").await;
    assert_eq!((&seen[0]["members"], &seen[1]["members"]), (&json!([carla["id"]]), &json!([bert])), "{seen}");

    let path = at(&format!("/{}", second["id"]));
    let (status, _) = exchange.ask(&root, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "Bert is in it");
    let nobody = json!({ "name": "Apart", "max_incoming": 100_000, "members": [] });
    let (status, error) = exchange.ask(&root, Method::PUT, &path, nobody).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
    let (_, emptied) =
        exchange.ask(&root, Method::PUT, &path, json!({ "name": "Apart", "members": [] })).await;
    assert_eq!((&emptied["members"], &emptied["max_incoming"]), (&json!([]), &Value::Null), "{emptied}");
    let (status, _) = exchange.ask(&root, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn guards_and_prices_are_set_by_administrators() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let (guards, prices) = ("/api/v1/company/guards", "/api/v1/company/prices");
    let wish = json!({ "calls_per_user": 2, "spend": "25.00" });
    let list = json!([{ "prefix": "06", "name": "Mobiel", "per_call": "0.00", "per_minute": "0.0215" }]);

    for path in [guards, prices] {
        assert_eq!(exchange.get(&bert, path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    let (status, set) = exchange.ask(&anna, Method::PUT, guards, wish.clone()).await;
    assert_eq!((status, &set), (StatusCode::OK, &wish));
    assert_eq!(exchange.get(&anna, guards).await.1, wish);
    let (status, set) = exchange.ask(&anna, Method::PUT, prices, list.clone()).await;
    assert_eq!((status, &set), (StatusCode::OK, &list));
    assert_eq!(exchange.get(&anna, prices).await.1, list);

    let twice = json!([{ "prefix": "06" }, { "prefix": "+316" }]);
    for wrong in [twice, json!([{ "prefix": "zes" }])] {
        let (status, error) = exchange.ask(&anna, Method::PUT, prices, wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
    }
    let (status, _) = exchange.ask(&anna, Method::PUT, guards, json!({ "spend": "-1" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(exchange.get(&anna, prices).await.1, list, "nothing changed");
}

#[tokio::test]
async fn a_department_has_its_own_settings_until_it_gets_back_those_of_its_site() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let (_, departments) = exchange.get(&anna, "/api/v1/departments").await;
    let path = format!("/api/v1/departments/{}/features/outgoing_calling_plan", departments[0]["id"]);

    let (status, set) = exchange.ask(&anna, Method::PUT, &path, json!({ "originating": ["mobile"] })).await;
    assert_eq!((status, &set["settings"]["originating"]), (StatusCode::OK, &json!(["mobile"])), "{set}");
    let (_, kept) = exchange.get(&anna, &path).await;
    assert_eq!((&kept["stored"], &kept["settings"]), (&json!(true), &set["settings"]));

    assert_eq!(exchange.ask(&anna, Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&anna, &path).await.1["stored"], json!(false));
    let (status, _) = exchange.get(&anna, &path.replace("outgoing_calling_plan", "nothing")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_sets_a_forward_that_is_denied_is_told() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "bert");
    let path = format!("/api/v1/users/{id}/features/call_forwarding_always");

    let (status, set) =
        exchange.ask(&bert, Method::PUT, &path, json!({ "active": true, "forward_to": "0906 1234" })).await;
    assert_eq!((status, &set["denied"]), (StatusCode::OK, &json!(["+319061234"])), "{set}");
    let (_, set) =
        exchange.ask(&bert, Method::PUT, &path, json!({ "active": true, "forward_to": "0612345678" })).await;
    assert_eq!(set["denied"], json!([]), "{set}");
}

#[tokio::test]
async fn nobody_lets_themselves_into_conversations_unheard_or_out_of_their_reach() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let user = exchange.user("molen.example", "bert");
    for (service, wish) in [
        ("directed_call_pickup_with_barge_in", json!({ "warning_tone": false })),
        ("barge_in_exempt", json!({ "active": true })),
    ] {
        let path = format!("/api/v1/users/{user}/features/{service}");

        let (status, _) = exchange.ask(&bert, Method::PUT, &path, wish.clone()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{service} by oneself");
        let (status, answer) = exchange.ask(&anna, Method::PUT, &path, wish).await;
        assert_eq!(status, StatusCode::OK, "{service} by an administrator: {answer}");
    }
}

#[tokio::test]
async fn schedules_are_made_named_by_services_and_kept_while_they_are() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "bert");
    let hours = |name: &str, owner: Value| {
        json!({ "name": name, "kind": "time", "owner": owner, "events": [{
            "name": "Werkdag", "start": "2026-01-05T09:00:00", "end": "2026-01-05T17:30:00",
            "recurrence": { "rule": { "kind": "weekly", "days": ["monday", "friday"] } } }] })
    };
    let (status, made) =
        exchange.ask(&anna, Method::POST, "/api/v1/schedules", hours("Kantoor", json!("company"))).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/api/v1/schedules/{}", made["id"]);
    let own = hours("Thuis", json!({ "subscriber": id }));

    // Whoever is no administrator makes what is their own, and sees that and the company's.
    let company = hours("Bert", json!("company"));
    assert_eq!(
        exchange.ask(&bert, Method::POST, "/api/v1/schedules", company).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(exchange.ask(&bert, Method::DELETE, &path, Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(exchange.ask(&bert, Method::POST, "/api/v1/schedules", own).await.0, StatusCode::CREATED);
    let (_, seen) = exchange.get(&bert, "/api/v1/schedules").await;
    assert_eq!(
        (&seen[0]["name"], &seen[1]["name"], seen.as_array().unwrap().len()),
        (&json!("Kantoor"), &json!("Thuis"), 2)
    );

    // A service names it by its name or its id, and keeps it.
    let service = format!("/api/v1/users/{id}/features/selective_call_rejection");
    let entries = |schedule: Value| json!({ "entries": [{ "name": "Dag", "time_schedule": schedule }] });
    let (_, stored) = exchange.ask(&bert, Method::PUT, &service, entries(json!("Kantoor"))).await;
    assert_eq!(stored["settings"]["entries"][0]["time_schedule"], made["id"], "{stored}");
    for nothing in [json!("Kerst"), json!(9_999), json!(-1), json!(1.5)] {
        let (status, error) = exchange.ask(&bert, Method::PUT, &service, entries(nothing.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing}: {error}");
    }
    let (status, error) = exchange.ask(&anna, Method::DELETE, &path, Value::Null).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("still_used")));

    // A change keeps its owner and its users; a wrong one is named.
    let (_, changed) =
        exchange.ask(&anna, Method::PUT, &path, hours("Open", json!({ "subscriber": id }))).await;
    assert_eq!((&changed["name"], &changed["owner"]), (&json!("Open"), &json!("company")));
    let backwards = json!({ "name": "Open", "kind": "time", "events": [
        { "name": "Fout", "start": "2026-01-05T17:00:00", "end": "2026-01-05T09:00:00" }] });
    let (status, error) = exchange.ask(&anna, Method::PUT, &path, backwards).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(error.to_string().contains("Fout"), "{error}");

    exchange.ask(&bert, Method::DELETE, &service, Value::Null).await;
    assert_eq!(exchange.ask(&anna, Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&anna, &path).await.0, StatusCode::NOT_FOUND);

    // Who goes takes along what was their own.
    exchange.ask(&anna, Method::DELETE, &format!("/api/v1/users/{id}"), Value::Null).await;
    assert_eq!(exchange.get(&anna, "/api/v1/schedules").await.1, json!([]));
}

#[tokio::test]
async fn teams_are_made_by_administrators_and_nobody_is_in_two_of_a_kind() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "bert");
    let of = |name: &str, kind: &str| json!({ "name": name, "kind": kind, "members": [id] });

    let own = exchange.ask(&bert, Method::POST, "/api/v1/teams", of("Park", "park")).await;
    assert_eq!(own.0, StatusCode::FORBIDDEN);
    let (status, made) = exchange.ask(&anna, Method::POST, "/api/v1/teams", of("Park", "park")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (status, error) = exchange.ask(&anna, Method::POST, "/api/v1/teams", of("Twee", "park")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(error.to_string().contains("members"), "{error}");
    let other = exchange.ask(&anna, Method::POST, "/api/v1/teams", of("Park", "pickup")).await;
    assert_eq!(other.0, StatusCode::CREATED, "another kind is another matter");
    let (_, seen) = exchange.get(&bert, "/api/v1/teams").await;
    assert_eq!(seen.as_array().unwrap().len(), 2, "{seen}");

    let path = format!("/api/v1/teams/{}", made["id"]);
    let (_, changed) = exchange.ask(&anna, Method::PUT, &path, of("Parkeerplaatsen", "park")).await;
    assert_eq!((&changed["name"], &changed["id"]), (&json!("Parkeerplaatsen"), &made["id"]));
    exchange.ask(&anna, Method::DELETE, &format!("/api/v1/users/{id}"), Value::Null).await;
    assert_eq!(exchange.get(&anna, &path).await.1["members"], json!([]), "who goes is in no team");
    assert_eq!(exchange.ask(&anna, Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&anna, &path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn numbers_outside_get_extensions_from_administrators_and_everybody_sees_them() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let all = "/api/v1/virtual-extensions";
    let naima = |extension: &str, number: &str| {
        json!({ "extension": extension, "number": number, "first_name": "Naima", "last_name": "de Boer",
                "call_type": "partner" })
    };

    let own = exchange.ask(&bert, Method::POST, all, naima("450", "+31612345678")).await;
    assert_eq!(own.0, StatusCode::FORBIDDEN);
    let (status, made) = exchange.ask(&anna, Method::POST, all, naima("450", "+31612345678")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    for (extension, number, field) in [
        ("450", "+31612345679", "extension"),
        ("201", "+31612345679", "extension"),
        ("451", "+31612345678", "number"),
        ("451", "+31850001001", "number"),
        ("4", "+31612345679", "extension"),
        ("451", "0612345679", "number"),
    ] {
        let (status, error) = exchange.ask(&anna, Method::POST, all, naima(extension, number)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{extension} {number}");
        assert!(error.to_string().contains(field), "{extension} {number}: {error}");
    }
    let (_, seen) = exchange.get(&bert, all).await;
    assert_eq!(seen[0]["display_name"], "Naima de Boer", "{seen}");

    let path = format!("{all}/{}", made["id"]);
    let (_, changed) = exchange.ask(&anna, Method::PUT, &path, naima("460", "+31612345678")).await;
    assert_eq!((&changed["extension"], &changed["id"]), (&json!("460"), &made["id"]));
    assert_eq!(exchange.get(&bert, &path).await.1, changed);
    assert_eq!(exchange.ask(&anna, Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&anna, &path).await.0, StatusCode::NOT_FOUND);

    let internal = json!({ "virtual_extensions_are_internal": true });
    let (_, company) = exchange.ask(&anna, Method::PATCH, "/api/v1/company", internal).await;
    assert_eq!(company["virtual_extensions_are_internal"], true);
}

#[tokio::test]
async fn notices_of_calls_are_read_by_whoever_is_told_only_and_need_one_address() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let who = exchange.user("molen.example", "bert");
    let notice = pbx_api::Notice {
        call: CallId(7),
        subscriber: SubscriberId(who),
        at: Timestamp(1_000),
        to: "bert@molen.example".to_owned(),
        subject: "Oproep van Vera voor Bert".to_owned(),
        body: "U bent gebeld.".to_owned(),
    };
    let company = exchange.company("molen.example");
    let write = Write::AddNotice { company, notice: notice.clone() };
    exchange.server.app.companies.store().write(vec![write]).await.unwrap();

    let (_, own) = exchange.get(&bert, "/api/v1/me/notices").await;
    assert_eq!(own, json!([notice]));
    assert_eq!(
        exchange.get(&anna, "/api/v1/me/notices").await.1,
        json!([]),
        "an administrator has other ways"
    );

    let path = format!("/api/v1/users/{who}/features/call_notify");
    let entries = json!([{ "name": "Iedereen" }]);
    for (address, taken) in [
        (json!("bert@molen.example"), true),
        (json!("bert@molen.example, anna@molen.example"), false),
        (json!("bert"), false),
        (Value::Null, false),
    ] {
        let wish = json!({ "mail_to": address, "entries": entries });
        let (status, answer) = exchange.ask(&bert, Method::PUT, &path, wish).await;
        assert_eq!(status.is_success(), taken, "{address}: {answer}");
    }
}

#[tokio::test]
async fn sounds_are_uploaded_by_administrators_named_by_services_and_kept_while_they_are() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let uploads = async |token: &str, method: Method, path: &str, file: &'static [u8]| {
        let (status, body) = exchange.send(token, method, path, "application/octet-stream", file).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    };

    let refused = uploads(&bert, Method::POST, "/api/v1/sounds?name=Mijn", TONE).await;
    assert_eq!(refused.0, StatusCode::FORBIDDEN);
    let (status, made) = uploads(&anna, Method::POST, "/api/v1/sounds?name=Wacht%20even", TONE).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!((&made["name"], &made["format"]), (&json!("Wacht even"), &json!("flac")));
    assert_eq!((&made["duration_ms"], &made["bytes"]), (&json!(400), &json!(TONE.len())));
    assert_eq!(exchange.get(&bert, "/api/v1/sounds").await.1, json!([made]));

    // It comes back as it went, and nothing else is taken for a sound.
    let path = format!("/api/v1/sounds/{}", made["id"]);
    let file = format!("{path}/file");
    let (_, back) = exchange.send(&bert, Method::GET, &file, "", "").await;
    assert_eq!(&*back, TONE);
    for (path, body, status, code) in [
        ("/api/v1/sounds?name=Wacht%20even", TONE, StatusCode::CONFLICT, "already_exists"),
        ("/api/v1/sounds", TONE, StatusCode::UNPROCESSABLE_ENTITY, "bad_value"),
        ("/api/v1/sounds?name=Tekst", b"<html>".as_slice(), StatusCode::UNPROCESSABLE_ENTITY, "bad_sound"),
        (
            "/api/v1/sounds?name=Groot",
            &[0; 5 * 1024 * 1024 + 1],
            StatusCode::PAYLOAD_TOO_LARGE,
            "sound_too_large",
        ),
    ] {
        let (answered, error) = uploads(&anna, Method::POST, path, body).await;
        assert_eq!((answered, &error["code"]), (status, &json!(code)), "{path}");
    }

    // Services name it, each in its own way, and it stays as long as one does.
    let id = exchange.user("molen.example", "bert");
    let ringback = format!("/api/v1/users/{id}/features/custom_ringback_user");
    let entries = |source: &str| json!({ "active": true, "entries": [{ "when": { "name": "Altijd" }, "source": { "file": source } }] });
    let (status, error) = exchange.ask(&bert, Method::PUT, &ringback, entries("Kerst")).await;
    assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("bad_value")));
    assert!(error["about"].as_str().unwrap().contains("`Kerst`"), "{error}");
    let (status, answer) = exchange.ask(&bert, Method::PUT, &ringback, entries("Wacht even")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (status, error) = exchange.ask(&anna, Method::DELETE, &path, Value::Null).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("still_used")));

    // Another name goes along into the services; another file is the same sound.
    let name = json!({ "name": "Welkom" });
    assert_eq!(exchange.ask(&bert, Method::PUT, &path, name.clone()).await.0, StatusCode::FORBIDDEN);
    let (_, renamed) = exchange.ask(&anna, Method::PUT, &path, name).await;
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Welkom"), &made["id"]));
    let (_, set) = exchange.get(&bert, &ringback).await;
    assert_eq!(set["settings"]["entries"][0]["source"], json!({ "file": "Welkom" }));
    assert_eq!(uploads(&bert, Method::PUT, &file, OTHER).await.0, StatusCode::FORBIDDEN);
    let (status, replaced) = uploads(&anna, Method::PUT, &file, OTHER).await;
    assert_eq!((status, &replaced["format"]), (StatusCode::OK, &json!("ogg")), "{replaced}");
    assert_eq!((&replaced["name"], &replaced["id"]), (&json!("Welkom"), &made["id"]));
    assert_eq!(&*exchange.send(&bert, Method::GET, &file, "", "").await.1, OTHER);

    // What is exported is imported again with its sounds.
    let (_, exported) = exchange.send(&anna, Method::GET, "/api/v1/company/export", "", "").await;
    let root = exchange.sign_in("root").await;
    let (status, answer) = exchange
        .send(&root, Method::POST, "/api/v1/companies/import", "application/toml", exported.clone())
        .await;
    assert_eq!(status, StatusCode::OK, "{answer:?}");
    let (_, again) = exchange.send(&anna, Method::GET, "/api/v1/company/export", "", "").await;
    assert_eq!(exported, again);

    exchange.ask(&bert, Method::DELETE, &ringback, Value::Null).await;
    assert_eq!(exchange.ask(&anna, Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(exchange.get(&anna, &file).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_company_has_a_hundred_sounds_at_most() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let company = exchange.company("molen.example");
    let companies = &exchange.server.app.companies;
    let fill = |data: &mut pbx_server::company::CompanyData| {
        for id in 1_000..1_100 {
            let sound = json!({ "id": id, "name": format!("Geluid {id}"), "format": "wav", "bytes": 1_000,
                "duration_ms": 1_000, "sha256": "" });
            data.records.sounds.push(serde_json::from_value(sound).unwrap());
        }
        Ok(())
    };
    companies.edit(company, fill).await.unwrap();

    let path = "/api/v1/sounds?name=Meer";
    let (status, answer) = exchange.send(&anna, Method::POST, path, "audio/flac", TONE).await;
    let error: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("limit_reached")));

    // The files together are bounded as well.
    companies
        .edit(company, |data| {
            data.records.sounds.pop();
            data.records.sounds.iter_mut().take(8).for_each(|sound| sound.bytes = 5 * 1024 * 1024 - 12_500);
            Ok(())
        })
        .await
        .unwrap();
    let (status, answer) = exchange.send(&anna, Method::POST, path, "audio/flac", TONE).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer:?}");
}

#[tokio::test]
async fn whoever_stays_out_of_lists_is_found_by_those_who_set_users_only() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "anna");
    let hidden = format!("/api/v1/users/{id}");

    let (_, before) = exchange.get(&bert, "/api/v1/users?query=anna").await;
    assert_eq!(before.as_array().unwrap().len(), 1);
    let privacy = format!("{hidden}/features/privacy");
    exchange.ask(&anna, Method::PUT, &privacy, json!({ "directory": true })).await;

    assert_eq!(exchange.get(&bert, "/api/v1/users?query=anna").await.1, json!([]));
    assert_eq!(exchange.get(&bert, &hidden).await.0, StatusCode::NOT_FOUND);
    assert_eq!(exchange.get(&anna, &hidden).await.0, StatusCode::OK);
    exchange.ask(&anna, Method::DELETE, &privacy, Value::Null).await;
    assert_eq!(exchange.get(&bert, &hidden).await.0, StatusCode::OK);
}

#[tokio::test]
async fn every_verb_of_call_control_reaches_the_exchange() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let (company, who) = (exchange.company("molen.example"), exchange.user("molen.example", "bert"));
    exchange.server.app.hub.tell(company, Event::Call { call: call(3, 31, who) });
    exchange.server.app.hub.tell(company, Event::Call { call: call(4, 41, who) });
    let verbs = [
        json!({ "verb": "answer" }),
        json!({ "verb": "hold" }),
        json!({ "verb": "resume" }),
        json!({ "verb": "dtmf", "digits": "1#" }),
        json!({ "verb": "transfer", "transfer": { "kind": "blind", "to": "201" } }),
        json!({ "verb": "transfer", "transfer": { "kind": "consult", "to": "201" } }),
        json!({ "verb": "transfer", "transfer": { "kind": "complete", "with": 4 } }),
        json!({ "verb": "transfer", "transfer": { "kind": "cancel", "with": 4 } }),
        json!({ "verb": "conference", "with": 4 }),
        json!({ "verb": "invite", "to": "201" }),
        json!({ "verb": "leave" }),
        json!({ "verb": "mute", "muted": true }),
        json!({ "verb": "park" }),
        json!({ "verb": "park", "at": "201" }),
        json!({ "verb": "park_in_team" }),
        json!({ "verb": "drop" }),
    ];

    for verb in &verbs {
        let (status, answer) =
            exchange.ask(&bert, Method::POST, "/api/v1/calls/3/legs/31", verb.clone()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{verb}: {answer}");
    }
    let (status, _) = exchange.ask(&bert, Method::POST, "/api/v1/calls", json!({ "to": "201" })).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, error) = exchange.ask(&bert, Method::POST, "/api/v1/calls", json!({ "to": "0000" })).await;
    assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("unknown_number")));

    let (leg, other) = (LegId(31), LegId(41));
    let asked: Vec<_> =
        exchange.asked.commands.lock().unwrap().iter().take(verbs.len()).map(|it| it.2.clone()).collect();
    let to = "201".to_owned();
    let expected = [
        Verb::Answer { leg },
        Verb::Hold { leg },
        Verb::Resume { leg },
        Verb::Dtmf { leg, digits: "1#".to_owned() },
        Verb::Transfer { leg, to: to.clone() },
        Verb::Consult { leg, to: to.clone() },
        Verb::CompleteTransfer { leg, other },
        Verb::GiveUpConsult { leg, other },
        Verb::Conference { leg, other },
        Verb::Invite { leg, to },
        Verb::Leave { leg },
        Verb::Mute { leg, muted: true },
        Verb::Park { leg, at: None },
        Verb::Park { leg, at: Some("201".to_owned()) },
        Verb::ParkInTeam { leg },
        Verb::Drop { leg },
    ];
    assert_eq!(asked, expected);
    let own = Actor::Subscriber(pbx::directory::SubscriberId(who));
    assert!(exchange.asked.commands.lock().unwrap().iter().all(|it| it.0 == company && it.1 == own));
}

#[tokio::test]
async fn whoever_steers_a_conference_mutes_and_drops_others_in_it_and_nobody_else_does() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let (company, who) = (exchange.company("molen.example"), exchange.user("molen.example", "bert"));
    let conference = |id, steers| {
        let mut call = call(id, id * 10 + 1, who);
        let guest = LegView { id: LegId(id * 10 + 2), party: Party::default(), ..call.legs[0].clone() };
        call.legs[0].controller = steers;
        call.legs.push(guest);
        call
    };
    exchange.server.app.hub.tell(company, Event::Call { call: conference(3, true) });
    exchange.server.app.hub.tell(company, Event::Call { call: conference(4, false) });

    for verb in [json!({ "verb": "mute", "muted": true }), json!({ "verb": "drop" })] {
        let theirs = |leg: &'static str| exchange.ask(&bert, Method::POST, leg, verb.clone());
        assert_eq!(theirs("/api/v1/calls/3/legs/32").await.0, StatusCode::ACCEPTED, "{verb}");
        assert_eq!(theirs("/api/v1/calls/4/legs/42").await.0, StatusCode::FORBIDDEN, "{verb}");
    }
    let hold = json!({ "verb": "hold" });
    let (status, _) = exchange.ask(&bert, Method::POST, "/api/v1/calls/3/legs/32", hold).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "only these two");
}

#[tokio::test]
async fn a_call_that_rings_at_a_colleague_is_picked_up_with_the_own_telephone() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let subscriber = pbx::directory::SubscriberId(exchange.user("molen.example", "bert"));

    let pick_up = |path: &'static str, body: Value| exchange.ask(&bert, Method::POST, path, body);
    assert_eq!(pick_up("/api/v1/calls/3/pick-up", json!({})).await.0, StatusCode::ACCEPTED);
    assert_eq!(pick_up("/api/v1/calls/3/pick-up", json!({ "device": 4 })).await.0, StatusCode::ACCEPTED);
    let (status, error) = pick_up("/api/v1/calls/9002/pick-up", json!({})).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("call_ended")));

    let asked: Vec<_> = exchange.asked.commands.lock().unwrap().iter().map(|it| it.2.clone()).collect();
    let verb = |device, call| Verb::PickUp { subscriber, device, call: CallId(call) };
    assert_eq!(asked, [verb(None, 3), verb(Some(DeviceId(4)), 3), verb(None, 9_002)]);
}

#[tokio::test]
async fn nobody_moves_another_persons_leg() {
    let exchange = Exchange::start().await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let company = exchange.company("molen.example");
    let annas = call(3, 31, exchange.user("molen.example", "anna"));
    exchange.server.app.hub.tell(company, Event::Call { call: annas });

    let (status, _) =
        exchange.ask(&bert, Method::POST, "/api/v1/calls/3/legs/31", json!({ "verb": "drop" })).await;

    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(exchange.asked.commands.lock().unwrap().is_empty());
    assert_eq!(exchange.get(&bert, "/api/v1/calls").await.1, json!([]));
}

#[tokio::test]
async fn a_party_sees_the_others_as_they_want_to_be_seen_and_a_supervisor_sees_everybody() {
    let exchange = Exchange::start().await;
    let (anna, bert) =
        (exchange.sign_in("anna@molen.example").await, exchange.sign_in("bert@molen.example").await);
    let company = exchange.company("molen.example");
    let annas = exchange.user("molen.example", "anna");
    let mut running = call(3, 31, annas);
    running.legs.extend(call(3, 32, exchange.user("molen.example", "bert")).legs);
    let hidden = Party { anonymous: true, ..Party::default() };
    let sight = vec![(LegId(31), hidden)];
    exchange.server.app.hub.tell(company, SeenCall::new(running, vec![(LegId(32), sight)]));

    let (_, calls) = exchange.get(&bert, "/api/v1/calls").await;
    assert_eq!(calls[0]["legs"][0]["party"]["subscriber"], Value::Null, "{calls}");
    assert_eq!(calls[0]["legs"][0]["party"]["anonymous"], true);
    let (_, calls) = exchange.get(&anna, "/api/v1/calls").await;
    assert_eq!(calls[0]["legs"][0]["party"]["subscriber"], annas, "{calls}");
}

#[tokio::test]
async fn how_calls_are_forwarded_is_set_for_the_whole_company() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let change = async |wish| exchange.ask(&anna, Method::PATCH, "/api/v1/company", wish).await;

    let wish = json!({ "diversion_limit": 5, "diversion_notice": "all",
        "redirected_identity": "redirecting_for_outside" });
    let (status, company) = change(wish).await;
    assert_eq!(status, StatusCode::OK, "{company}");
    assert_eq!((&company["diversion_limit"], &company["diversion_notice"]), (&json!(5), &json!("all")));
    assert_eq!(company["redirected_identity"], "redirecting_for_outside");

    for nonsense in [json!({ "diversion_limit": 101 }), json!({ "diversion_notice": "sometimes" })] {
        let (status, answer) = change(nonsense).await;
        assert!(status.is_client_error(), "{answer}");
    }
    assert_eq!(exchange.get(&anna, "/api/v1/company").await.1, company);
}

#[tokio::test]
async fn a_supervisor_sees_where_a_call_would_go_and_why() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let (anna_id, bert_id) = (exchange.user("molen.example", "anna"), exchange.user("molen.example", "bert"));
    let carla = json!({ "name": "carla", "display_name": "Carla", "extension": "203" });
    let (_, carla) = exchange.ask(&anna, Method::POST, "/api/v1/users", carla).await;
    let forward = json!({ "active": true, "forward_to": "203" });
    let set = format!("/api/v1/users/{bert_id}/features/call_forwarding_busy");
    exchange.ask(&anna, Method::PUT, &set, forward).await;
    let foresee =
        async |token: &str, wish: Value| exchange.ask(token, Method::POST, "/api/v1/foresight", wish).await;

    // A Sunday at 14:00, and the line is busy.
    let wish = json!({
        "caller": { "kind": "user", "subscriber": anna_id },
        "dialled": "202",
        "at": 1_795_957_200_000_i64,
        "standing": { bert_id.to_string(): "busy" },
    });
    let (status, seen) = foresee(&anna, wish.clone()).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    let steps = seen["steps"].as_array().unwrap();
    let happens: Vec<_> = steps.iter().map(|step| step["happens"]["kind"].as_str().unwrap()).collect();
    assert_eq!(happens, ["reaches", "diverts", "rings", "refuses"], "{seen}");
    assert_eq!(steps[1]["happens"]["subscriber"], carla["id"]);
    let why = steps[1]["trace"].to_string();
    assert!(why.contains("call_forwarding_busy sends it to 203"), "{why}");

    assert_eq!(foresee(&bert, wish).await.0, StatusCode::FORBIDDEN);
    let from = |caller: Value, dialled: &str| json!({ "caller": caller, "dialled": dialled });
    let by_bert = json!({ "kind": "user", "subscriber": bert_id });
    let (_, help) = foresee(&anna, from(by_bert, "112")).await;
    assert_eq!(help["steps"][0]["happens"]["kind"], "emergency", "{help}");
    for (wrong, status) in [
        (from(json!({ "kind": "user", "subscriber": 9_999 }), "201"), StatusCode::NOT_FOUND),
        (from(json!({ "kind": "outside", "number": "nobody" }), "201"), StatusCode::UNPROCESSABLE_ENTITY),
        (from(json!({ "kind": "outside" }), "201"), StatusCode::NOT_FOUND), // over no line
        (from(json!({ "kind": "outside" }), ""), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (answer, error) = foresee(&anna, wrong.clone()).await;
        assert_eq!(answer, status, "{wrong}: {error}");
        assert!(error["code"].is_string(), "{error}");
    }
}

#[tokio::test]
async fn a_company_is_exported_and_imported_by_the_api() {
    let exchange = Exchange::start().await;
    let (anna, root) = (exchange.sign_in("anna@molen.example").await, exchange.sign_in("root").await);

    let (_, file) = exchange.send(&anna, Method::GET, "/api/v1/company/export", "", String::new()).await;
    let text = String::from_utf8(file.to_vec()).unwrap();
    let moved = text.replace("molen.example", "dijk.example");
    let (status, _) =
        exchange.send(&root, Method::POST, "/api/v1/companies/import", "application/toml", moved).await;
    assert_eq!(status, StatusCode::OK);
    assert!(exchange.server.app.companies.by_domain("dijk.example").is_some());

    let broken = text.replace("extension = \"202\"", "extension = \"201\"");
    let (status, error) =
        exchange.send(&root, Method::POST, "/api/v1/companies/import", "application/toml", broken).await;
    let error: Value = serde_json::from_slice(&error).unwrap();
    assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("bad_company_file")));
    assert!(error["problems"][0]["line"].as_u64().unwrap() > 1);
}

#[tokio::test]
async fn requests_that_cannot_be_read_get_the_error_object() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let ask = async |method, path: &str, kind: &str, body: &str| {
        let (status, body) = exchange.send(&anna, method, path, kind, body.to_owned()).await;
        let error: Value = serde_json::from_slice(&body).unwrap();
        (status.as_u16(), error["code"].as_str().unwrap().to_owned())
    };

    let users = "/api/v1/users";
    assert_eq!(ask(Method::POST, users, "application/json", "{").await, (400, "bad_request".to_owned()));
    assert_eq!(ask(Method::POST, users, "text/plain", "{}").await, (415, "wrong_content_type".to_owned()));
    assert_eq!(ask(Method::PUT, users, "application/json", "{}").await, (405, "wrong_method".to_owned()));
    assert_eq!(ask(Method::GET, "/api/v1/users/anna", "", "").await, (400, "bad_request".to_owned()));
    assert_eq!(ask(Method::GET, "/api/v1/nothing", "", "").await, (404, "not_found".to_owned()));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(ask(Method::POST, users, "application/json", &large).await, (413, "too_large".to_owned()));
}

/// A client writes its whole body before it reads the answer; the refusal must not be lost with the connection.
#[tokio::test]
async fn who_has_not_signed_in_is_told_so_after_a_long_body_too() {
    let exchange = Exchange::start().await;
    let head = "PUT /api/v1/me/contacts/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1500000\r\n\r\n";

    let mut answer = [0; 64];
    let mut connection = exchange.connect().await;
    connection.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..14 {
        connection.write_all(&[b' '; 100_000]).await.unwrap();
        connection.flush().await.unwrap();
        // An answer in the middle, with the end of the connection behind it, would be here by now.
        let early = tokio::time::timeout(Duration::from_millis(5), connection.read(&mut answer)).await;
        assert!(early.is_err(), "{early:?}");
    }
    connection.write_all(&[b' '; 100_000]).await.unwrap();
    connection.flush().await.unwrap();
    let length = connection.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer:?}");
}

/// Whether the exchange takes this telephone's name and secret.
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn is_right(exchange: &Exchange, account: &Value) -> bool {
    let company = exchange.server.app.companies.by_domain("molen.example").unwrap();
    let [name, secret] = ["auth_name", "secret"].map(|field| account[field].as_str().unwrap());
    let (md5, sha256) = pbx_server::credentials::ha1(name, "molen.example", secret);
    company.device_named(name).is_some_and(|device| (&device.ha1_md5, &device.ha1_sha256) == (&md5, &sha256))
}

fn call(id: u64, leg: u64, subscriber: u32) -> CallView {
    talking(id, leg, Party { subscriber: Some(SubscriberId(subscriber)), ..Party::default() })
}

#[tokio::test]
async fn a_group_is_made_with_its_members_and_is_no_person() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.user("molen.example", "bert");
    let group =
        json!({ "kind": "hunt_group", "name": "verkoop", "display_name": "Verkoop", "extension": "250" });
    let (status, made) = exchange.ask(&anna, Method::POST, "/api/v1/users", group).await;
    assert_eq!((status, &made["kind"]), (StatusCode::CREATED, &json!("hunt_group")), "{made}");
    let address = |rest: &str| format!("/api/v1/users/{}{rest}", made["id"]);

    // Colleagues are people; groups are asked for by their kind.
    let names = |list: &Value| {
        let names = list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<String>>()
    };
    let (_, people) = exchange.get(&anna, "/api/v1/users").await;
    assert!(!names(&people).contains(&"verkoop".to_owned()), "{people}");
    let (_, groups) = exchange.get(&anna, "/api/v1/users?kind=hunt_group").await;
    assert_eq!(names(&groups), ["verkoop"]);

    // Members are named by login or id, once, and exist.
    let members = |members: Value| json!({ "members": members, "policy": "circular" });
    let service = address("/features/hunt_group");
    let wish = members(json!([{ "subscriber": "bert" }]));
    let (_, stored) = exchange.ask(&anna, Method::PUT, &service, wish).await;
    assert_eq!(stored["settings"]["members"], json!([{ "subscriber": bert, "weight": 0 }]), "{stored}");
    for wrong in [
        json!([{ "subscriber": "nobody" }]),
        json!([{ "subscriber": 99_999 }]),
        json!([{ "subscriber": bert }, { "subscriber": "bert" }]),
    ] {
        let (status, error) = exchange.ask(&anna, Method::PUT, &service, members(wrong.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {error}");
    }

    // Nobody signs in as it, it has no telephone, and not what only people have.
    let password = json!({ "password": PASSWORD });
    let (status, _) = exchange.ask(&anna, Method::PATCH, &address(""), password).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let device = json!({ "auth_name": "verkoop", "kind": "softphone", "label": "" });
    let (status, _) = exchange.ask(&anna, Method::POST, &address("/devices"), device).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let quiet = json!({ "active": true });
    let (status, _) = exchange.ask(&anna, Method::PUT, &address("/features/do_not_disturb"), quiet).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = format!("/api/v1/users/{bert}/features/hunt_group");
    let (status, _) = exchange.ask(&anna, Method::PUT, &own, members(json!([]))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a person is no group");
}

#[tokio::test]
async fn a_group_call_is_made_with_its_numbers() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let group = json!({ "kind": "instant_group_call", "name": "iedereen", "display_name": "Iedereen",
        "extension": "260" });
    let (status, made) = exchange.ask(&anna, Method::POST, "/api/v1/users", group).await;
    assert_eq!((status, &made["kind"]), (StatusCode::CREATED, &json!("instant_group_call")), "{made}");
    let service = format!("/api/v1/users/{}/features/instant_group_call", made["id"]);

    let wish =
        json!({ "members": [{ "number": "202" }, { "number": "020 123 4567" }], "answer_within_min": 5 });
    let (_, stored) = exchange.ask(&anna, Method::PUT, &service, wish).await;
    let members = json!([{ "number": "202" }, { "number": "+31201234567" }]);
    assert_eq!(stored["settings"], json!({ "members": members, "answer_within_min": 5 }), "{stored}");

    for wrong in [
        json!({ "members": [{ "number": "112" }] }),
        json!({ "members": [{ "number": "202" }, { "number": "202" }] }),
        json!({ "members": [], "answer_within_min": 61 }),
    ] {
        let (status, error) = exchange.ask(&anna, Method::PUT, &service, wrong.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {error}");
    }
}
