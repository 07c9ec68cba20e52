//! Compares what somebody shows with what the store keeps: a password, a code of an authenticator, a recovery code. The store then
//! uses it up.

use chrono::{DateTime, Utc};

use super::authenticator::{Secret, code_of, recovery_code_of};
use super::error::Refusal;
use super::server::Portal;
use super::store::{Factors, Proof};

/// The persons whose password it is.
pub(super) async fn of_password(
    portal: &Portal,
    factors: &[Factors],
    password: String,
) -> Result<Option<Proof>, Refusal> {
    let known: Vec<_> = factors
        .iter()
        .filter_map(|factors| Some((factors.person, factors.password.clone()?)))
        .collect();
    let hashes = known.iter().map(|(_, hash)| hash.clone()).collect();
    let right = portal.hasher().verify(password, hashes).await?;
    let persons: Vec<_> = known
        .iter()
        .zip(right)
        .filter(|(_, right)| *right)
        .map(|((person, _), _)| *person)
        .collect();
    Ok((!persons.is_empty()).then_some(Proof::Password(persons)))
}

/// What the text is a code of: six digits of an authenticator, anything else of the recovery codes.
pub(super) async fn of_code(
    portal: &Portal,
    factors: &[Factors],
    text: &str,
    now: DateTime<Utc>,
) -> Result<Option<Proof>, Refusal> {
    if let Some(code) = code_of(text) {
        return of_authenticator(portal, factors, &code, now);
    }
    let Some(code) = recovery_code_of(text) else {
        return Ok(None);
    };
    let known: Vec<_> = factors
        .iter()
        .flat_map(|factors| {
            let person = factors.person;
            factors
                .recovery
                .iter()
                .map(move |hash| (person, hash.clone()))
        })
        .collect();
    let hashes = known.iter().map(|(_, hash)| hash.clone()).collect();
    let right = portal.hasher().verify(code, hashes).await?;
    let shown: Vec<_> = known
        .into_iter()
        .zip(right)
        .filter(|(_, right)| *right)
        .map(|(known, _)| known)
        .collect();
    Ok((!shown.is_empty()).then_some(Proof::Recovery(shown)))
}

fn of_authenticator(
    portal: &Portal,
    factors: &[Factors],
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Proof>, Refusal> {
    let mut persons = Vec::new();
    let mut found = None;
    for factors in factors {
        let Some(authenticator) = &factors.authenticator else {
            continue;
        };
        let Ok(secret) = Secret::open(portal.seal(), &authenticator.secret) else {
            // Another key than that it was sealed with: recovery codes still work.
            tracing::error!(
                "the secret of an authenticator does not open with the key of this portal"
            );
            continue;
        };
        let step = secret.step_of(code, authenticator.last_step, now)?;
        if let Some(step) = step
            && found.is_none_or(|found| found == step)
        {
            found = Some(step);
            persons.push(factors.person);
        }
    }
    Ok(found.map(|step| Proof::Code { persons, step }))
}
