//! Licences over the API: they are counted and given, and what is outside one is hidden and refused (F-006).

use hyper::{Method, StatusCode};
use pbx::catalogue::SERVICES;
use pbx::feature::Scope;
use serde_json::{Value, json};

#[path = "support/exchange.rs"]
mod support;

use support::Exchange;

const LICENCES: &str = "/api/v1/licences";

#[tokio::test]
async fn counts_go_up_and_down_and_never_below_what_is_in_use() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = format!("/api/v1/users/{}", exchange.user("molen.example", "bert"));
    let count =
        async |counts: Value| exchange.ask(&anna, Method::PUT, LICENCES, json!({ "counts": counts })).await;
    let carla = json!({ "name": "carla", "display_name": "Carla", "extension": "203" });
    let (_, before) = exchange.get(&anna, LICENCES).await;
    assert_eq!(
        (&before[0]["licence"], &before[0]["count"], &before[0]["used"]),
        (&json!("office"), &Value::Null, &json!(2))
    );

    let (status, error) = count(json!({ "office": 1 })).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("licences_in_use")));
    assert_eq!(names(&error["holders"], "display_name"), ["Anna", "Bert"]);
    let (_, unchanged) = exchange.get(&anna, LICENCES).await;
    assert_eq!(unchanged, before);

    let (status, state) = count(json!({ "office": 2, "fixed_mobile": 1 })).await;
    assert_eq!((status, &state[1]["count"], &state[2]["count"]), (StatusCode::OK, &json!(1), &json!(0)));
    let (status, error) = exchange.ask(&anna, Method::POST, "/api/v1/users", carla.clone()).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("no_licence_free")));
    assert!(error["what_to_do_en"].as_str().unwrap().contains("Raise the count"), "{error}");
    assert_eq!(names(&error["holders"], "name"), ["anna", "bert"]);
    let (status, user) =
        exchange.ask(&anna, Method::PATCH, &bert, json!({ "profile": "fixed_mobile" })).await;
    assert_eq!((status, &user["profile"]), (StatusCode::OK, &json!("fixed_mobile")));
    let (status, user) = exchange.ask(&anna, Method::POST, "/api/v1/users", carla).await;
    assert_eq!(
        (status, &user["profile"], &user["options"]),
        (StatusCode::CREATED, &json!("office"), &json!([]))
    );

    let (status, error) = count(json!({ "office": 2 })).await;
    assert_eq!((status, &error["holders"][0]["name"]), (StatusCode::CONFLICT, &json!("bert")));
    assert_eq!(count(json!({ "office": 9, "fixed_mobile": 1 })).await.0, StatusCode::OK);
    let (status, state) = count(json!({})).await;
    assert_eq!((status, &state[0]["count"]), (StatusCode::OK, &Value::Null));
}

#[tokio::test]
async fn options_are_given_as_far_as_there_are_some() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let give = async |who: &str, options: Value| {
        let path = format!("/api/v1/users/{}", exchange.user("molen.example", who));
        exchange.ask(&anna, Method::PATCH, &path, json!({ "options": options })).await
    };
    let counts = json!({ "counts": { "office": 2, "call_center_entry": 1, "reception_entry": 1, "reception_premium": 1 } });
    exchange.ask(&anna, Method::PUT, LICENCES, counts).await;

    let (status, user) = give("bert", json!(["call_center_entry", "reception_entry"])).await;
    assert_eq!(
        (status, &user["options"]),
        (StatusCode::OK, &json!(["reception_entry", "call_center_entry"]))
    );
    let (status, error) = give("anna", json!(["call_center_entry"])).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("no_licence_free")));
    assert_eq!(names(&error["holders"], "name"), ["bert"]);
    for wrong in [json!(["office"]), json!(["menu_package"]), json!(["reception_entry", "reception_premium"])]
    {
        let (status, error) = give("bert", wrong.clone()).await;
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("bad_value")),
            "{wrong}"
        );
    }
    assert_eq!(give("bert", json!(["gold"])).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(give("bert", json!([])).await.0, StatusCode::OK);
    assert_eq!(give("anna", json!(["call_center_entry"])).await.0, StatusCode::OK);
}

