//! The files a browser needs beside the pages. Each is named after its content, so it may be kept for ever.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::published::Digest;

use super::error::Refusal;

/// A file with its address.
#[derive(Debug)]
struct Asset {
    name: String,
    media: &'static str,
    body: &'static str,
}

#[derive(Debug)]
struct Assets {
    style: Asset,
    icon: Asset,
    passkey: Asset,
}

fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| Assets {
        style: asset(
            "style",
            "css",
            "text/css; charset=utf-8",
            include_str!("style.css"),
        ),
        icon: asset("icon", "svg", "image/svg+xml", include_str!("icon.svg")),
        passkey: asset(
            "passkey",
            "js",
            "text/javascript; charset=utf-8",
            include_str!("passkey.js"),
        ),
    })
}

fn asset(stem: &str, ending: &str, media: &'static str, body: &'static str) -> Asset {
    let digest = Digest::of(body.as_bytes());
    let short: String = digest.as_str().chars().take(16).collect();
    Asset {
        name: format!("{stem}-{short}.{ending}"),
        media,
        body,
    }
}

/// Address of the style sheet.
pub(super) fn style() -> String {
    format!("/assets/{}", assets().style.name)
}

/// Address of the icon.
pub(super) fn icon() -> String {
    format!("/assets/{}", assets().icon.name)
}

/// Address of the script that asks for passkeys.
pub(super) fn passkey() -> String {
    format!("/assets/{}", assets().passkey.name)
}

/// `GET /assets/{name}`
pub(super) async fn serve(Path(name): Path<String>) -> Result<Response, Refusal> {
    let Assets {
        style,
        icon,
        passkey,
    } = assets();
    let asset = [style, icon, passkey]
        .into_iter()
        .find(|asset| asset.name == name)
        .ok_or(Refusal::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.body).into_response())
}
