//! Coming in, told in a real browser: with an invitation, a code, a recovery code, a passkey.
//!
//! With `LOGGIA_PICTURES=FOLDER` the pages that are passed are kept there as pictures, for somebody to look at.

use std::path::PathBuf;

use totp_rs::{Builder, Secret, Totp};

use crate::browser::Browser;
use crate::sandbox::{OpenPortal, Sandbox};

const EMAIL: &str = "jo@acme.example";
const PASSWORD: &str = "seven green kettles sing";
/// The sandbox's clock stands still: its noon, in half minutes since 1970.
const STEP: u64 = 1_795_176_000 / 30;

/// A published client with an invited user.
struct Scene {
    sandbox: Sandbox,
    portal: OpenPortal,
    /// By name: passkeys belong to one.
    address: String,
    link: String,
}

impl Scene {
    fn new() -> Self {
        let sandbox = Sandbox::acme();
        sandbox.ok("time log acme/website 45m 'Fixes of today'");
        let portal = sandbox.portal();
        sandbox.connect(&portal, &portal.url);
        sandbox.ok("portal-settings set console=on");
        let invited = sandbox.json(&format!("user invite {EMAIL} --client acme"));
        sandbox.ok("sync");
        let named = |address: &str| address.replace("127.0.0.1", "localhost");
        Self {
            address: named(&portal.url),
            link: named(invited["link"].as_str().unwrap()),
            sandbox,
            portal,
        }
    }

    /// With a password, in.
    fn accepted(&self, browser: &Browser) {
        browser
            .goto(&self.link)
            .fill("New password", PASSWORD)
            .fill("The same again", PASSWORD);
        picture(browser, "invitation");
        browser
            .click("Set password and continue")
            .wait_text("Studio Nord");
    }

    fn sign_in(&self, browser: &Browser) {
        browser
            .goto(&format!("{}/sign-in", self.address))
            .fill("E-mail address", EMAIL)
            .fill("Password", PASSWORD)
            .click("Sign in");
    }
}

/// Keeps a picture in light and dark, if somebody wants to look.
fn picture(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("LOGGIA_PICTURES") {
        browser.screenshot(&PathBuf::from(folder).join(format!("{name}.png")));
    }
}

/// The app that was given the secret on the page.
fn app(browser: &Browser) -> Totp {
    let shown = browser.script("return document.querySelector('.secret code').textContent");
    let plain: String = shown.as_str().unwrap().split_whitespace().collect();
    Builder::new()
        .with_secret(Secret::try_from_base32(plain).unwrap())
        .build()
        .unwrap()
}

fn code(app: &Totp, step: u64) -> String {
    app.generate(step * 30).to_string()
}

#[test]
fn from_an_invitation_to_a_code_at_each_sign_in() {
    let scene = Scene::new();
    let browser = Browser::open();
    scene.accepted(&browser);
    browser
        .click("Your account")
        .wait_text("Where you are signed in");
    picture(&browser, "account");
    browser
        .click("Set up an app")
        .wait_text("Read this picture");
    picture(&browser, "authenticator");
    let app = app(&browser);
    browser
        .fill("The code that the app shows now", &code(&app, STEP - 1))
        .click("Switch it on")
        .wait_text("They are shown this once");
    picture(&browser, "codes");
    let recovery = browser.script("return document.querySelector('.codes code').textContent");
    browser.click("I have kept them").wait_text("Studio Nord");
    browser.click("Sign out").wait_text("See your hours");
    picture(&browser, "sign-in");
    scene.sign_in(&browser);
    browser.wait_text("One more step");
    picture(&browser, "second-step");
    browser
        .fill("Code", &code(&app, STEP - 1))
        .click("Continue")
        .wait_text("was used already");
    browser
        .fill("Code", &code(&app, STEP))
        .click("Continue")
        .wait_text("Studio Nord");
    // Back shows nothing after signing out.
    browser.click("Sign out").wait_text("See your hours");
    scene.sign_in(&browser);
    browser
        .wait_text("One more step")
        .click("Use a recovery code instead");
    let forms =
        browser.script("return document.querySelectorAll('form[action=\"/sign-in/code\"]').length");
    assert_eq!(forms, 2);
    browser.fill("Recovery code", recovery.as_str().unwrap());
    browser.script("document.querySelector('details form').requestSubmit()");
    browser.wait_text("Studio Nord");
    browser.click("Your account").wait_text("9 codes are left");
    browser.wait_text("Signed in with password and recovery code");
    picture(&browser, "account-later");
    let phone = Browser::sized(360, 740);
    phone.dark();
    scene.sign_in(&phone);
    phone.wait_text("One more step");
    picture(&phone, "phone-second-step");
    phone
        .goto(&format!("{}/forgot", scene.address))
        .wait_text("send you a link");
    picture(&phone, "phone-forgot");
}

