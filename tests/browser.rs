//! A real browser: Chromium, driven by chromedriver. Each has a profile, a process group and a window of its own; whatever becomes of
//! the test, both processes end with it.
//!
//! Nothing is asserted right after a click: [`Browser::wait_text`] and its siblings wait until the page shows what is expected, and
//! fail with what it shows instead. Pages are opened by `http://localhost:PORT`, where passkeys work; [`Browser::passkeys`] gives the
//! browser an authenticator.
//!
//! ```ignore
//! let browser = Browser::open();
//! browser.goto("http://localhost:8070/sign-in");
//! browser.fill("E-mail address", "ada@acme.example");
//! browser.click("Sign in");
//! browser.wait_text("Hours left");
//! ```

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::Url;

use crate::peer;

/// How long a page may take to show what is expected.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at a page.
const GLANCE: Duration = Duration::from_millis(20);

/// A browser with one window.
pub(crate) struct Browser {
    runtime: tokio::runtime::Runtime,
    client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A window as large as a laptop's, light.
    pub(crate) fn open() -> Self {
        Self::sized(1280, 900)
    }

    /// A window of this size.
    pub(crate) fn sized(width: u32, height: u32) -> Self {
        let profile = tempfile::tempdir().unwrap();
        drop(peer::command("chromium", "chromium"));
        let mut driver = peer::command("chromedriver", "chromium-driver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // The browser is in its group, and does not outlive it.
            .process_group(0)
            .spawn()
            .unwrap();
        let address = address(&mut driver);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let capabilities = capabilities(profile.path(), width, height);
        let opened = runtime.block_on(
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities)
                .connect(&address),
        );
        let client = opened.unwrap_or_else(|error| {
            end(&mut driver);
            panic!("the browser does not open: {error}");
        });
        let browser = Self {
            runtime,
            client,
            driver,
            _profile: profile,
        };
        // The window's size counts its frame; the page's shall be as asked, a phone's 360 pixels too.
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
        browser
    }

    /// Prefers a dark page from now on.
    pub(crate) fn dark(&self) -> &Self {
        let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
        self.devtools("Emulation.setEmulatedMedia", &dark);
        self
    }

    /// Shows pages as they are printed from now on.
    pub(crate) fn on_paper(&self) -> &Self {
        self.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"}));
        self
    }

    /// Does without scripts from now on.
    pub(crate) fn without_scripts(&self) -> &Self {
        let off = json!({"value": true});
        self.devtools("Emulation.setScriptExecutionDisabled", &off);
        self
    }

    /// Opens a page by its whole address.
    pub(crate) fn goto(&self, address: &str) -> &Self {
        self.run(self.client.goto(address)).unwrap();
        self
    }

    /// The address of the page.
    pub(crate) fn address(&self) -> Url {
        self.run(self.client.current_url()).unwrap()
    }

    /// Types into the field with this label (the words before any hint in it), in place of what is there.
    pub(crate) fn fill(&self, label: &str, text: &str) -> &Self {
        let quoted = quoted(label);
        let field = self.wait(&format!(
            "//*[@id = //label[normalize-space() = {quoted}]/@for] | //label[normalize-space() = {quoted}]//input"
        ));
        self.run(async {
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        });
        self
    }

    /// Clicks the button, link or summary with these words.
    pub(crate) fn click(&self, words: &str) -> &Self {
        let quoted = quoted(words);
        let path = format!(
            "//*[self::button or self::a or self::summary][normalize-space() = {quoted} or @aria-label = {quoted}]"
        );
        // A page that is just going away takes its buttons with it: look again.
        self.until(&format!("nothing to click on says `{words}`"), || {
            self.run(async {
                let found = self.client.find(Locator::XPath(&path)).await.ok()?;
                found.click().await.ok()
            })
        });
        self
    }

    /// Waits until the page shows this text.
    pub(crate) fn wait_text(&self, text: &str) -> &Self {
        self.until(&format!("`{text}` does not appear"), || {
            self.text().contains(text).then_some(())
        });
        self
    }

