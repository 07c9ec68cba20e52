//! How the sync speaks with a portal, described in OpenAPI 3.1: the paths are told here and compared with the table of routes by a
//! test, the bodies follow from the types on the wire. It tells of no page behind sign-in.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::published::notice::NoticeMail;
use crate::published::protocol::{
    Answer, Event, EventKind, Events, Manifest, PROTOCOL_HEADER, Problem, Status, Users,
};
use crate::published::{
    Console, Documents, Expenses, Invoice, Month, PROTOCOL, Projects, Retainer, Talk,
};

#[derive(OpenApi)]
#[openapi(components(schemas(
    Manifest, Answer, Status, Events, Event, EventKind, Problem, Console, Users, Projects,
    Retainer, Month, Invoice, Talk, Documents, Expenses, NoticeMail
)))]
struct Types;

/// The description as JSON.
pub fn text() -> String {
    document().to_string()
}

/// `GET /api/openapi.json`
pub(super) async fn serve() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(text);
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

pub(super) fn document() -> Value {
    let types = serde_json::to_value(Types::openapi()).unwrap_or_default();
    let schemas = types
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Loggia portal: sync",
            // The version of the protocol; which program answers is told to accounts only.
            "version": PROTOCOL.to_string(),
            "description": "How an account publishes its clients to a portal and fetches what they did there. A client is published in \
                three repeatable steps: PUT its manifest; PUT the parts that the answer lacks; PUT the manifest again. What is absent \
                from the manifest is deleted. Bodies may come as gzip. Unknown fields are refused.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "the portal that serves this" }],
        "security": [{ "token": [] }],
        "paths": paths(),
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "the token of the account" },
            },
            "schemas": schemas,
        },
    })
}

