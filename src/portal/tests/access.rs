//! Coming in, staying in and going out.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;

use crate::published::protocol::{EventKind, RawEvent, Role};
use crate::values::id::Token;

use super::super::audit::Action;
use super::super::operator;
use super::desk::{Browser, Desk, PASSWORD};
use super::sample::{Sample, invitation};

const ADA: &str = "ada@lovelace.example";

async fn published() -> (Desk, Sample, Token) {
    let desk = Desk::new().await;
    let mut acme = Sample::new("acme", "Acme Corporation");
    let secret = acme.invite(ADA, Role::Full);
    desk.push(&acme, 1).await;
    (desk, acme, secret)
}

fn home(sample: &Sample) -> String {
    format!("/c/{}", sample.id)
}

async fn is_in(browser: &mut Browser<'_>, sample: &Sample) -> bool {
    browser.get(&home(sample)).await.status == StatusCode::OK
}

async fn actions(desk: &Desk) -> Vec<String> {
    let account = desk.store.accounts().await.unwrap()[0].id;
    let lines = desk.store.audit(account.0, 0, 1_000).await.unwrap();
    lines.into_iter().map(|line| line.action).collect()
}

#[tokio::test]
async fn who_is_not_known_yet_is_answered_in_the_language_of_the_browser() {
    let desk = Desk::new().await;
    for (path, german, french) in [
        ("/sign-in", "Anmelden", "Connexion"),
        ("/nowhere", "Hier ist nichts", "Rien ici"),
    ] {
        for (language, tag, word) in [("de-AT,en;q=0.5", "de", german), ("fr", "fr", french)] {
            let request = Request::get(path)
                .header("accept-language", language)
                .body(Body::empty())
                .unwrap();
            let text = desk.browser().request(request).await.text();
            assert!(text.contains(&format!("<html lang=\"{tag}\">")), "{text}");
            assert!(text.contains(word), "{text}");
        }
    }
}

#[tokio::test]
async fn an_invitation_leads_to_a_password_and_the_console() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.browser();
    let reply = browser.accept(&secret, PASSWORD).await;
    assert_eq!(reply.location(), home(&acme));
    assert!(browser.cookies.contains_key("loggia"));
    assert!(!browser.cookies.contains_key("loggia-invitation"));
    let console = browser.get(&reply.location()).await;
    assert!(
        console.text().contains("12.50\u{a0}h"),
        "{}",
        console.text()
    );
    // Used up, for this browser and any other.
    let mut other = desk.browser();
    assert_eq!(
        other.accept(&secret, PASSWORD).await.status,
        StatusCode::GONE
    );
    // The password works from now on.
    let reply = other.sign_in("ADA@lovelace.example", PASSWORD).await;
    assert_eq!(reply.location(), "/");
    assert_eq!(other.get("/").await.location(), home(&acme));
    let events = desk
        .store
        .events(desk.store.accounts().await.unwrap()[0].id, 0, 10)
        .await
        .unwrap();
    let kinds: Vec<EventKind> = events.events.iter().filter_map(RawEvent::read).collect();
    assert_eq!(kinds, [EventKind::InvitationAccepted, EventKind::SignedIn]);
}

