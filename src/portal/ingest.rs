//! The server's side of the sync: bytes in, checked and bounded, handed to the store. The protocol is told in
//! [`crate::published::protocol`].

use std::io::Read as _;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{
    DefaultBodyLimit, Extension, FromRequest as _, Path, RawQuery, Request, State,
};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use flate2::read::MultiGzDecoder;

use crate::published::Digest;
use crate::published::pack::unpack;
use crate::published::protocol::{Answer, Events, Manifest, RawEvent, Status};
use crate::values::id::{PublicId, Slug};

use super::error::ApiRefusal;
use super::server::Portal;
use super::store::{Account, Commit, Removal, Staging};

/// Events in one answer.
const EVENTS: u32 = 500;

/// `GET /api/v1/status`
pub(super) async fn status(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
) -> Result<Json<Status>, ApiRefusal> {
    let status = portal.store().status(account.id).await?;
    Ok(Json(Status {
        server: env!("CARGO_PKG_VERSION").to_owned(),
        public_url: portal.place().origin.clone(),
        account: account.name,
        clients: status.clients,
        last_event: status.last_event,
        last_event_id: status.last_event_id,
        epoch: status.epoch,
        client_limit: status.client_limit,
        last_push: status.last_push,
    }))
}

/// `GET /api/v1/events?after=N`
pub(super) async fn events(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    RawQuery(query): RawQuery,
) -> Result<Json<Events<RawEvent>>, ApiRefusal> {
    let after = after(query.as_deref().unwrap_or_default())?;
    Ok(Json(
        portal.store().events(account.id, after, EVENTS).await?,
    ))
}

/// `after=N`, once, and nothing else; from the beginning where it is left out.
fn after(query: &str) -> Result<u64, ApiRefusal> {
    number(query, "after")
        .ok_or_else(|| ApiRefusal::Invalid("events are asked for with `after=N`".to_owned()))
}

/// The number that is all of a query; nothing where there is no query.
fn number(query: &str, wanted: &str) -> Option<u64> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    match (pairs.next(), pairs.next()) {
        (None, _) => Some(0),
        (Some((name, number)), None) if name == wanted => number.parse().ok(),
        _ => None,
    }
}

/// `PUT /api/v1/clients/{id}/manifest`
pub(super) async fn manifest(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path(client): Path<String>,
    request: Request,
) -> Result<Json<Answer>, ApiRefusal> {
    let client = client_id(&client)?;
    let limits = portal.settings().limits;
    let body = body(request, "a manifest", limits.manifest).await?;
    let manifest: Manifest = serde_json::from_slice(&body)
        .map_err(|error| ApiRefusal::Invalid(format!("the manifest: {error}")))?;
    check(&manifest, limits.chunks, limits.chunk)?;
    match portal
        .store()
        .commit(account.id, client, manifest, portal.now())
        .await?
    {
        Commit::Committed { revision } => Ok(Json(Answer::Committed { revision })),
        Commit::Lacks(digests) => Ok(Json(Answer::Lacks { digests })),
        Commit::Stale { revision } => Err(ApiRefusal::Stale { revision }),
        Commit::Limit { limit } => {
            let published = portal.store().status(account.id).await?.clients;
            let open = published.into_iter().filter(|client| client.console);
            Err(ApiRefusal::Limit {
                limit,
                open: open.map(|client| client.slug).collect(),
            })
        }
        Commit::Flawed(flaw) => Err(ApiRefusal::Flawed(flaw)),
    }
}

/// `GET /api/v1/clients/{id}/manifest`
pub(super) async fn held(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path(client): Path<String>,
) -> Result<Json<Manifest>, ApiRefusal> {
    let client = client_id(&client)?;
    let held = portal.store().manifest(account.id, client).await?;
    held.map(Json).ok_or(ApiRefusal::NotFound)
}

/// `GET /api/v1/clients/{id}/chunks/{digest}`
pub(super) async fn part(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path((client, digest)): Path<(String, String)>,
) -> Result<Response, ApiRefusal> {
    let client = client_id(&client)?;
    let digest = Digest::try_from(digest).map_err(|_| ApiRefusal::NotFound)?;
    let part = portal.store().part(account.id, client, digest).await?;
    let bytes = part.ok_or(ApiRefusal::NotFound)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

/// `PUT /api/v1/clients/{id}/chunks/{digest}`
pub(super) async fn chunk(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path((client, digest)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    let client = client_id(&client)?;
    let digest = Digest::try_from(digest).map_err(|_| ApiRefusal::NotFound)?;
    let limits = portal.settings().limits;
    let body = body(request, "a part", limits.chunk).await?;
    if Digest::of(&body) != digest {
        return Err(ApiRefusal::Invalid(format!(
            "the bytes are not those of the part {digest}"
        )));
    }
    stage(&portal, &account, client, vec![(digest, body)]).await
}

/// `PUT /api/v1/clients/{id}/chunks`
pub(super) async fn pack(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path(client): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    let client = client_id(&client)?;
    let limits = portal.settings().limits;
    let body = body(request, "parts together", limits.chunk).await?;
    let parts = unpack(&body, limits.chunks)
        .ok_or_else(|| ApiRefusal::Invalid("the body is not made of whole parts".to_owned()))?;
    let parts = parts.into_iter();
    let parts = parts
        .map(|part| (Digest::of(part), part.to_vec()))
        .collect();
    stage(&portal, &account, client, parts).await
}

async fn stage(
    portal: &Portal,
    account: &Account,
    client: PublicId,
    parts: Vec<(Digest, Vec<u8>)>,
) -> Result<StatusCode, ApiRefusal> {
    let now = portal.now();
    let limit = portal.settings().limits.staged;
    let staging = Staging {
        client,
        parts,
        limit,
        stale: now - portal.settings().times.staged,
    };
    if portal.store().stage(account.id, staging, now).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiRefusal::TooLarge("a push", limit))
    }
}