    /// Waits until an element is there that this XPath finds.
    pub(crate) fn wait(&self, path: &str) -> Element {
        self.until(&format!("no {path}"), || {
            self.run(self.client.find(Locator::XPath(path))).ok()
        })
    }

    /// The text the page shows; none while there is no page.
    pub(crate) fn text(&self) -> String {
        let body = async {
            let body = self.client.find(Locator::Css("body")).await?;
            body.text().await
        };
        self.run(body).unwrap_or_default()
    }

    /// The page as HTML.
    pub(crate) fn source(&self) -> String {
        self.run(self.client.source()).unwrap()
    }

    /// What a script gives back, which is run as the body of a function.
    pub(crate) fn script(&self, script: &str) -> Value {
        self.run(self.client.execute(script, Vec::new())).unwrap()
    }

    /// Keeps a picture of the whole page, as a PNG.
    pub(crate) fn screenshot(&self, file: &Path) -> &Self {
        let shot = self.devtools(
            "Page.captureScreenshot",
            &json!({"format": "png", "captureBeyondViewport": true}),
        );
        let encoded = shot["data"].as_str().unwrap();
        let bytes = data_encoding::BASE64.decode(encoded.as_bytes()).unwrap();
        std::fs::write(file, bytes).unwrap();
        self
    }

    /// Gives the browser an authenticator that keeps passkeys and knows its user.
    pub(crate) fn passkeys(&self) -> &Self {
        let authenticator = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true,
        });
        self.command("webauthn/authenticator", &authenticator);
        self
    }

    /// A command of the browser's own protocol.
    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command(
            "goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        )
    }

    fn command(&self, path: &'static str, body: &Value) -> Value {
        let command = Posted {
            path,
            body: body.to_string(),
        };
        self.run(self.client.issue_cmd(command)).unwrap()
    }

    /// Looks until there is something, or fails with what the page shows.
    fn until<T>(&self, wrong: &str, look: impl Fn() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{wrong} at {}, which shows:\n{}",
                self.address(),
                self.text()
            );
            // Made inside: a timer belongs to the runtime it is made in.
            self.run(async { tokio::time::sleep(GLANCE).await });
        }
    }

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end(&mut self.driver);
    }
}

/// Ends chromedriver and all it has started.
fn end(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    let _ = driver.wait();
}

/// Where chromedriver listens: it tells the port it was given.
fn address(driver: &mut Child) -> String {
    let said = BufReader::new(driver.stdout.take().unwrap());
    let port = said
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, after) = line.split_once("started successfully on port ")?;
            after.trim_end_matches('.').parse::<u16>().ok()
        })
        .expect("chromedriver tells its port");
    format!("http://127.0.0.1:{port}")
}

fn capabilities(profile: &Path, width: u32, height: u32) -> Capabilities {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let binary = std::env::split_paths(&path)
        .map(|folder| folder.join("chromium"))
        .find(|file| file.is_file())
        .unwrap();
    let options = json!({
        "binary": binary,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={width},{height}"),
        ],
    });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities.insert("acceptInsecureCerts".to_owned(), json!(true));
    capabilities
}

/// A text as XPath writes it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text}");
    format!("\"{text}\"")
}

/// A command that fantoccini does not know.
#[derive(Debug)]
struct Posted {
    path: &'static str,
    body: String,
}

impl WebDriverCompatibleCommand for Posted {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.clone()))
    }
}

#[test]
fn a_page_is_filled_in_looked_at_and_kept_as_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(
        &page,
        "<!doctype html><title>t</title><label for=n>Name</label><input id=n><button onclick=\"document.body.append('Hello, ' + \
         document.getElementById('n').value)\">Greet</button>",
    )
    .unwrap();
    let browser = Browser::sized(360, 640);
    browser
        .goto(&format!("file://{}", page.display()))
        .fill("Name", "Ada")
        .click("Greet")
        .wait_text("Hello, Ada");
    assert_eq!(browser.script("return window.innerWidth"), 360);
    let picture = folder.path().join("page.png");
    browser.dark().screenshot(&picture);
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
}
