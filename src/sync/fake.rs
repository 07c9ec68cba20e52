//! A portal for tests: the protocol over real sockets, in memory, with faults on demand.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use url::Url;

use super::Connection;
use crate::published::pack::unpack;
use crate::published::protocol::{
    Answer, ClientStatus, Event, Events, Manifest, ManifestChunk, Problem, Status, over_the_limit,
};
use crate::published::{Digest, PROTOCOL};
use crate::values::id::{PublicId, Token};

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// None.
    Pass,
    /// The line breaks before anything is done.
    Reset,
    /// It is done, and the line breaks before the answer.
    Mute,
    /// This status with this body.
    Answer(u16, String),
}

impl Fault {
    pub(crate) fn problem(status: u16, code: &str, message: &str) -> Self {
        let problem = Problem {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        Self::Answer(status, serde_json::to_string(&problem).unwrap())
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// `PUT manifest`, `GET manifest`, `PUT chunk`, `PUT chunks`, `GET chunk`, `DELETE`, `GET status`, `GET events`.
    pub(crate) what: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// As it was sent, then as it is.
    pub(crate) sent: usize,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) clients: BTreeMap<PublicId, (Manifest, BTreeMap<Digest, Vec<u8>>)>,
    staged: BTreeMap<Digest, Vec<u8>>,
    pub(crate) events: Vec<Event>,
    /// What stands in the place of an event of this number, for this program cannot make it.
    pub(crate) strange: BTreeMap<u64, serde_json::Value>,
    /// What happens while a client is being removed.
    pub(crate) last_words: Vec<Event>,
    /// How many clients there may be.
    pub(crate) limit: Option<u32>,
    /// This one again and again under the next number and a new id, without end.
    pub(crate) endless: Option<Event>,
    pub(crate) epoch: String,
    pub(crate) seen: Vec<Seen>,
    /// Bytes of answers, as they were sent.
    pub(crate) answered: usize,
    /// For the next requests of this kind.
    pub(crate) faults: BTreeMap<String, VecDeque<Fault>>,
}

#[derive(Debug)]
pub(crate) struct Fake {
    address: SocketAddr,
    token: Token,
    held: Arc<Mutex<Held>>,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let token = Token::random().unwrap();
        let held = Arc::new(Mutex::new(Held::default()));
        let (shared, secret) = (Arc::clone(&held), token.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serve(stream.unwrap(), &shared, secret.expose()).is_none() {
                    break;
                }
            }
        });
        Self {
            address,
            token,
            held,
            thread: Some(thread),
        }
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection {
            url: Url::parse(&format!("http://{}", self.address)).unwrap(),
            token: self.token.clone(),
        }
    }

    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    pub(crate) fn fault(&self, what: &str, fault: Fault) {
        self.held()
            .faults
            .entry(what.to_owned())
            .or_default()
            .push_back(fault);
    }

    /// What was asked since it was last asked about.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.held().seen)
            .into_iter()
            .map(|seen| seen.what)
            .collect()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(self.address) {
            let _ = stream.write_all(b"STOP / HTTP/1.1\r\n\r\n");
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One request; none when it is time to stop.
fn serve(stream: TcpStream, held: &Mutex<Held>, token: &str) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some((method, path, headers, raw)) = read(&mut reader) else {
        return Some(());
    };
    if method == "STOP" {
        return None;
    }
    let body = match headers.get("content-encoding").map(String::as_str) {
        Some("gzip") => {
            let mut inflated = Vec::new();
            flate2::read::GzDecoder::new(raw.as_slice())
                .read_to_end(&mut inflated)
                .unwrap();
            inflated
        }
        _ => raw.clone(),
    };
    let parts: Vec<&str> = path
        .trim_start_matches("/api/v1/")
        .split(['/', '?'])
        .collect();
    let what = match parts.as_slice() {
        [name] | [name, _] if method == "GET" => format!("GET {name}"),
        ["clients", _, "manifest"] => format!("{method} manifest"),
        ["clients", _, "chunks", _] => format!("{method} chunk"),
        ["clients", _, "chunks"] => "PUT chunks".to_owned(),
        ["clients", _, _] if method == "DELETE" => "DELETE".to_owned(),
        _ => format!("{method} {path}"),
    };
    let mut held = held.lock().unwrap();
    let compressed = headers
        .get("accept-encoding")
        .is_some_and(|takes| takes == "gzip");
    let authorised = headers.get("authorization") == Some(&format!("Bearer {token}"));
    held.seen.push(Seen {
        what: what.clone(),
        headers,
        sent: raw.len(),
        body: body.clone(),
    });
    let fault = held.faults.get_mut(&what).and_then(VecDeque::pop_front);
    if matches!(fault, Some(Fault::Reset)) {
        return Some(());
    }
    let (status, answer) = match &fault {
        Some(Fault::Answer(status, answer)) => (*status, answer.clone().into_bytes()),
        _ if !authorised => (
            401,
            bytes(&Problem {
                code: "unauthorised".into(),
                message: "no".into(),
            }),
        ),
        _ => answer(&mut held, &what, &parts, &body),
    };
    if !matches!(fault, Some(Fault::Mute)) {
        let (answer, coding) = match compressed && answer.len() > 1_000 {
            true => (gzip(&answer), "content-encoding: gzip\r\n"),
            false => (answer, ""),
        };
        held.answered += answer.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{coding}location: /elsewhere\r\nconnection: close\r\n\r\n",
            answer.len()
        );
        let mut stream = stream;
        let _ = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&answer));
    }
    Some(())
}

