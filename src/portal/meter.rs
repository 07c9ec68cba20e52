//! What is counted while the portal is open, in the words of Prometheus, on a listener of its own. Routes are named by their
//! pattern; nothing tells of an account, a client or a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::server::Portal;
use super::store::MailState;

/// Upper ends of the classes of time, in milliseconds.
const CLASSES: [u64; 9] = [5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Meter {
    requests: Mutex<BTreeMap<Row, Times>>,
    connections: AtomicI64,
    flooded: AtomicU64,
    mails_taken: AtomicU64,
    mails_not_taken: AtomicU64,
}

/// One route with one kind of answer.
type Row = (String, &'static str, u16);

#[derive(Debug, Default)]
struct Times {
    count: u64,
    micros: u64,
    /// How many were within each class, and all the ones before.
    within: [u64; CLASSES.len()],
}

impl Meter {
    /// A request was answered.
    pub(super) fn answered(
        &self,
        route: &str,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let row = (route.to_owned(), word(method), status.as_u16());
        let times = requests.entry(row).or_default();
        times.count = times.count.saturating_add(1);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        times.micros = times.micros.saturating_add(micros);
        for (within, class) in times.within.iter_mut().zip(CLASSES) {
            if micros <= class.saturating_mul(1_000) {
                *within = within.saturating_add(1);
            }
        }
    }

    /// A connection was opened, or closed.
    pub(super) fn connection(&self, opened: bool) {
        self.connections
            .fetch_add(if opened { 1 } else { -1 }, Ordering::Relaxed);
    }

    /// Somebody asked too often.
    pub(super) fn flooded(&self) {
        self.flooded.fetch_add(1, Ordering::Relaxed);
    }

    /// A mail was taken, or not.
    pub(super) fn mail(&self, taken: bool) {
        let counter = if taken {
            &self.mails_taken
        } else {
            &self.mails_not_taken
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn text(&self, mails: &[(MailState, u64)]) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut text, mails);
        text
    }

    fn write(&self, text: &mut String, mails: &[(MailState, u64)]) -> std::fmt::Result {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        writeln!(
            text,
            "# HELP loggia_build_info The program.\n# TYPE loggia_build_info gauge\nloggia_build_info{{version=\"{}\"}} 1",
            env!("CARGO_PKG_VERSION")
        )?;
        writeln!(
            text,
            "# HELP loggia_connections Open connections.\n# TYPE loggia_connections gauge\nloggia_connections {}",
            self.connections.load(Ordering::Relaxed)
        )?;
        writeln!(
            text,
            "# HELP loggia_requests_refused_total Requests of those who asked too often.\n# TYPE loggia_requests_refused_total counter\nloggia_requests_refused_total {}",
            load(&self.flooded)
        )?;
        writeln!(
            text,
            "# HELP loggia_mail_tries_total Mails that were given to the mail server.\n# TYPE loggia_mail_tries_total counter\nloggia_mail_tries_total{{taken=\"yes\"}} {}\nloggia_mail_tries_total{{taken=\"no\"}} {}",
            load(&self.mails_taken),
            load(&self.mails_not_taken)
        )?;
        writeln!(
            text,
            "# HELP loggia_mails Mails in the outbox by state.\n# TYPE loggia_mails gauge"
        )?;
        for state in MailState::ALL {
            let count = mails
                .iter()
                .find(|(of, _)| *of == state)
                .map_or(0, |(_, count)| *count);
            writeln!(text, "loggia_mails{{state=\"{}\"}} {count}", state.word())?;
        }
        self.write_requests(text)
    }

    fn write_requests(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "# HELP loggia_request_seconds Time to the answer, by route.\n# TYPE loggia_request_seconds histogram"
        )?;
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for ((route, method, status), times) in requests.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            for (class, within) in CLASSES.iter().zip(times.within) {
                writeln!(
                    text,
                    "loggia_request_seconds_bucket{{{labels},le=\"{}\"}} {within}",
                    seconds(class.saturating_mul(1_000))
                )?;
            }
            writeln!(
                text,
                "loggia_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}\nloggia_request_seconds_sum{{{labels}}} {}\nloggia_request_seconds_count{{{labels}}} {}",
                times.count,
                seconds(times.micros),
                times.count
            )?;
        }
        Ok(())
    }
}

/// A method that anybody may invent would make a row of its own each time.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Microseconds as decimal seconds.
fn seconds(micros: u64) -> String {
    let whole = micros.checked_div(1_000_000).unwrap_or_default();
    let rest = micros.checked_rem(1_000_000).unwrap_or_default();
    let text = format!("{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The one page of the listener for metrics.
pub(super) fn router(portal: &Portal) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(portal.clone())
}

async fn metrics(State(portal): State<Portal>) -> Response {
    let Ok(mails) = portal.store().mail_counts().await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response();
    };
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, portal.meter().text(&mails)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_what_was_quicker_and_times_are_decimal() {
        let meter = Meter::default();
        for millis in [3, 30, 30_000] {
            let took = Duration::from_millis(millis);
            meter.answered("/c/{client}", &Method::GET, StatusCode::OK, took);
        }
        meter.answered(
            "none",
            &Method::from_bytes(b"BREW").unwrap(),
            StatusCode::NOT_FOUND,
            Duration::from_micros(1),
        );
        let text = meter.text(&[(MailState::Dead, 2)]);
        let labels = "route=\"/c/{client}\",method=\"GET\",status=\"200\"";
        for line in [
            format!("loggia_request_seconds_bucket{{{labels},le=\"0.005\"}} 1\n"),
            format!("loggia_request_seconds_bucket{{{labels},le=\"0.05\"}} 2\n"),
            format!("loggia_request_seconds_bucket{{{labels},le=\"+Inf\"}} 3\n"),
            format!("loggia_request_seconds_sum{{{labels}}} 30.033\n"),
            "loggia_mails{state=\"dead\"} 2\n".to_owned(),
            "loggia_mails{state=\"waiting\"} 0\n".to_owned(),
            "method=\"other\",status=\"404\",le=\"5\"} 1\n".to_owned(),
        ] {
            assert!(text.contains(&line), "{line}\n{text}");
        }
    }
}