fn paths() -> Value {
    json!({
        "/api/openapi.json": { "get": {
            "operationId": "description",
            "summary": "This description",
            "security": [],
            "responses": { "200": { "description": "OpenAPI 3.1", "content": { "application/json": { "schema": { "type": "object" } } } } },
        } },
        "/api/v1/status": { "get": {
            "operationId": "status",
            "summary": "What the account has published",
            "parameters": [protocol()],
            "responses": responses(&[("200", "The clients with their revisions", Some("Status"))], &[]),
        } },
        "/api/v1/events": { "get": {
            "operationId": "events",
            "summary": "What clients did, in order, at most 500 at once",
            "parameters": [protocol(), {
                "name": "after", "in": "query", "required": false,
                "description": "the number of the last event that is known",
                "schema": { "type": "integer", "minimum": 0, "default": 0 },
            }],
            "responses": responses(&[("200", "The events after that number", Some("Events"))], &["422"]),
        } },
        "/api/v1/clients/{id}": { "delete": {
            "operationId": "remove",
            "summary": "Remove a client, its users and their sessions, and what they did as far as the account has read it",
            "parameters": [protocol(), client(), {
                "name": "revision", "in": "query", "required": true,
                "description": "the revision that is removed; a client that has a higher one by now stays",
                "schema": { "type": "integer", "minimum": 0 },
            }, {
                "name": "read", "in": "query", "required": false,
                "description": "the number of the last event that the account has",
                "schema": { "type": "integer", "minimum": 0, "default": 0 },
            }],
            "responses": responses(&[("204", "It is gone", None)], &["404", "422"]),
        } },
        "/api/v1/notices/{id}": { "put": {
            "operationId": "notice",
            "summary": "Have a notice sent at once, to a user of the account's clients who has come in",
            "parameters": [protocol(), {
                "name": "id", "in": "path", "required": true,
                "description": "the part of its Message-ID before the `@`; what was sent is not sent again, and what was not may come again with other words",
                "schema": { "type": "string", "pattern": "^[0-9a-z]{16,64}$" },
            }],
            "requestBody": { "required": true, "content": { "application/json": { "schema": reference("NoticeMail") } } },
            "responses": responses(&[("204", "It is sent, now or before", None)], &["413", "422", "502"]),
        } },
        "/api/v1/clients/{id}/manifest": { "get": {
            "operationId": "held",
            "summary": "What the account has published of a client, part by part",
            "parameters": [protocol(), client()],
            "responses": responses(&[("200", "Its manifest", Some("Manifest"))], &["404"]),
        }, "put": {
            "operationId": "manifest",
            "summary": "Make a client what the manifest says, once all its parts are there",
            "parameters": [protocol(), client()],
            "requestBody": { "required": true, "content": { "application/json": { "schema": reference("Manifest") } } },
            "responses": responses(
                &[("200", "Committed, or what is lacking", Some("Answer"))],
                &["404", "413", "422"],
            ),
        } },
        "/api/v1/clients/{id}/chunks": { "put": {
            "operationId": "parts",
            "summary": "Send several parts at once, to be shown once a manifest names them",
            "parameters": [protocol(), client()],
            "requestBody": {
                "required": true,
                "description": "Each part after its length, in four bytes with the highest first.",
                "content": { "application/octet-stream": {} },
            },
            "responses": responses(&[("204", "They are there", None)], &["404", "413", "422"]),
        } },
        "/api/v1/clients/{id}/chunks/{digest}": { "get": {
            "operationId": "published",
            "summary": "One part that the account has published, as it was sent",
            "parameters": [protocol(), client(), digest()],
            "responses": published(),
        }, "put": {
            "operationId": "part",
            "summary": "Send one part, to be shown once a manifest names it",
            "parameters": [protocol(), client(), digest()],
            "requestBody": {
                "required": true,
                "description": "JSON of the form that its key in the manifest names, or the bytes of a file. `console`, `users`, `projects`, \
                    `retainers` (a list), `talk`, `documents`, `expenses/YYYY`, `month/YYYY-MM`, `invoice/NUMBER`, `file/NAME`, `document/ID`. The form is \
                    checked when the manifest is committed.",
                "content": {
                    "application/json": { "schema": { "anyOf": [
                        reference("Console"), reference("Users"), reference("Projects"),
                        { "type": "array", "items": reference("Retainer") },
                        reference("Month"), reference("Invoice"), reference("Talk"), reference("Documents"),
                        reference("Expenses"),
                    ] } },
                    "application/octet-stream": {},
                },
            },
            "responses": responses(&[("204", "It is kept", None)], &["404", "413", "422"]),
        } },
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn protocol() -> Value {
    json!({
        "name": PROTOCOL_HEADER, "in": "header", "required": true,
        "description": "the version of the protocol that is spoken",
        "schema": { "type": "string", "const": PROTOCOL.to_string() },
    })
}

fn client() -> Value {
    json!({
        "name": "id", "in": "path", "required": true,
        "description": "the random id of the client",
        "schema": { "type": "string", "pattern": "^([0-9a-hjkmnp-tv-z]{13}){1,2}$" },
    })
}

fn digest() -> Value {
    json!({
        "name": "digest", "in": "path", "required": true,
        "description": "SHA-256 of the part, not compressed",
        "schema": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
    })
}

/// The answer with a part: its bytes.
fn published() -> Value {
    let mut responses = responses(&[("200", "Its bytes", None)], &["404"]);
    if let Some(good) = responses.get_mut("200").and_then(Value::as_object_mut) {
        let bytes = json!({ "application/octet-stream": {} });
        good.insert("content".to_owned(), bytes);
    }
    responses
}

/// What may be answered: this, these refusals, and those of every request.
fn responses(good: &[(&str, &str, Option<&str>)], refusals: &[&str]) -> Value {
    let mut responses = Map::new();
    for (status, description, schema) in good {
        let mut response = json!({ "description": description });
        if let (Some(schema), Some(response)) = (schema, response.as_object_mut()) {
            let content = json!({ "application/json": { "schema": reference(schema) } });
            response.insert("content".to_owned(), content);
        }
        responses.insert((*status).to_owned(), response);
    }
    for status in ["401", "403", "409", "500", "503"].iter().chain(refusals) {
        let description = match *status {
            "401" => "No token, or none of this portal",
            "403" => {
                "The account is switched off, its plan is full, no notices are taken or enough for a day, or the request came in the clear"
            }
            "404" => "There is no such thing in this account",
            "409" => {
                "Another protocol, an older revision than the portal has, or the notice is being sent"
            }
            "413" => "More bytes than are taken",
            "422" => "Not of the form that is described here",
            "502" => "The mail server of the portal does not take it now",
            "503" => "The portal is busy",
            _ => "The portal failed; the message has the number under which its log tells more",
        };
        let problem = json!({
            "description": description,
            "content": { "application/json": { "schema": reference("Problem") } },
        });
        responses.insert((*status).to_owned(), problem);
    }
    Value::Object(responses)
}
