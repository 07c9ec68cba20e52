//! The description of the sync against the portal: each route is in it, and what goes over the wire is of its forms.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::published::protocol::Role;
use crate::published::{ChunkKey, PROTOCOL};

use super::super::openapi::document;
use super::super::router::table;
use super::desk::Desk;
use super::sample::Sample;

#[test]
fn each_route_of_the_sync_is_described_and_no_other() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routes: BTreeSet<String> = table()
        .iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(described, routes);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], PROTOCOL.to_string());
    let text = document.to_string();
    for inside in ["/c/{client}", "/sign-in", env!("CARGO_PKG_VERSION")] {
        assert!(!text.contains(inside), "{inside}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(document: &Value, value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    let pointer = reference.trim_start_matches('#');
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                object.values().for_each(|value| walk(document, value));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(document, value)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

/// What is wrong with a value, as far as the words of JSON Schema go that the description uses; a word it does not know fails.
fn wrong(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let Some(rules) = schema.as_object() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let one = |schema: &Value| wrong(document, schema, value, at);
    for (word, rule) in rules {
        match word.as_str() {
            "$ref" => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                found.extend(one(document.pointer(pointer).unwrap()));
            }
            "type" => {
                let types = match rule {
                    Value::Array(types) => types.clone(),
                    one => vec![one.clone()],
                };
                if !types.iter().any(|of| is_a(value, of.as_str().unwrap())) {
                    found.push(format!("{at}: {value} is no {rule}"));
                }
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        found.push(format!("{at}: {name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in rule.as_object().unwrap() {
                    if let Some(inner) = value.get(name) {
                        found.extend(wrong(document, schema, inner, &format!("{at}/{name}")));
                    }
                }
            }
            "additionalProperties" if *rule == json!(false) => {
                let known = rules.get("properties").and_then(Value::as_object);
                for name in value.as_object().into_iter().flat_map(|of| of.keys()) {
                    if !known.is_some_and(|known| known.contains_key(name)) {
                        found.push(format!("{at}: {name} is not known"));
                    }
                }
            }
            "items" => {
                let first = rules.get("prefixItems").and_then(Value::as_array);
                let skip = first.map_or(0, Vec::len);
                for (n, inner) in value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .skip(skip)
                {
                    if *rule == json!(false) {
                        found.push(format!("{at}/{n}: one too many"));
                    }
                    found.extend(wrong(document, rule, inner, &format!("{at}/{n}")));
                }
            }
            "prefixItems" => {
                let inner = value.as_array().into_iter().flatten();
                for (n, (schema, inner)) in rule.as_array().unwrap().iter().zip(inner).enumerate() {
                    found.extend(wrong(document, schema, inner, &format!("{at}/{n}")));
                }
            }
            "allOf" => found.extend(rule.as_array().unwrap().iter().flat_map(one)),
            "oneOf" | "anyOf" => {
                let all: Vec<_> = rule.as_array().unwrap().iter().map(one).collect();
                let fit = all.iter().filter(|wrong| wrong.is_empty()).count();
                if fit == 0 || (word == "oneOf" && fit > 1) {
                    found.push(format!("{at}: fits {fit} of {}: {all:?}", all.len()));
                }
            }
            "enum" if !rule.as_array().unwrap().contains(value) => {
                found.push(format!("{at}: {value} is none of {rule}"));
            }
            "const" if rule != value => found.push(format!("{at}: {value} is not {rule}")),
            "minimum" if value.is_number() && value.as_f64() < rule.as_f64() => {
                found.push(format!("{at}: {value} is too small"));
            }
            "enum"
            | "const"
            | "minimum"
            | "pattern"
            | "format"
            | "description"
            | "examples"
            | "example"
            | "default"
            | "title"
            | "additionalProperties"
            | "maximum"
            | "propertyNames" => {}
            other => panic!("{at}: the test does not know `{other}`"),
        }
    }
    found
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

fn fits(document: &Value, schema: &Value, value: &Value, what: &str) {
    let wrong = wrong(document, schema, value, what);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn of_key(key: &ChunkKey) -> Option<Value> {
    Some(match key {
        ChunkKey::Console => named("Console"),
        ChunkKey::Talk => named("Talk"),
        ChunkKey::Documents => named("Documents"),
        ChunkKey::Expenses(_) => named("Expenses"),
        ChunkKey::Users => named("Users"),
        ChunkKey::Projects => named("Projects"),
        ChunkKey::Retainers => json!({ "type": "array", "items": named("Retainer") }),
        ChunkKey::Month(_) => named("Month"),
        ChunkKey::Invoice(_) => named("Invoice"),
        _ => return None,
    })
}

#[tokio::test]
async fn a_sync_is_of_the_forms_that_are_described() {
    let (desk, document) = (Desk::new().await, document());
    let mut acme = Sample::new("acme", "Acme");
    let secret = acme.invite("jo@acme.example", Role::Full);
    acme.user("jo@acme.example")
        .invitation
        .as_mut()
        .unwrap()
        .send = true;
    let manifest = serde_json::to_value(acme.manifest(1)).unwrap();
    fits(&document, &named("Manifest"), &manifest, "manifest");
    for chunk in acme.chunks() {
        let Some(schema) = of_key(&chunk.key) else {
            continue;
        };
        let body: Value = serde_json::from_slice(&chunk.body).unwrap();
        fits(&document, &schema, &body, &chunk.key.to_string());
        // What the form does not know, the portal does not take.
        if let Value::Object(mut object) = body {
            object.insert("surplus".to_owned(), json!(1));
            assert!(!wrong(&document, &schema, &Value::Object(object), "").is_empty());
        }
    }
    let answer = desk.put_manifest(&acme.id, &acme.manifest(1)).await;
    let lacks: Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(lacks["state"], "lacks");
    fits(&document, &named("Answer"), &lacks, "answer");
    desk.push(&acme, 1).await;
    let mut jo = desk.accepted(&secret).await;
    let invoice = format!("/c/{}/invoices/{}", acme.id, acme.invoices[0].id);
    jo.get(&invoice).await;
    for (path, form) in [("/status", "Status"), ("/events", "Events")] {
        let reply = desk.api(Method::GET, path, Body::empty()).await;
        let value: Value = serde_json::from_slice(&reply.bytes).unwrap();
        let list = &value[if form == "Status" {
            "clients"
        } else {
            "events"
        }];
        assert!(!list.as_array().unwrap().is_empty());
        fits(&document, &named(form), &value, form);
    }
    let path = format!("/clients/{}/manifest", acme.id);
    let reply = desk.api(Method::GET, &path, Body::empty()).await;
    let value: Value = serde_json::from_slice(&reply.bytes).unwrap();
    fits(&document, &named("Manifest"), &value, &path);
    for path in ["/events?after=x", "/clients/none/manifest"] {
        let reply = desk.api(Method::GET, path, Body::empty()).await;
        if let Ok(value) = serde_json::from_slice(&reply.bytes) {
            fits(&document, &named("Problem"), &value, path);
        }
    }
    let committed = desk.put_manifest(&acme.id, &acme.manifest(2)).await;
    let value: Value = serde_json::from_slice(&committed.bytes).unwrap();
    assert_eq!(value["state"], "committed");
    fits(&document, &named("Answer"), &value, "answer");
}

#[tokio::test]
async fn the_description_is_served_and_unknown_fields_are_refused() {
    let desk = Desk::new().await;
    let request = Request::get("/api/openapi.json")
        .body(Body::empty())
        .unwrap();
    let reply = desk.send(request, "203.0.113.9").await;
    let served: Value = serde_json::from_slice(&reply.bytes).unwrap();
    assert_eq!(served, document());
    let acme = Sample::new("acme", "Acme");
    let mut manifest = serde_json::to_value(acme.manifest(1)).unwrap();
    manifest["surplus"] = json!(1);
    let path = format!("/clients/{}/manifest", acme.id);
    let reply = desk.api(Method::PUT, &path, manifest.to_string()).await;
    assert_eq!(reply.status, 422);
    assert!(reply.problem().message.contains("unknown field `surplus`"));
}