#[tokio::test]
async fn only_administrators_of_the_company_count_and_give() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert_s = format!("/api/v1/users/{}", exchange.user("molen.example", "bert"));
    let bert = exchange.sign_in("bert@molen.example").await;
    assert_eq!(exchange.get(&bert, LICENCES).await.0, StatusCode::FORBIDDEN);

    let (_, changed) =
        exchange.ask(&anna, Method::PATCH, &bert_s, json!({ "role": "department_admin" })).await;
    let new = json!({ "name": "dirk", "display_name": "Dirk", "extension": "204", "department": changed["department"],
        "profile": "fixed_mobile" });
    for (method, path, wish) in [
        (Method::PUT, LICENCES, json!({ "counts": {} })),
        (Method::PATCH, &*bert_s, json!({ "options": [] })),
        (Method::POST, "/api/v1/users", new),
    ] {
        let (status, error) = exchange.ask(&bert, method, path, wish).await;
        assert_eq!((status, &error["code"]), (StatusCode::FORBIDDEN, &json!("not_allowed")), "{path}");
    }
    assert_eq!(exchange.get(&bert, LICENCES).await.0, StatusCode::OK);
}

/// Services that only groups have.
const OF_GROUPS: [&str; 2] = ["hunt_group", "instant_group_call"];

#[tokio::test]
async fn what_a_profile_has_not_is_hidden_and_refused_and_comes_back_with_what_was_set() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let bert_s = format!("/api/v1/users/{}", exchange.user("molen.example", "bert"));
    let give = async |profile: &str| {
        let (status, user) = exchange.ask(&anna, Method::PATCH, &bert_s, json!({ "profile": profile })).await;
        assert_eq!(status, StatusCode::OK, "{user}");
    };
    let do_not_disturb = format!("{bert_s}/features/do_not_disturb");
    exchange.ask(&bert, Method::PUT, &do_not_disturb, json!({ "active": true })).await;
    let counts = json!({ "counts": { "office": 2, "fixed_mobile": 1 } });
    assert_eq!(exchange.ask(&anna, Method::PUT, LICENCES, counts).await.0, StatusCode::OK);

    for (profile, has_some) in [("office", true), ("none", false), ("fixed_mobile", true)] {
        give(profile).await;
        let (_, listed) = exchange.get(&bert, &format!("{bert_s}/features")).await;
        let (_, cards) = exchange.get(&bert, "/api/v1/features").await;
        let (listed, cards) = (names(&listed, "feature"), names(&cards, "id"));
        for entry in SERVICES.iter() {
            let (id, path) = (entry.card.id, format!("{bert_s}/features/{}", entry.card.id));
            assert_eq!(cards.contains(&id.to_owned()), has_some, "{profile}, {id}");
            if entry.card.scope == Scope::User && !OF_GROUPS.contains(&id) {
                assert_eq!(listed.contains(&id.to_owned()), has_some, "{profile}, {id}");
            }
            let (status, error) = exchange.get(&anna, &path).await;
            assert_eq!(status == StatusCode::OK, has_some, "{profile}, {id}: {error}");
            if !has_some {
                for (method, wish) in [(Method::PUT, entry.default_settings()), (Method::DELETE, Value::Null)]
                {
                    let (status, error) = exchange.ask(&anna, method, &path, wish).await;
                    assert_eq!(
                        (status, &error["code"]),
                        (StatusCode::FORBIDDEN, &json!("not_licensed")),
                        "{id}"
                    );
                    assert!(error["message_nl"] != error["message_en"]);
                }
            }
        }
        assert!(names(&exchange.get(&anna, "/api/v1/features").await.1, "id").len() == SERVICES.len());
    }

    let (_, settings) = exchange.get(&bert, &do_not_disturb).await;
    assert_eq!(settings["settings"], json!({ "active": true }));
}

