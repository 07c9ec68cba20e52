//! Every route times who calls it, taken from the route table: a route that is in no row fails.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::published::protocol::Role;

use super::super::router::{Access, Route, table};
use super::super::viewer::Need;
use super::desk::{Browser, Desk, Reply};
use super::sample::{Sample, id};

/// Acme with a user of each role, Beta with one of its own.
struct Scene {
    desk: Desk,
    acme: Sample,
}

impl Scene {
    async fn new() -> (
        Self,
        Vec<(Role, crate::values::id::Token)>,
        crate::values::id::Token,
    ) {
        let desk = Desk::new().await;
        let mut acme = Sample::new("acme", "Acme Corporation");
        let invited = [
            (Role::Full, "full"),
            (Role::Finance, "finance"),
            (Role::Work, "work"),
        ]
        .map(|(role, name)| (role, acme.invite(&format!("{name}@client-a.example"), role)));
        let mut beta = Sample::new("beta", "Beta Ltd");
        let stranger = beta.invite("someone@client-b.example", Role::Full);
        desk.push(&acme, 1).await;
        desk.push(&beta, 1).await;
        (Self { desk, acme }, invited.into_iter().collect(), stranger)
    }
}

/// The address of a route for a client, with objects of its own.
fn address(route: &Route, client: &Sample) -> String {
    route
        .path
        .replace("{client}", client.id.as_str())
        .replace("{invoice}", client.invoices[0].id.as_str())
        .replace("{thread}", client.talk.threads[0].id.as_str())
        .replace("{request}", client.talk.requests[0].id.as_str())
        .replace("{project}", client.projects.projects[0].id.as_str())
        .replace("{document}", client.documents[0].0.id.as_str())
        .replace("{id}", client.id.as_str())
        .replace("{digest}", &"0".repeat(64))
        .replace("{token}", &"A".repeat(43))
        .replace("{kinds}", "weekly-summary")
        .replace("{name}", "none.css")
}

/// The same with what a route asks for beside its path.
fn whole(route: &Route, client: &Sample) -> String {
    let address = address(route, client);
    match route.path.rsplit_once('/') {
        Some(("/c/{client}/reports", "export")) => format!("{address}?format=csv&report=months"),
        Some((_, "export")) => format!("{address}?format=csv"),
        _ => address,
    }
}

async fn call(browser: &mut Browser<'_>, route: &Route, address: &str) -> Reply {
    let request = Request::builder()
        .method(route.method.clone())
        .uri(address)
        .body(Body::empty())
        .unwrap();
    browser.request(request).await
}

fn reaches(role: Role, need: Need) -> bool {
    match need {
        Need::Membership | Need::Questions | Need::Approvals => true,
        Need::Timesheet | Need::Projects => role != Role::Finance,
        Need::Retainer | Need::Invoices | Need::Unbilled | Need::Documents | Need::Expenses => {
            role != Role::Work
        }
        Need::Reports => true,
    }
}

/// The thread of the sample is about a project, its request is for more budget.
fn reaches_object(role: Role, route: &Route) -> bool {
    match route.path {
        path if path.contains("{thread}") => role != Role::Finance,
        path if path.contains("{request}") => role != Role::Work,
        _ => true,
    }
}

/// Who is let through gets the page, or is told that the form lacks everything.
fn let_through(route: &Route) -> StatusCode {
    if route.method == Method::GET {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    }
}

#[tokio::test]
async fn the_table_names_each_route_once() {
    let mut rows: Vec<String> = table()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let count = rows.len();
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), count);
    assert_eq!(
        count, 75,
        "a new route needs its rows in the tests here: what may everybody do, who is let in"
    );
}

#[tokio::test]
async fn nobody_gets_in_without_a_session_or_token() {
    let (scene, _, _) = Scene::new().await;
    for route in table() {
        let address = whole(&route, &scene.acme);
        let mut anonymous = scene.desk.browser();
        let reply = call(&mut anonymous, &route, &address).await;
        match route.access {
            Access::Everyone => {}
            Access::Account => assert_eq!(reply.problem().code, "protocol", "{address}"),
            Access::SignedIn | Access::Person | Access::User(_) => {
                assert_eq!(reply.status, StatusCode::SEE_OTHER, "{address}");
                assert!(reply.location().starts_with("/sign-in"), "{address}");
            }
        }
    }
}

#[tokio::test]
async fn each_role_reaches_what_it_may_and_the_rest_is_not_there() {
    let (scene, invited, _) = Scene::new().await;
    for (role, secret) in invited {
        let mut browser = scene.desk.accepted(&secret).await;
        let nowhere = browser.get("/no/such/page").await;
        for route in table() {
            let Access::User(need) = route.access else {
                continue;
            };
            let address = whole(&route, &scene.acme);
            let reply = call(&mut browser, &route, &address).await;
            if role == Role::Finance && route.path.ends_with("/reports/export") {
                // A report of hours is not for everybody who has reports.
                assert_same(&reply, &nowhere, &format!("{role:?} {address}"));
            } else if reaches(role, need) && reaches_object(role, &route) {
                assert_eq!(reply.status, let_through(&route), "{role:?} {address}");
            } else {
                assert_same(&reply, &nowhere, &format!("{role:?} {address}"));
            }
        }
    }
}

