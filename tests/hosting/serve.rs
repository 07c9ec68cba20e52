//! Serving: TLS with a certificate that is exchanged, metrics that name nobody, a log of ids, and the stop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{Hosted, open_client};

/// What an address answers to `GET path`.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn metrics_have_a_door_of_their_own_and_name_nobody() {
    let s = open_client();
    let arguments = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
    let mut portal = Hosted::open(&s, &arguments);
    let metrics = portal.line();
    portal.connect(&s);
    s.ok("sync");
    let address = portal.url.trim_start_matches("http://").to_owned();
    assert!(get(&address, "/healthz").ends_with("ok\n"));
    assert!(get(&address, "/readyz").ends_with("ok\n"));
    assert!(get(&address, "/metrics").starts_with("HTTP/1.1 404"));
    let door = metrics
        .trim_start_matches("http://")
        .trim_end_matches("/metrics")
        .to_owned();
    let text = get(&door, "/metrics");
    for expected in [
        "loggia_request_seconds_count{route=\"/api/v1/clients/{id}/manifest\",method=\"PUT\",status=\"200\"}",
        "loggia_mails{state=\"dead\"} 0",
        "loggia_connections ",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    for name in ["acme", "studio", "Acme"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    assert!(get(&door, "/c/x").starts_with("HTTP/1.1 404"));
}

#[test]
fn the_log_is_json_with_numbers_and_patterns_only() {
    let s = open_client();
    let portal = Hosted::open(&s, &["--listen", "127.0.0.1:0"]);
    portal.connect(&s);
    s.ok("user invite jo@acme.example --client acme");
    s.ok("sync");
    let address = portal.url.trim_start_matches("http://").to_owned();
    get(&address, "/sign-in?q=CANARY-query");
    get(&address, "/CANARY-path");
    let log = portal.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let answered = |line: &&serde_json::Value| line["fields"]["message"] == "answered";
    let one = lines.iter().find(answered).unwrap();
    assert_eq!(one["span"]["number"].as_str().unwrap().len(), 16);
    assert!(one["span"]["route"].is_string() && one["fields"]["status"].is_u64());
    for told in ["CANARY", "acme", "jo@", "studio", "127.0.0.1"] {
        assert!(!log.contains(told), "{told}: {log}");
    }
}

#[cfg(unix)]
#[test]
fn it_stops_when_told_and_says_so() {
    let s = open_client();
    for signal in ["-TERM", "-INT"] {
        let mut portal = Hosted::open(&s, &["--listen", "127.0.0.1:0"]);
        let address = portal.url.trim_start_matches("http://").to_owned();
        // One that asks nothing holds nothing up.
        let _idle = TcpStream::connect(&address).unwrap();
        portal.signal(signal);
        assert!(portal.child.wait().unwrap().success(), "{signal}");
        assert!(portal.log().contains("the portal is closed"));
    }
}

#[cfg(all(unix, feature = "peers"))]
mod tls {
    use super::*;
    use crate::catcher::certificates;
    use crate::hosting::until;
    use crate::peer;
    use crate::sandbox::Sandbox;

    /// What openssl sees when it asks over TLS.
    fn asked(s: &Sandbox, port: &str, arguments: &str) -> (bool, String) {
        let mut openssl = peer::in_sandbox(s, "openssl", "openssl");
        let line = format!(
            "s_client -connect localhost:{port} -servername localhost -CAfile ca.pem -verify_return_error -quiet -ign_eof {arguments}"
        );
        openssl.args(line.split_whitespace());
        openssl.stdin(std::process::Stdio::piped());
        openssl.stdout(std::process::Stdio::piped());
        openssl.stderr(std::process::Stdio::piped());
        let mut child = openssl.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let request = "GET /sign-in HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n";
        // One that is turned away reads nothing.
        let _ = stdin.write_all(request.replace("PORT", port).as_bytes());
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&text).into_owned(),
        )
    }

    #[test]
    fn the_portal_ends_tls_itself_and_takes_a_new_certificate_when_told() {
        let s = open_client();
        certificates(&s);
        let (leaf, key) = (s.path("leaf.pem"), s.path("leaf.key"));
        let portal = Hosted::open(
            &s,
            &[
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                leaf.to_str().unwrap(),
                "--tls-key",
                key.to_str().unwrap(),
            ],
        );
        assert!(portal.url.starts_with("https://127.0.0.1:"));
        let port = portal.url.rsplit(':').next().unwrap().to_owned();
        for version in ["-tls1_2", "-tls1_3"] {
            let (ok, text) = asked(&s, &port, version);
            assert!(ok && text.contains("HTTP/1.1 200 OK"), "{version}: {text}");
            let lower = text.to_lowercase();
            assert!(lower.contains("strict-transport-security: max-age=63072000"));
            assert!(text.contains("__Host-loggia-form=") && text.contains("; Secure"));
        }
        for version in ["-tls1_1", "-tls1"] {
            let (ok, text) = asked(&s, &port, version);
            assert!(!ok && !text.contains("HTTP/1.1"), "{version}: {text}");
        }
        let (ok, text) = asked(&s, &port, "-tls1_2 -cipher AES128-SHA:AES256-GCM-SHA384");
        assert!(!ok, "{text}");
        // Plain words at this door are no HTTP.
        let mut plain = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        plain.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        plain.read_to_end(&mut answer).ok();
        assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"));
        // What is no certificate changes nothing; a new authority's does.
        let good = std::fs::read(&leaf).unwrap();
        std::fs::write(&leaf, "rubbish").unwrap();
        portal.signal("-HUP");
        until("the log tells", || {
            portal
                .log()
                .contains("the certificate from before stays")
                .then_some(())
        });
        assert!(asked(&s, &port, "").0);
        std::fs::write(&leaf, good).unwrap();
        certificates(&s);
        portal.signal("-HUP");
        until("the log tells", || {
            portal
                .log()
                .contains("the certificate was read again")
                .then_some(())
        });
        let (ok, text) = asked(&s, &port, "");
        assert!(ok && text.contains("HTTP/1.1 200 OK"), "{text}");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let s = open_client();
        certificates(&s);
        let error = s.fails(
            "portal serve --listen 127.0.0.1:0 --tls-cert leaf.pem --tls-key ca.key",
            2,
            "portal.tls",
        );
        assert!(error["message"].as_str().unwrap().contains("does not open"));
    }
}