#[tokio::test]
async fn a_site_whose_company_has_no_licence_for_it_sets_nothing() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    for who in ["anna", "bert"] {
        let path = format!("/api/v1/users/{}", exchange.user("molen.example", who));
        exchange.ask(&anna, Method::PATCH, &path, json!({ "profile": "none" })).await;
    }
    let music = "/api/v1/sites/0/features/music_on_hold";
    assert_eq!(exchange.get(&anna, music).await.0, StatusCode::OK);
    let counts = json!({ "counts": { "menu_package": 1 } });
    assert_eq!(exchange.ask(&anna, Method::PUT, LICENCES, counts).await.0, StatusCode::OK);

    for (method, wish) in
        [(Method::GET, Value::Null), (Method::PUT, json!({})), (Method::DELETE, Value::Null)]
    {
        let (status, error) = exchange.ask(&anna, method, music, wish).await;
        assert_eq!((status, &error["code"]), (StatusCode::FORBIDDEN, &json!("not_licensed")));
    }
    let (status, error) = exchange.get(&anna, "/api/v1/me/calls?list=missed").await;
    assert_eq!((status, &error["about"]), (StatusCode::FORBIDDEN, &json!("F-005")));
}

#[tokio::test]
async fn a_group_takes_no_licence_and_is_given_none() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    exchange.ask(&anna, Method::PUT, LICENCES, json!({ "counts": { "office": 2, "fixed_mobile": 1 } })).await;
    let group = |profile: &str| {
        json!({ "kind": "hunt_group", "name": "verkoop", "display_name": "Verkoop", "extension": "250",
            "profile": profile })
    };

    let (status, error) = exchange.ask(&anna, Method::POST, "/api/v1/users", group("fixed_mobile")).await;
    assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("bad_value")), "{error}");
    let (status, made) = exchange.ask(&anna, Method::POST, "/api/v1/users", group("office")).await;

    assert_eq!((status, &made["profile"]), (StatusCode::CREATED, &json!("none")), "{made}");
    let settings = format!("/api/v1/users/{}/features/hunt_group", made["id"]);
    assert_eq!(exchange.get(&anna, &settings).await.0, StatusCode::OK);
    let (_, state) = exchange.get(&anna, LICENCES).await;
    assert_eq!((&state[0]["count"], &state[0]["used"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn calls_are_not_driven_by_whoever_has_no_licence_for_it_nor_for_them() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let bert = exchange.sign_in("bert@molen.example").await;
    let id = exchange.user("molen.example", "bert");
    let wish = json!({ "profile": "none", "role": "supervisor" });
    exchange.ask(&anna, Method::PATCH, &format!("/api/v1/users/{id}"), wish).await;
    let call =
        async |token: &str, wish: Value| exchange.ask(token, Method::POST, "/api/v1/calls", wish).await;
    let anna_s = exchange.user("molen.example", "anna");
    assert_eq!(call(&bert, json!({ "to": "201" })).await.0, StatusCode::ACCEPTED, "nothing is counted yet");
    exchange.ask(&anna, Method::PUT, LICENCES, json!({ "counts": { "office": 1 } })).await;

    for (token, wish) in [
        (&bert, json!({ "to": "201" })),
        (&bert, json!({ "to": "202", "from": anna_s })),
        (&anna, json!({ "to": "201", "from": id })),
    ] {
        let (status, error) = call(token, wish).await;
        assert_eq!((status, &error["code"]), (StatusCode::FORBIDDEN, &json!("not_licensed")));
        assert_eq!(error["about"], "F-004");
    }
    let (status, _) = exchange.ask(&bert, Method::POST, "/api/v1/calls/7/take-back", Value::Null).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = call(&anna, json!({ "to": "202" })).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(exchange.asked.commands.lock().unwrap().len(), 2);
}

fn names(list: &Value, key: &str) -> Vec<String> {
    let text = |it: &Value| it[key].as_str().unwrap_or_default().to_owned();
    list.as_array().map(|list| list.iter().map(text).collect()).unwrap_or_default()
}
