//! By which names people are made and sign in over the API (F-007).

use hyper::{Method, StatusCode};
use serde_json::json;

#[path = "support/exchange.rs"]
mod support;

use support::{Exchange, PASSWORD};

#[tokio::test]
async fn a_name_signs_in_with_and_without_its_domain_where_it_means_one_person() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("ANNA@Molen.Example").await;
    let carla = json!({ "name": "Carla@molen.example", "display_name": "Carla", "extension": "203", "password": PASSWORD });
    let (status, user) = exchange.ask(&anna, Method::POST, "/api/v1/users", carla).await;
    assert_eq!((status, &user["name"]), (StatusCode::CREATED, &json!("carla")));
    let sign_in = async |name: &str| {
        let wish = json!({ "user": name, "password": PASSWORD });
        let (status, session) = exchange.ask("", Method::POST, "/api/v1/sign-in", wish).await;
        (status, session["me"]["name"].as_str().unwrap_or_default().to_owned())
    };

    for name in ["carla@molen.example", "Carla@MOLEN.example", "carla", "CARLA", " carla "] {
        assert_eq!(sign_in(name).await, (StatusCode::OK, "carla@molen.example".to_owned()), "{name}");
    }
    assert_eq!(sign_in("root").await, (StatusCode::OK, "root".to_owned()));
    for name in ["anna", "carla@brug.example", "carla@", "@molen.example", "nobody"] {
        assert_eq!(sign_in(name).await.0, StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[tokio::test]
async fn a_login_is_had_once_and_shaped_like_the_name_of_an_address() {
    let exchange = Exchange::start().await;
    let anna = exchange.sign_in("anna@molen.example").await;
    let add = async |name: &str| {
        let wish = json!({ "name": name, "display_name": "X", "extension": "209" });
        let (status, error) = exchange.ask(&anna, Method::POST, "/api/v1/users", wish).await;
        (status.as_u16(), error["code"].as_str().unwrap_or_default().to_owned())
    };

    for name in ["bert", "BERT", "Bert@Molen.example"] {
        assert_eq!(add(name).await, (409, "already_exists".to_owned()), "{name}");
    }
    for name in ["", "an na", "a..b", ".a", "x@brug.example", "x@y@molen.example"] {
        assert_eq!(add(name).await, (422, "bad_value".to_owned()), "{name}");
    }
    assert_eq!(add("zoë.de-wit").await.0, 201);
    assert_eq!(add("ZOË.de-wit").await, (409, "already_exists".to_owned()));
}
