//! A client's browser: keeps cookies, follows redirects, fills in forms. It says where it comes from, as browsers do.

use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use url::Url;

/// A browser at a portal.
pub(crate) struct Visitor {
    http: Client,
    portal: Url,
    cookies: Vec<(String, String)>,
}

/// A page, or a file.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) path: String,
    /// When to come again, if the portal says so.
    pub(crate) retry_after: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Page {
    /// The page as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// Asserts that it is a page, and gives its text.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}: {}", self.path, self.text());
        self.text()
    }

    /// The value of a field of its form.
    pub(crate) fn field(&self, name: &str) -> String {
        let text = self.text();
        let inputs = text.split("<input ").skip(1);
        let inputs = inputs.map(|rest| rest.split('>').next().unwrap());
        let attribute = |input: &str, attribute: &str| -> Option<String> {
            let value = input.split(&format!("{attribute}=\"")).nth(1)?;
            value.split('"').next().map(str::to_owned)
        };
        inputs
            .filter(|input| attribute(input, "name").as_deref() == Some(name))
            .find_map(|input| attribute(input, "value"))
            .unwrap_or_else(|| panic!("no field `{name}` in {text}"))
    }
}

impl Visitor {
    /// Opens a browser at a portal.
    pub(crate) fn of(portal: &str) -> Self {
        // The second time it is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .tls_certs_only([]);
        Self {
            http: http.build().unwrap(),
            portal: Url::parse(portal).unwrap(),
            cookies: Vec::new(),
        }
    }

    /// Goes on at another server of the same portal, which a proxy in front would choose unseen.
    #[cfg(feature = "peers")]
    pub(crate) fn turn_to(&mut self, portal: &str) {
        self.portal = Url::parse(portal).unwrap();
    }

    /// Opens a page.
    pub(crate) fn open(&mut self, path: &str) -> Page {
        let url = self.portal.join(path).unwrap();
        let request = self.http.get(url.clone());
        self.try_follow(url, request).unwrap()
    }

    /// Opens a page over a line that may break.
    pub(crate) fn try_open(&mut self, path: &str) -> reqwest::Result<Page> {
        let url = self.portal.join(path).unwrap();
        let request = self.http.get(url.clone());
        self.try_follow(url, request)
    }

    /// Sends a form.
    pub(crate) fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_send(path, fields).unwrap()
    }

    /// Sends a form over a line that may break.
    pub(crate) fn try_send(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> reqwest::Result<Page> {
        let url = self.portal.join(path).unwrap();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .http
            .post(url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", self.portal.origin().ascii_serialization())
            .header("sec-fetch-site", "same-origin")
            .body(form);
        self.try_follow(url, request)
    }

    /// Sets a password by the link of an invitation; ends on the console.
    pub(crate) fn accept(&mut self, link: &str, password: &str) -> Page {
        let form = self.open(link);
        let (token, email) = (form.field("form_token"), form.field("email"));
        let fields = [
            ("form_token", token.as_str()),
            ("email", &email),
            ("password", password),
            ("repeat", password),
        ];
        self.send("/invite", &fields)
    }

    /// Signs in with a password.
    pub(crate) fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let token = self.open("/sign-in").field("form_token");
        let fields = [
            ("form_token", token.as_str()),
            ("email", email),
            ("password", password),
        ];
        self.send("/sign-in", &fields)
    }

    fn try_follow(&mut self, mut url: Url, mut request: RequestBuilder) -> reqwest::Result<Page> {
        for _ in 0..10 {
            let jar: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if !jar.is_empty() {
                request = request.header(COOKIE, jar.join("; "));
            }
            let answer = request.send()?;
            for header in answer.headers().get_all(SET_COOKIE) {
                let pair = header.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.retain(|(known, _)| known != name);
                if !value.is_empty() {
                    self.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
            if let Some(next) = answer.headers().get(LOCATION) {
                url = url.join(next.to_str().unwrap()).unwrap();
                request = self.http.get(url.clone());
                continue;
            }
            let kind = answer
                .headers()
                .get("content-type")
                .map(|kind| kind.to_str().unwrap().to_owned());
            let retry_after = answer
                .headers()
                .get("retry-after")
                .map(|time| time.to_str().unwrap().to_owned());
            return Ok(Page {
                retry_after,
                status: answer.status().as_u16(),
                kind: kind.unwrap_or_default(),
                path: url.path().to_owned(),
                bytes: answer.bytes()?.to_vec(),
            });
        }
        panic!("{url} redirects for ever");
    }
}
