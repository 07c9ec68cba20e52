//! Passkeys: what is asked of a browser, and whether its answer holds. Knows no page and no store; what was asked is kept by the store
//! until it is answered.

use url::{Host, Url};
use webauthn_rs::prelude::{
    CreationChallengeResponse, CredentialID, DiscoverableAuthentication, Passkey,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn,
    WebauthnBuilder,
};

use super::settings::Place;

/// What verifies passkeys of this portal's name.
#[derive(Debug, Clone)]
pub(super) struct Passkeys {
    webauthn: Webauthn,
    host: String,
}

/// An answer that does not hold, or is not one.
#[derive(Debug, thiserror::Error)]
#[error("a passkey does not hold")]
pub(super) struct Refused;

/// A question to a browser: as its script reads it, and what the portal must remember to check the answer.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) options: String,
    pub(super) state: String,
}

/// A passkey that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) credential: String,
    pub(super) body: String,
}

impl Passkeys {
    /// Passkeys belong to a name; a portal that is found by a number alone has none. On this machine the name is `localhost`.
    pub(super) fn of(place: &Place) -> Option<Self> {
        let origin = Url::parse(&place.origin).ok()?;
        let origin = match origin.host()? {
            Host::Domain(_) => origin,
            _ => Url::parse(&place.on_localhost()?).ok()?,
        };
        let host = origin.domain()?.to_owned();
        let webauthn = WebauthnBuilder::new(&host, &origin)
            .ok()?
            .rp_name("Loggia")
            .build()
            .ok()?;
        Some(Self { webauthn, host })
    }

    /// Whether a page opened under this `Host` can use them.
    pub(super) fn serve(&self, host: &str) -> bool {
        let name = host.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case(&self.host)
    }

    /// A new handle, by which an authenticator knows its user.
    pub(super) fn handle() -> String {
        Uuid::new_v4().to_string()
    }

    /// Asks for a new passkey. Known ones are named, so that no authenticator makes a second.
    pub(super) fn ask_new(
        &self,
        handle: &str,
        email: &str,
        known: &[String],
    ) -> Result<Question, Refused> {
        let handle = Uuid::parse_str(handle).map_err(|_| Refused)?;
        let known: Vec<CredentialID> = known
            .iter()
            .filter_map(|id| data_encoding::BASE64URL_NOPAD.decode(id.as_bytes()).ok())
            .collect();
        let (options, state) = self
            .webauthn
            .start_passkey_registration(handle, email, email, Some(known))
            .map_err(|_| Refused)?;
        Ok(Question {
            options: discoverable(&options)?,
            state: json(&state)?,
        })
    }

    /// The passkey of an answer.
    pub(super) fn made(&self, answer: &str, state: &str) -> Result<Made, Refused> {
        let answer: RegisterPublicKeyCredential = read(answer)?;
        let state: PasskeyRegistration = read(state)?;
        let passkey = self
            .webauthn
            .finish_passkey_registration(&answer, &state)
            .map_err(|_| Refused)?;
        Ok(Made {
            credential: data_encoding::BASE64URL_NOPAD.encode(passkey.cred_id().as_ref()),
            body: json(&passkey)?,
        })
    }

    /// Asks for any passkey of this portal.
    pub(super) fn ask(&self) -> Result<Question, Refused> {
        let (mut options, state) = self
            .webauthn
            .start_discoverable_authentication()
            .map_err(|_| Refused)?;
        // Asked for by a click, not offered while typing.
        options.mediation = None;
        Ok(Question {
            options: json(&options)?,
            state: json(&state)?,
        })
    }

    /// Which credential an answer is of.
    pub(super) fn credential(answer: &str) -> Result<String, Refused> {
        let answer: PublicKeyCredential = read(answer)?;
        Ok(data_encoding::BASE64URL_NOPAD.encode(answer.get_credential_id()))
    }

    /// Checks an answer against the passkey it claims to be of; the passkey as it is to be kept from now on.
    pub(super) fn shown(
        &self,
        answer: &str,
        state: &str,
        handle: &str,
        body: &str,
    ) -> Result<String, Refused> {
        let answer: PublicKeyCredential = read(answer)?;
        let state: DiscoverableAuthentication = read(state)?;
        let mut passkey: Passkey = read(body)?;
        let (user, _) = self
            .webauthn
            .identify_discoverable_authentication(&answer)
            .map_err(|_| Refused)?;
        if user.to_string() != handle {
            return Err(Refused);
        }
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer, state, &passkey)
            .map_err(|_| Refused)?;
        // It stands for both factors only if it knew its user.
        if !result.user_verified() {
            return Err(Refused);
        }
        passkey.update_credential(&result);
        json(&passkey)
    }
}

/// Signing in begins without a name, so the authenticator must keep the passkey itself.
fn discoverable(options: &CreationChallengeResponse) -> Result<String, Refused> {
    let mut options = serde_json::to_value(options).map_err(|_| Refused)?;
    let selection = options
        .pointer_mut("/publicKey/authenticatorSelection")
        .and_then(serde_json::Value::as_object_mut)
        .ok_or(Refused)?;
    selection.insert("residentKey".to_owned(), "required".into());
    selection.insert("requireResidentKey".to_owned(), true.into());
    json(&options)
}

fn json(value: &impl serde::Serialize) -> Result<String, Refused> {
    serde_json::to_string(value).map_err(|_| Refused)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Refused> {
    serde_json::from_str(text).map_err(|_| Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passkeys(url: Option<&str>) -> Option<Passkeys> {
        let url = url.map(|url| Url::parse(url).unwrap());
        Passkeys::of(&Place::new(url.as_ref(), "127.0.0.1:8070".parse().unwrap()).unwrap())
    }

    #[test]
    fn passkeys_belong_to_a_name() {
        assert!(passkeys(Some("https://192.0.2.1")).is_none());
        assert!(passkeys(Some("https://[2001:db8::1]:8443")).is_none());
        let named = passkeys(Some("https://portal.example")).unwrap();
        assert!(named.serve("portal.example") && named.serve("Portal.Example:443"));
        assert!(!named.serve("192.0.2.1"));
        let here = passkeys(None).unwrap();
        assert!(here.serve("localhost:8070"));
        assert!(!here.serve("127.0.0.1:8070"));
    }

    #[test]
    fn a_question_wants_a_user_who_is_known_and_a_key_that_is_kept() {
        let passkeys = passkeys(None).unwrap();
        let asked = passkeys
            .ask_new(&Passkeys::handle(), "ada@x.example", &["AAAA".to_owned()])
            .unwrap();
        let options: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
        let options = &options["publicKey"];
        assert_eq!(options["rp"]["id"], "localhost");
        assert_eq!(
            options["authenticatorSelection"]["userVerification"],
            "required"
        );
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["excludeCredentials"][0]["id"], "AAAA");
        let asked = passkeys.ask().unwrap();
        let options: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        assert_eq!(
            options["publicKey"]["allowCredentials"],
            serde_json::json!([])
        );
        assert!(options.get("mediation").is_none());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let passkeys = passkeys(None).unwrap();
        let asked = passkeys.ask().unwrap();
        assert!(Passkeys::credential("{}").is_err());
        assert!(passkeys.shown("{}", &asked.state, "", "{}").is_err());
        assert!(passkeys.made("{}", &asked.state).is_err());
    }
}