/// `DELETE /api/v1/clients/{id}?revision=N&read=N`
pub(super) async fn remove(
    State(portal): State<Portal>,
    Extension(account): Extension<Account>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, ApiRefusal> {
    let client = client_id(&client)?;
    let (revision, read) = removed(query.as_deref().unwrap_or_default()).ok_or_else(|| {
        let how = "what is removed, and what was read, is told with `revision=N&read=N`";
        ApiRefusal::Invalid(how.to_owned())
    })?;
    let store = portal.store();
    let removal = store
        .remove_client(account.id, client.clone(), revision, portal.now())
        .await?;
    if let Removal::Stale { revision } = removal {
        return Err(ApiRefusal::Stale { revision });
    }
    // Of one that is gone already, too: a removal that was cut off is repeated.
    store.forget_events(account.id, client, read).await?;
    match removal {
        Removal::Removed => Ok(StatusCode::NO_CONTENT),
        Removal::NotThere | Removal::Stale { .. } => Err(ApiRefusal::NotFound),
    }
}

/// `revision=N` and, where anything was read, `read=N`, once each and nothing else.
fn removed(query: &str) -> Option<(u64, u64)> {
    let (mut revision, mut read) = (None, None);
    for (name, number) in url::form_urlencoded::parse(query.as_bytes()) {
        let place = match name.as_ref() {
            "revision" => &mut revision,
            "read" => &mut read,
            _ => return None,
        };
        if place.replace(number.parse().ok()?).is_some() {
            return None;
        }
    }
    Some((revision?, read.unwrap_or_default()))
}

fn client_id(text: &str) -> Result<PublicId, ApiRefusal> {
    PublicId::parse(text).map_err(|_| ApiRefusal::NotFound)
}

/// What can be said of a manifest without its parts.
fn check(manifest: &Manifest, most: usize, largest: usize) -> Result<(), ApiRefusal> {
    let invalid = |what: String| Err(ApiRefusal::Invalid(what));
    if Slug::parse(&manifest.slug).is_err() {
        return invalid("the manifest's slug is none".to_owned());
    }
    if i64::try_from(manifest.revision).is_err() {
        return invalid("the manifest's revision is beyond all counts".to_owned());
    }
    if manifest.chunks.len() > most {
        return invalid(format!("a client has at most {most} parts"));
    }
    let largest = u64::try_from(largest).unwrap_or(u64::MAX);
    let mut keys = std::collections::HashSet::new();
    for chunk in &manifest.chunks {
        if !keys.insert(&chunk.key) {
            return invalid(format!("`{}` stands in the manifest twice", chunk.key));
        }
        if chunk.size > largest {
            return Err(ApiRefusal::TooLarge("a part", largest));
        }
    }
    Ok(())
}

/// The body, inflated where it came compressed, never more of it than `most`.
pub(super) async fn body(
    mut request: Request,
    what: &'static str,
    most: usize,
) -> Result<Vec<u8>, ApiRefusal> {
    let too_large = || ApiRefusal::TooLarge(what, u64::try_from(most).unwrap_or(u64::MAX));
    let gzip = is_gzip(request.headers())?;
    DefaultBodyLimit::max(most).apply(&mut request);
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                ApiRefusal::Invalid("the body broke off".to_owned())
            }
        })?;
    if !gzip {
        return Ok(bytes.to_vec());
    }
    let inflated = tokio::task::spawn_blocking(move || inflate(&bytes, most)).await;
    match inflated {
        Ok(Ok(Some(inflated))) => Ok(inflated),
        Ok(Ok(None)) => Err(too_large()),
        _ => Err(ApiRefusal::Invalid("the body is no gzip".to_owned())),
    }
}

fn is_gzip(headers: &HeaderMap) -> Result<bool, ApiRefusal> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    match (
        encodings.next().map(|encoding| encoding.as_bytes()),
        encodings.next(),
    ) {
        (None | Some(b"identity"), None) => Ok(false),
        (Some(b"gzip"), None) => Ok(true),
        _ => Err(ApiRefusal::Invalid(
            "a body comes plain or as gzip".to_owned(),
        )),
    }
}

/// None where more comes out than is taken; it is not inflated further than that.
fn inflate(bytes: &[u8], most: usize) -> std::io::Result<Option<Vec<u8>>> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut inflated = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut inflated)?;
    Ok((inflated.len() <= most).then_some(inflated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_asked_for_in_one_way() {
        assert_eq!(after("").unwrap(), 0);
        assert_eq!(after("after=7").unwrap(), 7);
        for query in [
            "after=",
            "after=-1",
            "after=1&after=2",
            "before=1",
            "after=1&x=2",
            "after=99999999999999999999",
        ] {
            assert!(after(query).is_err(), "{query}");
        }
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1_000_000]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 2_000);
        assert_eq!(inflate(&bomb, 999_999).unwrap(), None);
        assert_eq!(
            inflate(&bomb, 1_000_000).unwrap().map(|bytes| bytes.len()),
            Some(1_000_000)
        );
        assert!(inflate(b"no gzip", 10).is_err());
        assert!(inflate(&bomb[..bomb.len() - 3], 1_000_000).is_err());
    }
}