#[tokio::test]
async fn the_password_form_says_what_is_wrong_and_uses_nothing_up() {
    let (desk, _, secret) = published().await;
    let mut browser = desk.browser();
    for (password, words) in [
        ("short", "too short"),
        ("password1234", "tried first"),
        ("acme is my best client", "contains your name"),
        ("abcdefghijklmnop", "pattern"),
    ] {
        let reply = browser.accept(&secret, password).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains(words), "{password}");
    }
    let token = browser.get("/invite").await.form_token();
    let fields = [
        ("form_token", token.as_str()),
        ("password", PASSWORD),
        ("repeat", "other"),
    ];
    assert!(
        browser
            .post("/invite", &fields)
            .await
            .text()
            .contains("not the same")
    );
    let forged = [
        ("form_token", "x"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    assert_eq!(
        browser.post("/invite", &forged).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        browser.accept(&secret, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn an_invitation_dies_by_time_by_withdrawal_and_by_a_new_one() {
    let (desk, mut acme, first) = published().await;
    let second = Token::random().unwrap();
    acme.user(ADA).invitation = Some(invitation(&second));
    desk.push(&acme, 2).await;
    assert_eq!(
        desk.browser().accept(&first, PASSWORD).await.status,
        StatusCode::GONE
    );
    acme.user(ADA).invitation = None;
    desk.push(&acme, 3).await;
    assert_eq!(
        desk.browser().accept(&second, PASSWORD).await.status,
        StatusCode::GONE
    );
    acme.user(ADA).invitation = Some(invitation(&second));
    desk.push(&acme, 4).await;
    desk.wait(TimeDelta::days(7));
    assert_eq!(
        desk.browser().accept(&second, PASSWORD).await.status,
        StatusCode::GONE
    );
}

#[tokio::test]
async fn inviting_again_sets_a_new_password_and_ends_other_sessions() {
    let (desk, mut acme, first) = published().await;
    let mut old = desk.accepted(&first).await;
    // The same list again changes nothing, and does not open the used invitation.
    acme.console.welcome = None;
    desk.push(&acme, 2).await;
    assert!(is_in(&mut old, &acme).await);
    assert_eq!(
        desk.browser().accept(&first, PASSWORD).await.status,
        StatusCode::GONE
    );
    let second = Token::random().unwrap();
    acme.user(ADA).invitation = Some(invitation(&second));
    desk.push(&acme, 3).await;
    assert!(is_in(&mut old, &acme).await);
    let reply = desk
        .browser()
        .accept(&second, "nine kettles under snow")
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(!is_in(&mut old, &acme).await);
    assert_eq!(
        desk.browser().sign_in(ADA, PASSWORD).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        desk.browser()
            .sign_in(ADA, "nine kettles under snow")
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let (desk, _, secret) = published().await;
    desk.accepted(&secret).await;
    let answer = |text: String, token: String| text.replace(&token, "TOKEN");
    let mut answers = Vec::new();
    for email in [ADA, "nobody@lovelace.example"] {
        let mut browser = desk.browser();
        let reply = browser.sign_in(email, "wrong wrong wrong").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        answers.push((
            answer(reply.text(), reply.form_token()),
            reply.headers.len(),
        ));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn guessing_is_slowed_down_for_known_and_unknown_addresses_alike() {
    let (desk, _, secret) = published().await;
    desk.accepted(&secret).await;
    for email in [ADA, "nobody@lovelace.example"] {
        for _ in 0..5 {
            assert_eq!(
                desk.browser()
                    .sign_in(email, "wrong wrong wrong")
                    .await
                    .status,
                StatusCode::FORBIDDEN
            );
        }
        // Even the right password has to wait now.
        let blocked = desk.browser().sign_in(email, PASSWORD).await;
        assert_eq!(blocked.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
        assert_eq!(blocked.header("retry-after"), "30");
        assert!(blocked.text().contains("30 seconds"));
    }
    desk.wait(TimeDelta::seconds(30));
    assert_eq!(
        desk.browser()
            .sign_in(ADA, "wrong wrong wrong")
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        desk.browser()
            .sign_in(ADA, PASSWORD)
            .await
            .header("retry-after"),
        "60"
    );
    desk.wait(TimeDelta::seconds(60));
    assert_eq!(
        desk.browser().sign_in(ADA, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
    // A success starts the count anew.
    assert_eq!(
        desk.browser()
            .sign_in(ADA, "wrong wrong wrong")
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        desk.browser().sign_in(ADA, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn an_account_that_knows_the_same_address_cannot_wipe_out_what_was_guessed() {
    let (desk, acme, secret) = published().await;
    desk.accepted(&secret).await;
    let other = operator::create_account(desk.store.as_ref(), "south", desk.now());
    let other = other.await.unwrap();
    let mut zenith = Sample::empty("zenith", "Zenith Ltd");
    let second = zenith.invite(ADA, Role::Work);
    push_as(&desk, other.expose(), &zenith).await;
    let own = "nine kettles under snow";
    desk.browser().accept(&second, own).await;
    let guess = async || {
        let reply = desk.browser().sign_in(ADA, "wrong wrong wrong").await;
        reply.status
    };
    let mut inside = desk.browser();
    for _ in 0..4 {
        assert_eq!(guess().await, StatusCode::FORBIDDEN);
        assert_eq!(inside.sign_in(ADA, own).await.status, StatusCode::SEE_OTHER);
    }
    // Nor by showing it once more, nor by being invited again.
    let confirm = inside.get("/account/confirm").await.form_token();
    let shown = [("form_token", confirm.as_str()), ("password", own)];
    let shown = inside.post("/account/confirm", &shown).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER);
    let third = Token::random().unwrap();
    zenith.user(ADA).invitation = Some(invitation(&third));
    push_as(&desk, other.expose(), &zenith).await;
    desk.browser().accept(&third, own).await;
    assert_eq!(guess().await, StatusCode::FORBIDDEN);
    assert_eq!(guess().await, StatusCode::TOO_MANY_REQUESTS);
    // Whoever only mistypes has it behind them the next day.
    desk.wait(TimeDelta::hours(5));
    for _ in 0..4 {
        assert_eq!(guess().await, StatusCode::FORBIDDEN);
    }
    let mut rightful = desk.browser();
    rightful.sign_in(ADA, PASSWORD).await;
    assert!(is_in(&mut rightful, &acme).await);
}

#[tokio::test]
async fn one_network_cannot_try_many_addresses() {
    let desk = Desk::new().await;
    for n in 0..30 {
        let reply = desk
            .browser()
            .sign_in(&format!("n{n}@lovelace.example"), "wrong wrong wrong")
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    let reply = desk
        .browser()
        .sign_in("another@lovelace.example", "wrong wrong wrong")
        .await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    let mut elsewhere = desk.browser();
    elsewhere.from = "203.0.113.77".to_owned();
    let reply = elsewhere
        .sign_in("another@lovelace.example", "wrong wrong wrong")
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_busy_office_is_not_locked_out_by_its_own_success() {
    let (desk, _, secret) = published().await;
    desk.accepted(&secret).await;
    for _ in 0..40 {
        assert_eq!(
            desk.browser().sign_in(ADA, PASSWORD).await.status,
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case_after_twelve_hours() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    for _ in 0..3 {
        desk.wait(TimeDelta::minutes(29));
        assert!(is_in(&mut browser, &acme).await);
    }
    let mut idle = browser.clone();
    desk.wait(TimeDelta::minutes(30));
    assert!(!is_in(&mut idle, &acme).await);

    let mut busy = desk.browser();
    busy.sign_in(ADA, PASSWORD).await;
    for _ in 0..35 {
        desk.wait(TimeDelta::minutes(20));
        assert!(is_in(&mut busy, &acme).await);
    }
    desk.wait(TimeDelta::minutes(20));
    assert!(!is_in(&mut busy, &acme).await);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_server() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    let mut copy = browser.clone();
    let token = browser.get(&home(&acme)).await.form_token();
    assert_eq!(
        browser
            .post("/sign-out", &[("form_token", "forged")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert!(is_in(&mut copy, &acme).await);
    let reply = browser.post("/sign-out", &[("form_token", &token)]).await;
    assert_eq!(
        (reply.status, reply.location().as_str()),
        (StatusCode::SEE_OTHER, "/sign-in")
    );
    assert!(reply.header("clear-site-data").contains("cache"));
    assert!(!browser.cookies.contains_key("loggia"));
    assert!(!is_in(&mut copy, &acme).await);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_leads_back_to_the_page() {
    let (desk, acme, secret) = published().await;
    let browser = desk.accepted(&secret).await;
    let before = browser.cookies["loggia"].clone();
    let mut anonymous = desk.browser();
    let page = format!("{}/timesheet?q=checkout&view=days", home(&acme));
    let asked = anonymous.get(&page).await;
    let form = anonymous.get(&asked.location()).await;
    let next = format!("name=\"next\" value=\"{}\"", page.replace('&', "&#38;"));
    assert!(form.text().contains(&next), "{}", form.text());
    let token = form.form_token();
    let fields = [
        ("form_token", token.as_str()),
        ("email", ADA),
        ("password", PASSWORD),
        ("next", &page),
    ];
    assert_eq!(anonymous.post("/sign-in", &fields).await.location(), page);
    assert_ne!(anonymous.cookies["loggia"], before);
    for evil in ["//evil.example/c/", "https://evil.example/", "/c/\\evil"] {
        let token = anonymous.get("/sign-in").await.form_token();
        let fields = [
            ("form_token", token.as_str()),
            ("email", ADA),
            ("password", PASSWORD),
            ("next", evil),
        ];
        assert_eq!(
            anonymous.post("/sign-in", &fields).await.location(),
            "/",
            "{evil}"
        );
    }
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let (desk, _, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let request = Request::post("/sign-out")
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            browser.request(request).await.status,
            StatusCode::FORBIDDEN,
            "{name}: {value}"
        );
    }
    let mut fresh = desk.browser();
    let reply = fresh
        .post(
            "/sign-in",
            &[("form_token", "x"), ("email", ADA), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(!fresh.cookies.contains_key("loggia"));
    let extra = [
        ("form_token", "x"),
        ("email", ADA),
        ("password", PASSWORD),
        ("role", "full"),
    ];
    assert_eq!(
        fresh.post("/sign-in", &extra).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn one_person_chooses_between_the_clients_of_several_accounts() {
    let (desk, acme, secret) = published().await;
    desk.accepted(&secret).await;
    let other = operator::create_account(desk.store.as_ref(), "south", desk.now())
        .await
        .unwrap();
    let mut zenith = Sample::empty("zenith", "Zenith Ltd");
    let second = zenith.invite(ADA, Role::Work);
    push_as(&desk, other.expose(), &zenith).await;
    // The other account's invitation sets the other account's password only.
    assert_eq!(
        desk.browser()
            .accept(&second, "nine kettles under snow")
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let mut first_only = desk.browser();
    first_only.sign_in(ADA, PASSWORD).await;
    assert_eq!(first_only.get("/").await.location(), home(&acme));
    assert_eq!(
        first_only.get(&home(&zenith)).await.status,
        StatusCode::NOT_FOUND
    );
    // The same password for both: one sign-in reaches both.
    let third = Token::random().unwrap();
    zenith.user(ADA).invitation = Some(invitation(&third));
    push_as(&desk, other.expose(), &zenith).await;
    desk.browser().accept(&third, PASSWORD).await;
    let mut both = desk.browser();
    both.sign_in(ADA, PASSWORD).await;
    let choice = both.get("/").await;
    assert_eq!(choice.status, StatusCode::OK);
    assert!(choice.text().contains("Acme Corporation") && choice.text().contains("Zenith Ltd"));
    assert!(is_in(&mut both, &acme).await && is_in(&mut both, &zenith).await);
    // From each page to the other.
    let page = both.get(&home(&acme)).await.text();
    assert!(page.contains(&format!("<a href=\"{}\">Zenith Ltd", home(&zenith))));
    assert!(!page.contains(&format!("<a href=\"{}\">Acme", home(&acme))));
}

pub(super) async fn push_as(desk: &Desk, token: &str, sample: &Sample) {
    use axum::http::Method;
    let account = desk
        .api_as(token, Method::GET, "/status", Body::empty())
        .await;
    let status: crate::published::protocol::Status =
        serde_json::from_slice(&account.bytes).unwrap();
    let revision = status
        .clients
        .first()
        .map_or(1, |client| client.revision + 1);
    let manifest = serde_json::to_vec(&sample.manifest(revision)).unwrap();
    for chunk in sample.chunks() {
        let path = format!("/clients/{}/chunks/{}", sample.id, chunk.digest());
        desk.api_as(token, Method::PUT, &path, chunk.body).await;
    }
    let path = format!("/clients/{}/manifest", sample.id);
    let reply = desk.api_as(token, Method::PUT, &path, manifest).await;
    assert!(reply.text().contains("committed"), "{}", reply.text());
}

#[tokio::test]
async fn an_operators_link_opens_one_client_once() {
    let (desk, acme, _) = published().await;
    let link = |email: &'static str, client: &'static str| {
        operator::sign_in_link(
            desk.store.as_ref(),
            "north",
            client,
            email,
            operator::LINK_LIFETIME,
            desk.now(),
        )
    };
    let path = link(ADA, "acme").await.unwrap();
    for header in [("sec-purpose", "prefetch"), ("purpose", "prefetch")] {
        let ahead = Request::get(&path)
            .header(header.0, header.1)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            desk.browser().request(ahead).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let head = Request::head(&path).body(Body::empty()).unwrap();
    assert_eq!(
        desk.browser().request(head).await.status,
        StatusCode::NOT_FOUND
    );
    let mut browser = desk.browser();
    assert_eq!(browser.get(&path).await.location(), home(&acme));
    assert!(is_in(&mut browser, &acme).await);
    assert_eq!(desk.browser().get(&path).await.status, StatusCode::GONE);

    let late = link(ADA, "acme").await.unwrap();
    desk.wait(TimeDelta::minutes(10));
    assert_eq!(desk.browser().get(&late).await.status, StatusCode::GONE);
    assert!(link("nobody@lovelace.example", "acme").await.is_err());
    assert!(link(ADA, "none").await.is_err());
    let actions = actions(&desk).await;
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == Action::LinkUsed.word())
            .count(),
        1
    );
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == Action::LinkCreated.word())
            .count(),
        2
    );
}

#[tokio::test]
async fn a_look_at_the_head_or_ahead_is_no_look_at_an_invoice() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    let page = format!("{}/invoices/{}", home(&acme), acme.invoices[0].id);
    let account = desk.store.accounts().await.unwrap()[0].id;
    let written = async || {
        let lines = desk.store.audit(account.0, 0, 1_000).await.unwrap();
        let of_looks = lines.iter().filter(|line| {
            ["invoice_viewed", "file_fetched", "export_made"].contains(&line.action.as_str())
        });
        of_looks.count()
    };
    for path in [
        page.clone(),
        format!("{page}/file"),
        format!("{}/timesheet/export?format=csv", home(&acme)),
        format!("{}/invoices/export?format=csv", home(&acme)),
        format!("{}/reports/export?format=csv&report=months", home(&acme)),
    ] {
        let ahead = Request::get(&path).header("sec-purpose", "prefetch;prerender");
        for request in [ahead, Request::head(&path)] {
            let reply = browser.request(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(written().await, 0);
    assert_eq!(browser.get(&page).await.status, StatusCode::OK);
    assert_eq!(written().await, 1);
}

#[tokio::test]
async fn networks_are_enforced_at_sign_in_and_on_each_page() {
    let (desk, mut acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    acme.console.access.ip_allow = vec!["192.0.2.0/24".to_owned()];
    desk.push(&acme, 2).await;
    assert_eq!(
        browser.get(&home(&acme)).await.status,
        StatusCode::FORBIDDEN
    );
    let outside = desk.browser().sign_in(ADA, PASSWORD).await;
    assert_eq!(outside.status, StatusCode::FORBIDDEN);
    let wrong = desk.browser().sign_in(ADA, "wrong wrong wrong").await;
    assert_eq!(
        outside.text().replace(&outside.form_token(), ""),
        wrong.text().replace(&wrong.form_token(), "")
    );
    browser.from = "192.0.2.9".to_owned();
    assert!(is_in(&mut browser, &acme).await);
}

#[tokio::test]
async fn a_changed_role_acts_at_the_next_request() {
    let (desk, mut acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    let invoices = format!("{}/invoices", home(&acme));
    assert_eq!(browser.get(&invoices).await.status, StatusCode::OK);
    acme.user(ADA).role = Role::Work;
    desk.push(&acme, 2).await;
    assert_eq!(browser.get(&invoices).await.status, StatusCode::NOT_FOUND);
    assert!(is_in(&mut browser, &acme).await);
}

#[tokio::test]
async fn a_disabled_account_closes_its_clients_portals() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    operator::set_enabled(desk.store.as_ref(), "north", false, desk.now())
        .await
        .unwrap();
    assert!(!is_in(&mut browser, &acme).await);
    assert_eq!(
        desk.browser().sign_in(ADA, PASSWORD).await.status,
        StatusCode::FORBIDDEN
    );
    operator::set_enabled(desk.store.as_ref(), "north", true, desk.now())
        .await
        .unwrap();
    assert_eq!(
        desk.browser().sign_in(ADA, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn all_of_it_is_in_the_audit_log_and_the_chain_holds() {
    let (desk, acme, secret) = published().await;
    let mut browser = desk.accepted(&secret).await;
    let invoice = format!("{}/invoices/{}", home(&acme), acme.invoices[0].id);
    browser.get(&invoice).await;
    browser.get(&format!("{invoice}/file")).await;
    desk.browser().sign_in(ADA, "wrong wrong wrong").await;
    let token = browser.get(&home(&acme)).await.form_token();
    browser.post("/sign-out", &[("form_token", &token)]).await;
    let actions = actions(&desk).await;
    let expected = [
        "account_created",
        "user_added",
        "invitation_opened",
        "client_published",
        "invitation_accepted",
        "invoice_viewed",
        "file_downloaded",
        "sign_in_failed",
        "signed_out",
    ];
    assert_eq!(actions, expected);
    assert!(desk.store.verify_audit().await.unwrap().is_ok());
}
