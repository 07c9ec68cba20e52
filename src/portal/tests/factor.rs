//! Second factors, forgotten passwords and what is one's own, through the router and with a clock that is set by hand.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::published::protocol::Role;
use crate::values::id::Token;

use super::super::authenticator::Secret;
use super::super::operator;
use super::super::store::{MailClaim, MailKind};
use super::access::push_as;
use super::desk::{Browser, Desk, PASSWORD, Reply};
use super::sample::{Sample, invitation};

const ADA: &str = "ada@lovelace.example";
const OTHER: &str = "nine kettles under snow";

struct Scene {
    desk: Desk,
    acme: Sample,
}

impl Scene {
    /// Ada, signed in with a password.
    async fn new() -> (Self, Token) {
        let desk = Desk::new().await;
        let mut acme = Sample::new("acme", "Acme Corporation");
        let secret = acme.invite(ADA, Role::Full);
        desk.push(&acme, 1).await;
        (Self { desk, acme }, secret)
    }

    fn home(&self) -> String {
        format!("/c/{}", self.acme.id)
    }

    async fn is_in(&self, browser: &mut Browser<'_>) -> bool {
        browser.get(&self.home()).await.status == StatusCode::OK
    }

    fn code(&self, secret: &Secret) -> String {
        secret.code(self.desk.now())
    }

    async fn audited(&self, action: &str) -> usize {
        let account = self.desk.store.accounts().await.unwrap()[0].id;
        let lines = self.desk.store.audit(account.0, 0, 1_000).await.unwrap();
        lines.iter().filter(|line| line.action == action).count()
    }
}

/// Sends a form of a page that was just opened.
async fn send(browser: &mut Browser<'_>, page: &str, to: &str, fields: &[(&str, &str)]) -> Reply {
    let token = browser.get(page).await.form_token();
    let mut all = vec![("form_token", token.as_str())];
    all.extend(fields);
    browser.post(to, &all).await
}

