//! The settings of every service in the API document, made from the services' own cards.

use pbx::catalogue::SERVICES;
use pbx::feature::{Card, Choice, Field, FieldKind};
use serde_json::{Map, Value, json};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Schema};

/// What every body of settings refers to: one of all services'.
const ANY: &str = "ServiceSettings";

/// Describes each service's settings, and refers to them wherever they are set.
pub(super) fn describe(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let names: Vec<String> = SERVICES.iter().map(|entry| name(&entry.card)).collect();
    for (name, entry) in names.iter().zip(SERVICES.iter()) {
        let described = format!("{} ({})", entry.card.title_en, entry.card.function);
        let mut schema = object(entry.card.fields);
        schema["description"] = described.into();
        components.schemas.insert(name.clone(), read(schema));
    }
    let all: Vec<Value> =
        names.iter().map(|name| json!({ "$ref": format!("#/components/schemas/{name}") })).collect();
    let any = json!({ "anyOf": all, "description": "The settings of the service that the address names." });
    components.schemas.insert(ANY.to_owned(), read(any));

    for (_, item) in document.paths.paths.iter_mut().filter(|(path, _)| path.ends_with("/features/{feature}"))
    {
        if let Some(body) = item.put.as_mut().and_then(|operation| operation.request_body.as_mut()) {
            let content = Content::new(Some(Ref::from_schema_name(ANY)));
            body.content.insert("application/json".to_owned(), content);
        }
    }
}

/// `CallForwardingBusy` for `call_forwarding_busy`.
fn name(card: &Card) -> String {
    let mut words = String::new();
    for word in card.id.split('_') {
        let mut letters = word.chars();
        words.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        words.push_str(letters.as_str());
    }
    words
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn property(field: &Field) -> Value {
    let mut property = of(&field.kind);
    if property.get("description").is_none() {
        property["description"] = field.en.into();
    }
    property
}

fn of(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Switch => json!({ "type": "boolean" }),
        FieldKind::Destination => json!({ "type": ["string", "null"],
            "description": "A number as one dials it; answered as `+31201234567`, or an extension." }),
        FieldKind::Count { range, zero } => {
            let least = if *zero { 0 } else { *range.start() };
            json!({ "type": "integer", "minimum": least, "maximum": range.end() })
        }
        FieldKind::Choice(choices) => json!({ "type": "string", "enum": values(choices) }),
        FieldKind::Choices(choices) => list(json!({ "type": "string", "enum": values(choices) })),
        FieldKind::Subscriber => subscriber(),
        FieldKind::Subscribers => list(subscriber()),
        FieldKind::Music => {
            json!({ "description": "The exchange's own music, or a file of the company.", "oneOf": [
            { "type": "string", "enum": ["system"] },
            { "type": "object", "properties": { "file": { "type": "string" } }, "required": ["file"] },
        ] })
        }
        FieldKind::Schedule(_) => json!({ "type": ["integer", "string", "null"],
            "description": "A schedule by its id, or by its name; answered by its id." }),
        FieldKind::Patterns => list(json!({ "type": "string",
            "description": "A number as one dials it, or a pattern: `?` is one digit, `*` at the end any digits." })),
        FieldKind::OwnNumber => own_number(),
        FieldKind::OwnNumbers => list(own_number()),
        FieldKind::Text(longest) => json!({ "type": "string", "maxLength": longest }),
        FieldKind::Pin => json!({ "type": ["string", "null"],
            "description": "2 to 14 digits; answered as their hash, which can be sent back to keep them." }),
        FieldKind::CodePrefix => json!({ "type": "string", "pattern": "^[0-9*#]{1,2}$" }),
        FieldKind::Record(fields) => object(fields),
        FieldKind::List(fields) => list(object(fields)),
    }
}

fn subscriber() -> Value {
    json!({ "type": ["integer", "string"], "minimum": 0,
        "description": "Somebody by the id, or by the login; answered by the id." })
}

fn own_number() -> Value {
    json!({ "type": "string", "pattern": "^(primary|alternate_([1-9]|10))$" })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn values(choices: &[Choice]) -> Vec<&'static str> {
    choices.iter().map(|choice| choice.value).collect()
}

fn read(schema: Value) -> RefOr<Schema> {
    serde_json::from_value(schema).expect("what is written above is a schema")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_of_every_service_is_described() {
        let document = serde_json::to_value(crate::http::document()).unwrap();

        for entry in SERVICES.iter() {
            let schema = &document["components"]["schemas"][name(&entry.card)];
            for setting in entry.default_settings().as_object().unwrap().keys() {
                let property = &schema["properties"][setting];
                assert!(property.is_object(), "{}, {setting}: {schema}", entry.card.id);
                assert!(property["description"].is_string(), "{}, {setting}", entry.card.id);
            }
        }
    }

    #[test]
    fn whoever_sets_a_service_finds_its_settings_in_the_document() {
        let document = serde_json::to_value(crate::http::document()).unwrap();

        for owner in ["users/{user}", "departments/{department}", "sites/{site}"] {
            let path = format!("/api/v1/{owner}/features/{{feature}}");
            let body = &document["paths"][path]["put"]["requestBody"]["content"]["application/json"];
            assert_eq!(body["schema"]["$ref"], format!("#/components/schemas/{ANY}"));
        }
        let any = document["components"]["schemas"][ANY]["anyOf"].as_array().unwrap();
        assert_eq!(any.len(), SERVICES.len());
        let rejection = &document["components"]["schemas"]["SelectiveCallRejection"]["properties"];
        let entry = &rejection["entries"]["items"]["properties"];
        assert_eq!(entry["from"]["enum"], json!(["any", "internal", "external", "chosen"]));
    }
}