#[tokio::test]
async fn another_clients_objects_are_as_if_they_were_not() {
    let (scene, _, stranger) = Scene::new().await;
    let mut browser = scene.desk.accepted(&stranger).await;
    let mut random = scene.acme.clone();
    random.id = id("random");
    random.invoices[0].id = id("random invoice");
    random.talk.threads[0].id = id("random thread");
    random.talk.requests[0].id = id("random request");
    random.projects.projects[0].id = id("random project");
    random.documents[0].0.id = id("random document");
    for route in table() {
        let Access::User(_) = route.access else {
            continue;
        };
        let foreign = call(&mut browser, &route, &whole(&route, &scene.acme)).await;
        let unknown = call(&mut browser, &route, &whole(&route, &random)).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", route.path);
        assert_same(&foreign, &unknown, route.path);
        let mut mixed = random.clone();
        mixed.id = id("beta");
        if [
            "{invoice}",
            "{project}",
            "{document}",
            "{thread}",
            "{request}",
        ]
        .iter()
        .any(|part| route.path.contains(part))
        {
            mixed.invoices[0].id = scene.acme.invoices[0].id.clone();
            mixed.projects.projects[0].id = scene.acme.projects.projects[0].id.clone();
            mixed.documents[0].0.id = scene.acme.documents[0].0.id.clone();
            mixed.talk = scene.acme.talk.clone();
            let own_address = call(&mut browser, &route, &whole(&route, &mixed)).await;
            assert_same(
                &own_address,
                &unknown,
                "a foreign object under the own client",
            );
        }
    }
}

#[tokio::test]
async fn switched_off_sections_are_as_if_they_were_not() {
    let (mut scene, invited, _) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited[0].1).await;
    let nowhere = browser.get("/nowhere").await;
    let sections = &mut scene.acme.console.sections;
    (sections.timesheets, sections.retainer, sections.invoices) = (false, false, false);
    sections.comments = false;
    (sections.documents, sections.unbilled) = (false, false);
    sections.expenses = false;
    scene.desk.push(&scene.acme, 2).await;
    for route in table() {
        let Access::User(need) = route.access else {
            continue;
        };
        let reply = call(&mut browser, &route, &whole(&route, &scene.acme)).await;
        if matches!(need, Need::Membership | Need::Projects | Need::Approvals) {
            assert_eq!(reply.status, let_through(&route), "{}", route.path);
        } else {
            assert_same(&reply, &nowhere, route.path);
        }
    }
}

#[tokio::test]
async fn a_disabled_user_is_out_at_the_next_request() {
    let (mut scene, invited, _) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited[0].1).await;
    assert_eq!(
        browser.get(&format!("/c/{}", scene.acme.id)).await.status,
        StatusCode::OK
    );
    scene.acme.user("full@client-a.example").enabled = false;
    scene.desk.push(&scene.acme, 2).await;
    for route in table() {
        if !matches!(
            route.access,
            Access::User(_) | Access::SignedIn | Access::Person
        ) {
            continue;
        }
        let reply = call(&mut browser, &route, &whole(&route, &scene.acme)).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", route.path);
    }
    let again = scene
        .desk
        .browser()
        .sign_in("full@client-a.example", super::desk::PASSWORD)
        .await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn forms_of_ones_own_are_taken_from_ones_own_pages_only() {
    let (scene, invited, _) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited[0].1).await;
    for route in table() {
        if route.access != Access::Person || route.method != Method::POST {
            continue;
        }
        let mut fields = vec![("form_token", "forged")];
        fields.extend(match route.path {
            "/account/confirm" | "/account/sessions/end" => vec![],
            "/account/password" => vec![("current", "a"), ("password", "b"), ("repeat", "b")],
            "/account/authenticator" => vec![("code", "123456")],
            "/account/recovery-codes/file" => vec![("codes", "00000-00000")],
            "/account/passkeys" => vec![("credential", "{}")],
            "/account/passkeys/new" => vec![("name", "phone")],
            "/account/passkeys/remove" => vec![("passkey", "1")],
            _ => vec![],
        });
        let reply = browser.post(route.path, &fields).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
    let reply = browser.get("/account").await;
    assert_eq!(reply.status, StatusCode::OK, "and none ended the session");
}

#[tokio::test]
async fn a_link_is_nobodys_account() {
    let (scene, _, _) = Scene::new().await;
    let link = super::super::operator::sign_in_link(
        scene.desk.store.as_ref(),
        "north",
        "acme",
        "full@client-a.example",
        super::super::operator::LINK_LIFETIME,
        scene.desk.now(),
    );
    let mut browser = scene.desk.browser();
    browser.get(&link.await.unwrap()).await;
    for route in table() {
        if route.access != Access::Person {
            continue;
        }
        let reply = call(&mut browser, &route, route.path).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
}

#[tokio::test]
async fn other_methods_change_nothing() {
    let (scene, invited, _) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited[0].1).await;
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::TRACE,
    ] {
        let request = Request::builder()
            .method(method.clone())
            .uri(format!("/c/{}", scene.acme.id))
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            browser.request(request).await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}

fn assert_same(one: &Reply, other: &Reply, what: &str) {
    assert_eq!(one.status, other.status, "{what}");
    assert_eq!(one.headers, other.headers, "{what}");
    assert_eq!(one.bytes, other.bytes, "{what}");
}
