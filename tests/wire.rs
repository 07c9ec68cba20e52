//! A wire between `loggia sync` and a portal that keeps every byte that is sent over it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A listener that forwards to a portal, once there is one.
pub(crate) struct Wire {
    pub(crate) url: String,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
    to: Arc<Mutex<Option<SocketAddr>>>,
}

impl Wire {
    /// Opens the near end.
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            sent: Arc::default(),
            to: Arc::default(),
        };
        let (sent, to) = (Arc::clone(&wire.sent), Arc::clone(&wire.to));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Some(far) = *to.lock().unwrap() else {
                    continue;
                };
                let far = TcpStream::connect(far).unwrap();
                let place = {
                    let mut sent = sent.lock().unwrap();
                    sent.push(Vec::new());
                    sent.len() - 1
                };
                carry(&far, &near, |_| {});
                let sent = Arc::clone(&sent);
                carry(&near, &far, move |bytes| {
                    sent.lock().unwrap()[place].extend_from_slice(bytes)
                });
            }
        });
        wire
    }

    /// Ties the far end to a portal.
    pub(crate) fn tie(&self, portal: &str) {
        let address = portal.strip_prefix("http://").unwrap().parse().unwrap();
        *self.to.lock().unwrap() = Some(address);
    }

    /// All that was sent, as text, with compressed bodies unpacked.
    pub(crate) fn text(&self) -> String {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|connection| requests(connection)).collect()
    }
}

/// Carries bytes one way until that way ends.
fn carry(from: &TcpStream, to: &TcpStream, mut keep: impl FnMut(&[u8]) + Send + 'static) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            keep(&buffer[..count]);
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// The requests of one connection.
fn requests(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let header = |name: &str| -> Option<String> {
            head.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name)
                    .then(|| value.trim().to_owned())
            })
        };
        assert_eq!(
            header("transfer-encoding"),
            None,
            "this wire knows bodies of a length: {head}"
        );
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let body = &bytes[end + 4..end + 4 + length];
        let body = match header("content-encoding").as_deref() {
            Some("gzip") => {
                let mut unpacked = Vec::new();
                flate2::read::GzDecoder::new(body)
                    .read_to_end(&mut unpacked)
                    .unwrap();
                unpacked
            }
            None => body.to_vec(),
            Some(other) => panic!("this wire does not know the encoding {other}"),
        };
        text.push_str(&head);
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&body));
        text.push('\n');
        bytes = &bytes[end + 4 + length..];
    }
    text
}