type Asked = (String, String, BTreeMap<String, String>, Vec<u8>);

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((method, path, headers, body))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bytes<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn refused(status: u16, code: &str) -> (u16, Vec<u8>) {
    (
        status,
        bytes(&Problem {
            code: code.to_owned(),
            message: format!("refused: {code}"),
        }),
    )
}

fn answer(held: &mut Held, what: &str, parts: &[&str], body: &[u8]) -> (u16, Vec<u8>) {
    let client = parts.get(1).and_then(|id| PublicId::parse(id).ok());
    match (what, client) {
        ("GET status", _) => (200, bytes(&status(held))),
        ("GET events", _) => (200, bytes(&events(held, parts[1]))),
        ("GET manifest", Some(client)) => match held.clients.get(&client) {
            Some((manifest, _)) => (200, bytes(manifest)),
            None => refused(404, "not_found"),
        },
        ("GET chunk", Some(client)) => {
            let wanted = Digest::try_from(parts[3].to_owned()).unwrap();
            let client = held.clients.get(&client);
            match client.and_then(|(_, bodies)| bodies.get(&wanted)) {
                Some(body) => (200, body.clone()),
                None => refused(404, "not_found"),
            }
        }
        ("PUT manifest", Some(client)) => {
            manifest(held, client, serde_json::from_slice(body).unwrap())
        }
        ("PUT chunk", Some(_)) => {
            let digest = Digest::of(body);
            assert_eq!(digest.as_str(), parts[3]);
            held.staged.insert(digest, body.to_vec());
            (204, Vec::new())
        }
        ("PUT chunks", Some(_)) => {
            for part in unpack(body, usize::MAX).unwrap() {
                held.staged.insert(Digest::of(part), part.to_vec());
            }
            (204, Vec::new())
        }
        ("DELETE", Some(client)) => {
            let revision = parts[2].split(['=', '&']).nth(1).unwrap();
            let revision: u64 = revision.parse().unwrap();
            match held.clients.get(&client).map(|(held, _)| held.revision) {
                None => refused(404, "not_found"),
                Some(newer) if newer > revision => refused(409, "stale_revision"),
                Some(_) => {
                    held.clients.remove(&client);
                    let words = std::mem::take(&mut held.last_words);
                    held.events.extend(words);
                    (204, Vec::new())
                }
            }
        }
        _ => refused(404, "not_found"),
    }
}

fn status(held: &Held) -> Status {
    Status {
        server: PROTOCOL.to_string(),
        public_url: "http://127.0.0.1".to_owned(),
        account: "studio".to_owned(),
        clients: held
            .clients
            .iter()
            .map(|(id, (manifest, _))| ClientStatus {
                id: id.clone(),
                slug: manifest.slug.clone(),
                revision: manifest.revision,
                manifest: manifest.digest(),
                console: true,
            })
            .collect(),
        last_event: match &held.endless {
            Some(_) => u64::MAX,
            None => held.events.last().map_or(0, |event| event.number),
        },
        last_event_id: held.events.last().map(|event| event.id.clone()),
        epoch: held.epoch.clone(),
        client_limit: held.limit,
        last_push: None,
    }
}

/// Two to a page.
fn events(held: &Held, query: &str) -> Events<serde_json::Value> {
    let after: u64 = query.trim_start_matches("after=").parse().unwrap();
    if let Some(event) = &held.endless {
        let event = Event {
            number: after + 1,
            id: PublicId::random().unwrap(),
            ..event.clone()
        };
        return Events {
            more: true,
            events: vec![serde_json::to_value(event).unwrap()],
        };
    }
    let waiting: Vec<_> = held
        .events
        .iter()
        .filter(|event| event.number > after)
        .map(|event| match held.strange.get(&event.number) {
            Some(strange) => strange.clone(),
            None => serde_json::to_value(event).unwrap(),
        })
        .collect();
    Events {
        more: waiting.len() > 2,
        events: waiting.into_iter().take(2).collect(),
    }
}

fn manifest(held: &mut Held, client: PublicId, manifest: Manifest) -> (u16, Vec<u8>) {
    let is_new = !held.clients.contains_key(&client);
    if let Some(limit) = held.limit
        && is_new
        && held.clients.len() >= limit as usize
    {
        let open = held.clients.values();
        let open: Vec<String> = open.map(|(one, _)| one.slug.clone()).collect();
        let message = over_the_limit(limit, &open);
        let code = "limit".to_owned();
        return (403, bytes(&Problem { code, message }));
    }
    let before = held.clients.remove(&client);
    let mut bodies = BTreeMap::new();
    if let Some((old, kept)) = before {
        let same = old.digest() == manifest.digest();
        if !same && manifest.revision <= old.revision {
            held.clients.insert(client, (old, kept));
            return refused(409, "stale_revision");
        }
        bodies = kept.clone();
        held.clients.insert(client.clone(), (old, kept));
    }
    bodies.extend(held.staged.clone());
    let lacks: Vec<Digest> = manifest
        .chunks
        .iter()
        .map(|ManifestChunk { digest, .. }| digest.clone())
        .filter(|digest| !bodies.contains_key(digest))
        .collect();
    if !lacks.is_empty() {
        return (200, bytes(&Answer::Lacks { digests: lacks }));
    }
    bodies.retain(|digest, _| manifest.chunks.iter().any(|chunk| chunk.digest == *digest));
    let revision = manifest.revision;
    held.clients.insert(client, (manifest, bodies));
    (200, bytes(&Answer::Committed { revision }))
}