/// Sets an authenticator up; its secret and the recovery codes.
async fn enrol(scene: &Scene, browser: &mut Browser<'_>) -> (Secret, Vec<String>) {
    let begun = send(browser, "/account", "/account/authenticator/new", &[]).await;
    assert_eq!(begun.location(), "/account/authenticator");
    let page = browser.get("/account/authenticator").await.text();
    let secret = between(&page, "<p class=\"secret\"><code>", "</code>");
    assert!(page.contains("<svg class=\"qr\"") && page.contains("otpauth://totp/"));
    let secret = Secret::of_text(&secret);
    let wrong = send(
        browser,
        "/account/authenticator",
        "/account/authenticator",
        &[("code", "000000")],
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = scene.code(&secret);
    let shown = send(
        browser,
        "/account/authenticator",
        "/account/authenticator",
        &[("code", &code)],
    )
    .await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let codes = shown.text();
    let codes: Vec<String> = codes
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    (secret, codes)
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {text}"));
    rest.split(after).next().unwrap().to_owned()
}

async fn step(browser: &mut Browser<'_>, code: &str) -> Reply {
    send(browser, "/sign-in/code", "/sign-in/code", &[("code", code)]).await
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_works_once() {
    let (scene, invited) = Scene::new().await;
    let mut first = scene.desk.accepted(&invited).await;
    let (secret, codes) = enrol(&scene, &mut first).await;
    assert_eq!(codes.len(), 10);
    let mut browser = scene.desk.browser();
    let half = browser.sign_in(ADA, PASSWORD).await;
    assert_eq!(half.location(), "/sign-in/code");
    assert!(!browser.cookies.contains_key("loggia"));
    assert!(
        !scene.is_in(&mut browser).await,
        "half a session opens nothing"
    );
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    // The code that confirmed the app was used by that.
    let used = step(&mut browser, &scene.code(&secret)).await;
    assert_eq!(used.status, StatusCode::FORBIDDEN);
    scene.desk.wait(TimeDelta::seconds(30));
    let code = scene.code(&secret);
    let half = browser.cookies["loggia-step"].clone();
    let reply = step(&mut browser, &code).await;
    assert_eq!(
        (reply.status, reply.location().as_str()),
        (StatusCode::SEE_OTHER, "/")
    );
    assert_ne!(browser.cookies["loggia"], half, "a secret of its own");
    assert!(!browser.cookies.contains_key("loggia-step"));
    assert!(scene.is_in(&mut browser).await);
    // Neither the code nor the half session works again.
    let mut second = scene.desk.browser();
    second.sign_in(ADA, PASSWORD).await;
    assert_eq!(step(&mut second, &code).await.status, StatusCode::FORBIDDEN);
    second.cookies.insert("loggia-step".to_owned(), half);
    assert_eq!(second.get("/sign-in/code").await.location(), "/sign-in");
    assert_eq!(scene.audited("second_factor_failed").await, 2);
    assert_eq!(scene.audited("authenticator_added").await, 1);
}

#[tokio::test]
async fn two_uses_of_one_code_at_once_open_one_session() {
    let (scene, invited) = Scene::new().await;
    let mut first = scene.desk.accepted(&invited).await;
    let (secret, codes) = enrol(&scene, &mut first).await;
    scene.desk.wait(TimeDelta::seconds(30));
    for code in [scene.code(&secret), codes[0].clone()] {
        let (mut one, mut two) = (scene.desk.browser(), scene.desk.browser());
        one.sign_in(ADA, PASSWORD).await;
        two.sign_in(ADA, PASSWORD).await;
        let (a, b) = tokio::join!(step(&mut one, &code), step(&mut two, &code));
        let came_in = [a.status, b.status].map(|status| status == StatusCode::SEE_OTHER);
        assert_eq!(
            came_in.iter().filter(|came_in| **came_in).count(),
            1,
            "{code}"
        );
    }
}

#[tokio::test]
async fn guessing_codes_ends_the_half_session_and_is_slowed_down() {
    let (scene, invited) = Scene::new().await;
    let mut first = scene.desk.accepted(&invited).await;
    let (secret, _) = enrol(&scene, &mut first).await;
    let mut browser = scene.desk.browser();
    browser.sign_in(ADA, PASSWORD).await;
    for n in 0..4 {
        let reply = step(&mut browser, "123456").await;
        assert!(reply.text().contains("not right"), "{n}");
    }
    let over = step(&mut browser, "nothing of a code").await;
    assert!(
        over.text().contains("too many wrong codes"),
        "{}",
        over.text()
    );
    assert_eq!(browser.get("/sign-in/code").await.location(), "/sign-in");
    // A right password opens another half session, and does not clear the count.
    browser.sign_in(ADA, PASSWORD).await;
    let blocked = step(&mut browser, &scene.code(&secret)).await;
    assert_eq!(blocked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(blocked.header("retry-after"), "30");
    scene.desk.wait(TimeDelta::seconds(30));
    let code = scene.code(&secret);
    assert_eq!(
        step(&mut browser, &code).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_half_session_ends_after_ten_minutes() {
    let (scene, invited) = Scene::new().await;
    let mut first = scene.desk.accepted(&invited).await;
    enrol(&scene, &mut first).await;
    let mut browser = scene.desk.browser();
    browser.sign_in(ADA, PASSWORD).await;
    scene.desk.wait(TimeDelta::minutes(9));
    assert_eq!(browser.get("/sign-in/code").await.status, StatusCode::OK);
    scene.desk.wait(TimeDelta::minutes(1));
    assert_eq!(browser.get("/sign-in/code").await.location(), "/sign-in");
}

#[tokio::test]
async fn recovery_codes_work_once_and_a_new_set_kills_the_old() {
    let (scene, invited) = Scene::new().await;
    let mut first = scene.desk.accepted(&invited).await;
    let (_, codes) = enrol(&scene, &mut first).await;
    let mut browser = scene.desk.browser();
    browser.sign_in(ADA, PASSWORD).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(
        step(&mut browser, &typed).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        browser
            .get("/account")
            .await
            .text()
            .contains("9 codes are left")
    );
    let mut again = scene.desk.browser();
    again.sign_in(ADA, PASSWORD).await;
    assert_eq!(
        step(&mut again, &codes[3]).await.status,
        StatusCode::FORBIDDEN
    );
    let fresh = send(&mut browser, "/account", "/account/recovery-codes", &[]).await;
    assert_eq!(fresh.text().matches("<li><code>").count(), 10);
    again.sign_in(ADA, PASSWORD).await;
    assert_eq!(
        step(&mut again, &codes[4]).await.status,
        StatusCode::FORBIDDEN
    );
    // The text to keep holds codes and nothing else.
    let joined = codes.join(" ");
    let file = send(
        &mut browser,
        "/account",
        "/account/recovery-codes/file",
        &[("codes", &joined)],
    )
    .await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(file.text().contains(&codes[9]));
    let other = send(
        &mut browser,
        "/account",
        "/account/recovery-codes/file",
        &[("codes", "<script>")],
    )
    .await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_change_asks_who_it_is_and_ends_the_other_sessions() {
    let (scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    let mut other = scene.desk.browser();
    other.sign_in(ADA, PASSWORD).await;
    scene.desk.wait(TimeDelta::minutes(10));
    let asked = send(&mut browser, "/account", "/account/authenticator/new", &[]).await;
    assert_eq!(
        asked.location(),
        "/account/confirm?next=/account/second-factor"
    );
    let wrong = send(
        &mut browser,
        "/account/confirm",
        "/account/confirm",
        &[("password", "wrong"), ("next", "/account")],
    )
    .await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_eq!(scene.audited("reauthentication_failed").await, 1);
    let right = [("password", PASSWORD), ("next", "/account/second-factor")];
    let right = send(&mut browser, "/account/confirm", "/account/confirm", &right).await;
    assert_eq!(right.location(), "/account/second-factor");
    assert!(scene.is_in(&mut other).await);
    let (secret, _) = enrol(&scene, &mut browser).await;
    assert!(!scene.is_in(&mut other).await, "ended by the change");
    assert!(scene.is_in(&mut browser).await);
    // A code does as well as the password, and a change does not make the proof last longer.
    scene.desk.wait(TimeDelta::minutes(6));
    let fresh = send(&mut browser, "/account", "/account/recovery-codes", &[]).await;
    assert_eq!(fresh.status, StatusCode::OK);
    scene.desk.wait(TimeDelta::minutes(5));
    let removal = send(
        &mut browser,
        "/account",
        "/account/authenticator/remove",
        &[],
    )
    .await;
    assert!(removal.location().starts_with("/account/confirm"));
    let code = scene.code(&secret);
    let shown = send(
        &mut browser,
        "/account/confirm",
        "/account/confirm",
        &[("code", &code)],
    )
    .await;
    assert_eq!(shown.location(), "/account");
    let removal = send(
        &mut browser,
        "/account",
        "/account/authenticator/remove",
        &[],
    )
    .await;
    assert_eq!(removal.location(), "/account?done=authenticator-removed");
    let mut plain = scene.desk.browser();
    assert_eq!(plain.sign_in(ADA, PASSWORD).await.location(), "/");
}

#[tokio::test]
async fn a_client_that_requires_a_factor_is_seen_with_one_only() {
    let (mut scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    scene.acme.console.access.mfa_required = true;
    scene.desk.push(&scene.acme, 2).await;
    for page in ["", "/timesheet", "/invoices"] {
        let reply = browser.get(&format!("{}{page}", scene.home())).await;
        assert_eq!(reply.location(), "/account/second-factor", "{page}");
    }
    let page = browser.get("/account/second-factor").await;
    assert!(
        page.text()
            .contains("For Acme Corporation a second factor is needed")
    );
    let (secret, _) = enrol(&scene, &mut browser).await;
    assert!(scene.is_in(&mut browser).await);
    let mut later = scene.desk.browser();
    later.sign_in(ADA, PASSWORD).await;
    scene.desk.wait(TimeDelta::seconds(30));
    let code = scene.code(&secret);
    step(&mut later, &code).await;
    assert!(scene.is_in(&mut later).await);
    // An operator's link is no factor.
    let link = operator::sign_in_link(
        scene.desk.store.as_ref(),
        "north",
        "acme",
        ADA,
        operator::LINK_LIFETIME,
        scene.desk.now(),
    );
    let mut linked = scene.desk.browser();
    linked.get(&link.await.unwrap()).await;
    assert_eq!(
        linked.get(&scene.home()).await.status,
        StatusCode::FORBIDDEN
    );
}

/// To whom the mails that wait would go, with the paths of their links.
async fn mailed(scene: &Scene) -> Vec<(String, String)> {
    scene.desk.settled().await;
    let now = scene.desk.now();
    let mut mails = Vec::new();
    loop {
        let secret = Token::random().unwrap();
        let claim = MailClaim {
            token_hash: secret.hash(),
            until: now + TimeDelta::minutes(15),
        };
        let Some(mail) = scene.desk.store.claim_mail(claim, now).await.unwrap() else {
            return mails;
        };
        if mail.kind == MailKind::PasswordReset {
            mails.push((mail.to, format!("/reset/{}", secret.expose())));
        }
    }
}

async fn forgot(browser: &mut Browser<'_>, email: &str) -> Reply {
    send(browser, "/forgot", "/forgot", &[("email", email)]).await
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_mailed_link() {
    let (scene, invited) = Scene::new().await;
    let mut old = scene.desk.accepted(&invited).await;
    let (secret, _) = enrol(&scene, &mut old).await;
    let (mut known, mut unknown) = (scene.desk.browser(), scene.desk.browser());
    let answers = [
        forgot(&mut known, "ADA@lovelace.example ").await,
        forgot(&mut unknown, "nobody@lovelace.example").await,
    ];
    assert_eq!(answers[0].bytes, answers[1].bytes);
    assert_eq!(answers[0].headers, answers[1].headers);
    let [(to, path)] = mailed(&scene).await.try_into().unwrap();
    assert_eq!(to, ADA);
    let mut browser = scene.desk.browser();
    assert_eq!(browser.get(&path).await.location(), "/reset");
    let weak = [
        ("password", "lovelace in the rain"),
        ("repeat", "lovelace in the rain"),
    ];
    let weak = send(&mut browser, "/reset", "/reset", &weak).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = send(
        &mut browser,
        "/reset",
        "/reset",
        &[("password", OTHER), ("repeat", OTHER)],
    )
    .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text());
    assert!(!scene.is_in(&mut old).await && !scene.is_in(&mut browser).await);
    let mut late = scene.desk.browser();
    late.get(&path).await;
    assert_eq!(late.get("/reset").await.status, StatusCode::GONE, "used up");
    assert_eq!(
        late.sign_in(ADA, PASSWORD).await.status,
        StatusCode::FORBIDDEN
    );
    // It does not pass the second factor by.
    assert_eq!(late.sign_in(ADA, OTHER).await.location(), "/sign-in/code");
    scene.desk.wait(TimeDelta::seconds(30));
    let code = scene.code(&secret);
    assert_eq!(step(&mut late, &code).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_for_a_password_ends_after_an_hour_and_mailboxes_are_not_filled() {
    let (scene, invited) = Scene::new().await;
    scene.desk.accepted(&invited).await;
    let mut browser = scene.desk.browser();
    for _ in 0..6 {
        let reply = forgot(&mut browser, ADA).await;
        assert!(reply.text().contains("a link is on its way"));
    }
    let mails = mailed(&scene).await;
    assert_eq!(mails.len(), 3, "the others are not told that it is enough");
    browser.get(&mails[0].1).await;
    assert_eq!(browser.get("/reset").await.status, StatusCode::OK);
    scene.desk.wait(TimeDelta::hours(1));
    assert_eq!(browser.get("/reset").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn one_use_of_a_link_kills_all_of_them_also_at_once() {
    let (scene, invited) = Scene::new().await;
    scene.desk.accepted(&invited).await;
    let mut browser = scene.desk.browser();
    forgot(&mut browser, ADA).await;
    forgot(&mut browser, ADA).await;
    let mails = mailed(&scene).await;
    let (mut one, mut two) = (scene.desk.browser(), scene.desk.browser());
    one.get(&mails[0].1).await;
    two.get(&mails[0].1).await;
    // Both forms are open before one of them is sent.
    let tokens = [
        one.get("/reset").await.form_token(),
        two.get("/reset").await.form_token(),
    ];
    let fields = tokens.each_ref().map(|token| {
        [
            ("form_token", token.as_str()),
            ("password", OTHER),
            ("repeat", OTHER),
        ]
    });
    let (a, b) = tokio::join!(
        one.post("/reset", &fields[0]),
        two.post("/reset", &fields[1])
    );
    let mut statuses = [a.status, b.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::GONE]);
    browser.get(&mails[1].1).await;
    assert_eq!(browser.get("/reset").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn inviting_again_does_not_pass_the_second_factor_by_and_the_operator_takes_it_away() {
    let (mut scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    enrol(&scene, &mut browser).await;
    let again = Token::random().unwrap();
    scene.acme.user(ADA).invitation = Some(invitation(&again));
    scene.desk.push(&scene.acme, 2).await;
    let mut fresh = scene.desk.browser();
    let accepted = fresh.accept(&again, OTHER).await;
    assert!(
        accepted.location().starts_with("/sign-in/code"),
        "{}",
        accepted.location()
    );
    assert!(!scene.is_in(&mut fresh).await);
    let store = scene.desk.store.as_ref();
    assert!(
        operator::reset_factors(store, "north", "nobody@lovelace.example", scene.desk.now())
            .await
            .is_err()
    );
    operator::reset_factors(store, "north", ADA, scene.desk.now())
        .await
        .unwrap();
    assert_eq!(fresh.sign_in(ADA, OTHER).await.location(), "/");
    let link = operator::reset_link(store, "north", ADA, scene.desk.now())
        .await
        .unwrap();
    fresh.get(&link).await;
    let set = send(
        &mut fresh,
        "/reset",
        "/reset",
        &[("password", PASSWORD), ("repeat", PASSWORD)],
    )
    .await;
    assert_eq!(set.status, StatusCode::OK);
    assert!(
        operator::reset_link(store, "north", "nobody@x.example", scene.desk.now())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let (scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    let mut other = scene.desk.browser();
    other.sign_in(ADA, PASSWORD).await;
    let change = |current: &'static str, password: &'static str| {
        [
            ("current", current),
            ("password", password),
            ("repeat", password),
        ]
    };
    for (fields, words) in [
        (change("wrong", OTHER), "current password is not right"),
        (
            change(PASSWORD, "acme is my best client"),
            "contains your name",
        ),
        (change(PASSWORD, PASSWORD), "the one you have"),
    ] {
        let reply = send(
            &mut browser,
            "/account/password",
            "/account/password",
            &fields,
        )
        .await;
        assert!(reply.text().contains(words), "{words}: {}", reply.text());
    }
    let reply = send(
        &mut browser,
        "/account/password",
        "/account/password",
        &change(PASSWORD, OTHER),
    )
    .await;
    assert_eq!(reply.location(), "/account?done=password");
    assert!(scene.is_in(&mut browser).await && !scene.is_in(&mut other).await);
    assert_eq!(
        other.sign_in(ADA, PASSWORD).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        other.sign_in(ADA, OTHER).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn ones_sessions_are_listed_and_ended() {
    let (scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    let (mut one, mut two) = (scene.desk.browser(), scene.desk.browser());
    one.from = "198.51.100.77".to_owned();
    one.sign_in(ADA, PASSWORD).await;
    two.sign_in(ADA, PASSWORD).await;
    let page = browser.get("/account").await.text();
    assert_eq!(page.matches("name=\"session\"").count(), 2, "{page}");
    assert!(page.contains("198.51.100.77") && page.contains("this one"));
    let (before, _) = page.split_once("198.51.100.77").unwrap();
    let (_, after) = page.split_at(before.len());
    let handle = between(after, "name=\"session\" value=\"", "\"");
    let ended = send(
        &mut browser,
        "/account",
        "/account/sessions/end",
        &[("session", &handle)],
    )
    .await;
    assert_eq!(ended.location(), "/account?done=sessions");
    assert!(!scene.is_in(&mut one).await && scene.is_in(&mut two).await);
    send(&mut browser, "/account", "/account/sessions/end", &[]).await;
    assert!(!scene.is_in(&mut two).await && scene.is_in(&mut browser).await);
    let page = browser.get("/account").await.text();
    assert!(page.contains("Signed in with a password") && page.contains("Signed out elsewhere"));
}

#[tokio::test]
async fn another_persons_session_is_not_ended() {
    let (mut scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    let second = scene.acme.invite("bob@lovelace.example", Role::Full);
    scene.desk.push(&scene.acme, 2).await;
    let mut bob = scene.desk.accepted(&second).await;
    let handle: String = Token::parse(&bob.cookies["loggia"])
        .unwrap()
        .hash()
        .chars()
        .take(20)
        .collect();
    send(
        &mut browser,
        "/account",
        "/account/sessions/end",
        &[("session", &handle)],
    )
    .await;
    send(&mut browser, "/account", "/account/sessions/end", &[]).await;
    assert!(scene.is_in(&mut bob).await);
    assert!(!browser.get("/account").await.text().contains("bob@"));
}

#[tokio::test]
async fn what_a_browser_asks_by_itself_does_not_keep_a_session() {
    use axum::body::Body;
    use axum::http::Request;
    let (scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    for header in ["loggia-background", "sec-purpose"] {
        scene.desk.wait(TimeDelta::minutes(14));
        let request = Request::get(scene.home())
            .header(header, "prefetch")
            .body(Body::empty());
        let reply = browser.request(request.unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
    scene.desk.wait(TimeDelta::minutes(3));
    assert!(
        !scene.is_in(&mut browser).await,
        "31 minutes after the last own request"
    );
}

#[tokio::test]
async fn the_account_keeps_to_the_networks_of_its_clients() {
    let (mut scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    forgot(&mut browser, ADA).await;
    let (_, path) = mailed(&scene).await.remove(0);
    scene.acme.console.access.ip_allow = vec!["192.0.2.0/24".to_owned()];
    scene.desk.push(&scene.acme, 2).await;
    assert_eq!(browser.get("/account").await.status, StatusCode::FORBIDDEN);
    browser.get(&path).await;
    assert_eq!(browser.get("/reset").await.status, StatusCode::FORBIDDEN);
    browser.from = "192.0.2.7".to_owned();
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    assert_eq!(browser.get("/reset").await.status, StatusCode::OK);
}

#[tokio::test]
async fn passkeys_are_offered_under_a_name_only_and_an_answer_that_does_not_hold_is_refused() {
    use axum::body::Body;
    use axum::http::Request;
    let (scene, _) = Scene::new().await;
    let mut browser = scene.desk.browser();
    let page = browser.get("/sign-in").await;
    assert!(!page.text().contains("passkey"));
    let named = Request::get("/sign-in")
        .header("host", "localhost:8070")
        .body(Body::empty());
    assert!(
        browser
            .request(named.unwrap())
            .await
            .text()
            .contains("Sign in with a passkey")
    );
    let token = page.form_token();
    let challenge = Token::random().unwrap();
    let post = |path: &str, fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Request::post(path)
            .header("host", "localhost:8070")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    let asked = browser
        .request(post("/sign-in/passkey", &[("form_token", &token)]))
        .await;
    assert!(
        asked.text().contains("data-passkey=\"get\""),
        "{}",
        asked.text()
    );
    for credential in [
        "",
        "{}",
        "{\"id\":\"a\",\"rawId\":\"YQ\",\"type\":\"public-key\",\"response\":{\"authenticatorData\":\"YQ\",\"clientDataJSON\":\"YQ\",\"signature\":\"YQ\",\"userHandle\":\"YQ\"}}",
    ] {
        let fields = [
            ("form_token", token.as_str()),
            ("challenge", challenge.expose()),
            ("credential", credential),
        ];
        let reply = browser
            .request(post("/sign-in/passkey/answer", &fields))
            .await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(
            reply.text().contains("That passkey does not sign in here"),
            "{}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn the_secrets_of_authenticators_are_not_in_the_database() {
    let (scene, invited) = Scene::new().await;
    let mut browser = scene.desk.accepted(&invited).await;
    let (secret, codes) = enrol(&scene, &mut browser).await;
    let text: String = secret.text().split_whitespace().collect();
    let plain = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
    assert!(scene.desk.holds(ADA).await);
    assert!(!scene.desk.holds(&plain).await);
    assert!(!scene.desk.holds(&text).await);
    for code in codes {
        assert!(!scene.desk.holds(&code).await);
    }
}

#[tokio::test]
async fn one_code_is_good_for_all_accounts_that_share_it_and_none_that_has_another() {
    let (scene, invited) = Scene::new().await;
    let mut north = scene.desk.accepted(&invited).await;
    let (first, _) = enrol(&scene, &mut north).await;
    let south = operator::create_account(scene.desk.store.as_ref(), "south", scene.desk.now());
    let south = south.await.unwrap();
    let mut zenith = Sample::empty("zenith", "Zenith Ltd");
    let second = zenith.invite(ADA, Role::Work);
    push_as(&scene.desk, south.expose(), &zenith).await;
    let theirs = format!("/c/{}", zenith.id);
    let mut other = scene.desk.accepted(&second).await;
    // South has none yet: north's code opens both.
    scene.desk.wait(TimeDelta::seconds(30));
    let mut both = scene.desk.browser();
    both.sign_in(ADA, PASSWORD).await;
    let code = scene.code(&first);
    assert_eq!(step(&mut both, &code).await.status, StatusCode::SEE_OTHER);
    assert!(scene.is_in(&mut both).await);
    assert_eq!(both.get(&theirs).await.status, StatusCode::OK);
    // With one of its own, each code opens its own account.
    let (second, _) = enrol(&scene, &mut other).await;
    scene.desk.wait(TimeDelta::seconds(30));
    for (secret, north, south) in [
        (&first, StatusCode::OK, StatusCode::NOT_FOUND),
        (&second, StatusCode::NOT_FOUND, StatusCode::OK),
    ] {
        let mut one = scene.desk.browser();
        one.sign_in(ADA, PASSWORD).await;
        let code = scene.code(secret);
        assert_eq!(step(&mut one, &code).await.status, StatusCode::SEE_OTHER);
        assert_eq!(one.get(&scene.home()).await.status, north);
        assert_eq!(one.get(&theirs).await.status, south);
    }
}