#[test]
fn a_passkey_stands_for_address_password_and_code() {
    let scene = Scene::new();
    let browser = Browser::sized(360, 740);
    browser.passkeys();
    scene.accepted(&browser);
    browser
        .goto(&format!("{}/account", scene.address))
        .fill(
            "Name of the passkey, such as the device it is on",
            "Work laptop",
        )
        .click("Add a passkey")
        .wait_text("They are shown this once");
    browser
        .goto(&format!("{}/account", scene.address))
        .wait_text("Work laptop");
    picture(&browser, "phone-account");
    browser.click("Sign out").wait_text("See your hours");
    picture(&browser, "phone-sign-in");
    browser
        .click("Sign in with a passkey")
        .wait_text("Studio Nord");
    assert!(browser.address().path().starts_with("/c/"));
    browser
        .click("Your account")
        .wait_text("Signed in with a passkey");
    // The password alone does not do any more; the passkey does after it, too.
    browser.click("Sign out").wait_text("See your hours");
    scene.sign_in(&browser);
    browser.wait_text("Your passkey is needed, too.");
    picture(&browser, "phone-second-step-passkey");
    browser.click("Use a passkey").wait_text("Studio Nord");
    browser
        .goto(&format!("{}/account", scene.address))
        .click("Remove: Work laptop")
        .wait_text("The passkey is removed");
    browser.click("Sign out").wait_text("See your hours");
    browser
        .click("Sign in with a passkey")
        .wait_text("That passkey does not sign in here");
    scene.sign_in(&browser);
    browser.wait_text("Studio Nord");
}

#[test]
fn without_scripts_all_but_passkeys_works_and_says_so() {
    let scene = Scene::new();
    let browser = Browser::open();
    browser.without_scripts();
    scene.accepted(&browser);
    browser
        .goto(&format!("{}/account", scene.address))
        .fill(
            "Name of the passkey, such as the device it is on",
            "Work laptop",
        )
        .click("Add a passkey")
        .wait_text("Passkeys need JavaScript");
    picture(&browser, "passkey-without-scripts");
}

#[test]
fn a_client_that_requires_a_factor_leads_to_setting_one_up() {
    let scene = Scene::new();
    scene
        .sandbox
        .ok("portal-settings set mfa=required --client acme");
    scene.sandbox.ok("sync");
    let browser = Browser::open();
    browser.dark();
    browser
        .goto(&scene.link)
        .fill("New password", PASSWORD)
        .fill("The same again", PASSWORD)
        .click("Set password and continue")
        .wait_text("For Acme GmbH a second factor is needed");
    picture(&browser, "dark-required");
    browser
        .click("Set up an app")
        .wait_text("Read this picture");
    picture(&browser, "dark-authenticator");
    let app = app(&browser);
    browser
        .fill("The code that the app shows now", &code(&app, STEP))
        .click("Switch it on")
        .wait_text("They are shown this once");
    picture(&browser, "dark-codes");
    browser.click("I have kept them").wait_text("Overview");
    // Lost: whoever runs the portal takes it away.
    let database = &scene.portal.database;
    scene.sandbox.ok(&format!(
        "portal reset-factors {EMAIL} --account studio --yes --database {database}"
    ));
    scene.sign_in(&browser);
    browser.wait_text("For Acme GmbH a second factor is needed");
}
