//! A portal under load: its database is filled through the store, `loggia portal serve` opens it, and this process is all of its
//! visitors.
//!
//! ```sh
//! cargo bench -- portal                                                    # 200 clients, 1,000,000 entries, 60 s
//! cargo bench -- portal --clients 4 --entries 2000 --invoices 40 --seconds 3
//! cargo bench -- portal --database postgres://me@localhost/empty --servers 2
//! ```
//!
//! Of the requests 80 % are pages, 10 % are files of invoices and 10 % are lists with a filter; half of the time is quiet, and in the
//! other half an account pushes months of 10,000 entries over and over. What is told is as the visitors saw it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;

use loggia::portal::store::{Commit, NewSession, Staging};

use loggia::portal::{Address, operator};
use loggia::published::protocol::{Invitation, Manifest, ManifestChunk, Role, User, Users};
use loggia::published::{
    Access, Chunk, ChunkKey, Console, Digest, Entry, Grounds, HoursSummary, Invoice, InvoiceKind,
    InvoiceLine, InvoiceState, MemberHours, Month, PROTOCOL, Party, Project, Projects, Sections,
    TaxCategory, TaxLine,
};
use loggia::values::duration::Seconds;
use loggia::values::id::{PublicId, Token};
use loggia::values::money::{Currency, Money};
use loggia::values::period::{Period, YearMonth};

/// The word that asks for this.
pub(crate) const WORD: &str = "portal";

/// The day on which the data ends.
const TODAY: &str = "2026-11-20";
/// Visitors at the same time.
const VISITORS: usize = 8;
/// Entries of a push.
const PUSHED: usize = 10_000;

/// How much of everything.
struct Size {
    clients: usize,
    users: usize,
    entries: usize,
    invoices: usize,
    seconds: u64,
    /// None: an SQLite file of its own.
    database: Option<String>,
    /// Processes that serve it.
    servers: usize,
}

impl Size {
    fn of(arguments: &[String]) -> Self {
        let mut size = Self {
            clients: 200,
            users: 1_000,
            entries: 1_000_000,
            invoices: 20_000,
            seconds: 60,
            database: None,
            servers: 1,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--database" {
                size.database = words.next().cloned();
                continue;
            }
            let mut number = || -> usize { words.next().unwrap().parse().unwrap() };
            match word.as_str() {
                "--clients" => size.clients = number(),
                "--users" => size.users = number(),
                "--entries" => size.entries = number(),
                "--invoices" => size.invoices = number(),
                "--seconds" => size.seconds = number() as u64,
                "--servers" => size.servers = number(),
                "--bench" => {}
                other => panic!("`{other}` is no option of this benchmark"),
            }
        }
        size
    }
}

/// Fills a portal, opens it and visits it.
pub(crate) fn run(arguments: &[String]) {
    let size = Size::of(arguments);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.db");
    let sqlite = format!("sqlite:{}", path.display());
    let database = size.database.as_deref().unwrap_or(&sqlite);
    let started = Instant::now();
    let (token, readers) = fill(database, &size);
    println!(
        "{} clients, {} users, {} entries, {} invoices: filled in {:.1} s; {} of {}",
        size.clients,
        readers.len(),
        size.entries,
        size.invoices,
        started.elapsed().as_secs_f64(),
        if size.servers == 1 {
            "one server"
        } else {
            "several servers"
        },
        database.split(':').next().unwrap_or_default(),
    );
    let portals: Vec<Portal> = (0..size.servers.max(1))
        .map(|_| Portal::open(database, folder.path(), None))
        .collect();
    let addresses: Vec<&str> = portals.iter().map(|one| one.address.as_str()).collect();
    let half = Duration::from_secs(size.seconds.div_ceil(2));
    println!(
        "{:<18} {:>10} {:>9} {:>9} {:>9} {:>7}",
        "", "requests/s", "p50 ms", "p99 ms", "most ms", "errors"
    );
    visit("quiet", &addresses, &readers, half, || ());
    let account = Account {
        address: portals[0].address.clone(),
        token,
    };
    let mut pushes = Vec::new();
    let pushing = visit("during pushes", &addresses, &readers, half, {
        let mut revision = 1;
        let pushes = &mut pushes;
        move || {
            revision += 1;
            let started = Instant::now();
            account.push(revision);
            pushes.push(started.elapsed());
        }
    });
    pushes.sort();
    println!(
        "{} pushes of {PUSHED} entries, in the middle {:.0} ms each",
        pushing,
        pushes
            .get(pushes.len() / 2)
            .map_or(0.0, |push| push.as_secs_f64() * 1_000.0)
    );
}

/// The running program.
pub(crate) struct Portal {
    child: Child,
    pub(crate) address: String,
}

impl Portal {
    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Opens one over a database; `folder` is for its files.
    pub(crate) fn open(database: &str, folder: &Path, public_url: Option<&str>) -> Self {
        let mut child = Command::new(super::LOGGIA)
            .args(["portal", "serve", "-q", "--listen", "127.0.0.1:0"])
            .args(["--database", database])
            .args(public_url.into_iter().flat_map(|url| ["--public-url", url]))
            .args(
                database
                    .starts_with("postgres")
                    .then_some("--key-file=portal.key"),
            )
            .current_dir(folder)
            .env("LOGGIA_NOW", super::NOW)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().trim_start_matches("http://").to_owned();
        assert!(!address.is_empty(), "the portal does not open");
        Self { child, address }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A signed-in user with pages of their own.
struct Reader {
    cookie: String,
    home: String,
    invoices: Vec<PublicId>,
}

/// What one visitor saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    errors: usize,
}

/// Visits for a time, while `beside` runs again and again; how often it did.
fn visit(
    what: &str,
    addresses: &[&str],
    readers: &[Reader],
    time: Duration,
    mut beside: impl FnMut(),
) -> usize {
    let end = Instant::now() + time;
    let over = AtomicBool::new(false);
    let mut rounds = 0;
    let seen: Vec<Seen> = std::thread::scope(|scope| {
        let over = &over;
        let visitors: Vec<_> = (0..VISITORS)
            .map(|n| {
                let address = addresses[n % addresses.len()];
                scope.spawn(move || visitor(n as u64, address, readers, over))
            })
            .collect();
        while Instant::now() < end {
            beside();
            rounds += 1;
            if what == "quiet" {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        over.store(true, Ordering::SeqCst);
        visitors
            .into_iter()
            .map(|visitor| visitor.join().unwrap())
            .collect()
    });
    let mut times: Vec<Duration> = seen.iter().flat_map(|seen| seen.times.clone()).collect();
    times.sort();
    let at = |per_mille: usize| {
        let index = (times.len() * per_mille / 1_000).min(times.len().saturating_sub(1));
        times
            .get(index)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    println!(
        "{what:<18} {:>10.0} {:>9.1} {:>9.1} {:>9.1} {:>7}",
        times.len() as f64 / time.as_secs_f64(),
        at(500),
        at(990),
        at(1_000),
        seen.iter().map(|seen| seen.errors).sum::<usize>()
    );
    rounds
}

fn visitor(seed: u64, address: &str, readers: &[Reader], over: &AtomicBool) -> Seen {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut line = Line::open(address);
    let mut seen = Seen::default();
    while !over.load(Ordering::SeqCst) {
        let reader = &readers[chance.below(readers.len())];
        let path = path(&mut chance, reader);
        let started = Instant::now();
        let status = line.get(&path, &reader.cookie);
        if status == Some(200) {
            seen.times.push(started.elapsed());
        } else {
            seen.errors += 1;
            line = Line::open(address);
        }
    }
    seen
}

fn path(chance: &mut Chance, reader: &Reader) -> String {
    let home = &reader.home;
    let invoice = (!reader.invoices.is_empty())
        .then(|| &reader.invoices[chance.below(reader.invoices.len())]);
    match (chance.below(10), invoice) {
        (0, Some(invoice)) => format!("{home}/invoices/{invoice}/file"),
        (1, _) => {
            let month = 1 + chance.below(11);
            format!("{home}/timesheet?from=2026-{month:02}-01&to=2026-{month:02}-28&q=layout")
        }
        (2 | 3, Some(invoice)) => format!("{home}/invoices/{invoice}"),
        (4 | 5, _) => format!("{home}/invoices"),
        (6 | 7, _) => format!("{home}/timesheet"),
        (8, _) => format!("{home}/projects"),
        _ => home.clone(),
    }
}

/// A generator of numbers that need not be good (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// One connection that stays open. As little as can be between the clock and the portal.
struct Line {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Line {
    fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            address: address.to_owned(),
            stream: BufReader::new(stream),
        }
    }

    fn get(&mut self, path: &str, cookie: &str) -> Option<u16> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: loggia={cookie}\r\n\r\n",
            self.address
        );
        self.ask(request.as_bytes(), &[]).map(|(status, _)| status)
    }

    fn ask(&mut self, head: &[u8], body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let stream = self.stream.get_mut();
        stream.write_all(head).ok()?;
        stream.write_all(body).ok()?;
        let (mut status, mut length) = (None, 0_usize);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            match (status, line.split_once(": ")) {
                (None, _) => status = line.split(' ').nth(1)?.parse().ok(),
                (_, Some(("content-length", text))) => length = text.parse().ok()?,
                _ => {}
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).ok()?;
        Some((status?, answer))
    }
}

/// An account that pushes.
struct Account {
    address: String,
    token: String,
}

impl Account {
    /// A client whose months are all new.
    fn push(&self, revision: u64) {
        let client = Client::make(usize::MAX, PUSHED, 0, 0, revision);
        let manifest = serde_json::to_vec(&client.manifest(revision)).unwrap();
        let path = format!("/api/v1/clients/{}/manifest", client.id);
        let mut line = Line::open(&self.address);
        assert_eq!(self.put(&mut line, &path, &manifest), 200);
        for chunk in &client.chunks {
            let path = format!("/api/v1/clients/{}/chunks/{}", client.id, chunk.digest());
            assert_eq!(self.put(&mut line, &path, &chunk.body), 204);
        }
        assert_eq!(self.put(&mut line, &path, &manifest), 200);
    }

    fn put(&self, line: &mut Line, path: &str, body: &[u8]) -> u16 {
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nLoggia-Protocol: {PROTOCOL}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        line.ask(head.as_bytes(), body).unwrap().0
    }
}

/// Fills an empty portal. The token of its account, and sessions of all users.
fn fill(database: &str, size: &Size) -> (String, Vec<Reader>) {
    let now: DateTime<Utc> = super::NOW.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let address = Address::parse(database).unwrap();
        let store = address.open().await.unwrap().store;
        let token = operator::create_account(store.as_ref(), "studio", now)
            .await
            .unwrap();
        let hash = Token::parse(token.expose()).unwrap().hash();
        let account = store.account_by_token(hash).await.unwrap().unwrap().id;
        let mut readers = Vec::new();
        for n in 0..size.clients {
            let of = |all: usize| all / size.clients + usize::from(n < all % size.clients);
            let client = Client::make(n, of(size.entries), of(size.invoices), of(size.users), 1);
            let parts = client.chunks.iter();
            let parts = Staging {
                client: client.id.clone(),
                parts: parts
                    .map(|chunk| (chunk.digest(), chunk.body.clone()))
                    .collect(),
                limit: u64::MAX,
                stale: now - TimeDelta::days(1),
            };
            assert!(store.stage(account, parts, now).await.unwrap());
            let manifest = client.manifest(1);
            let committed = store
                .commit(account, client.id.clone(), manifest, now)
                .await;
            assert!(matches!(committed.unwrap(), Commit::Committed { .. }));
            for secret in &client.invited {
                let cookie = Token::random().unwrap();
                let session = NewSession {
                    agent: None,
                    token_hash: cookie.hash(),
                    at: now,
                    expires: now + TimeDelta::hours(12),
                    origin: IpAddr::V4(Ipv4Addr::LOCALHOST),
                };
                let home = store
                    .accept(secret.hash(), "no password".to_owned(), session)
                    .await;
                readers.push(Reader {
                    cookie: cookie.expose().to_owned(),
                    home: format!("/c/{}", home.unwrap().unwrap().0),
                    invoices: client.invoices.clone(),
                });
            }
        }
        (token.expose().to_owned(), readers)
    })
}

/// A client as it is published.
struct Client {
    id: PublicId,
    slug: String,
    chunks: Vec<Chunk>,
    invited: Vec<Token>,
    invoices: Vec<PublicId>,
}

impl Client {
    fn make(n: usize, entries: usize, invoices: usize, users: usize, round: u64) -> Self {
        // The one that is pushed again and again is the same one each time.
        let id = match n {
            usize::MAX => PublicId::from_bytes([7; 16]),
            _ => PublicId::random().unwrap(),
        };
        let project = PublicId::random().unwrap();
        let mut chunks = vec![
            Chunk::json(ChunkKey::Console, &console(n)).unwrap(),
            Chunk::json(ChunkKey::Projects, &projects(&project)).unwrap(),
        ];
        let (people, invited) = people(n, users);
        chunks.push(Chunk::json(ChunkKey::Users, &people).unwrap());
        chunks.extend(months(&project, entries, round));
        let mut ids = Vec::new();
        for number in 0..invoices {
            let invoice = invoice(n, number);
            ids.push(invoice.id.clone());
            let key = ChunkKey::Invoice(invoice.number.clone().unwrap());
            let file = invoice.file.clone().unwrap();
            chunks.push(Chunk::json(key, &invoice).unwrap());
            let mut bytes = format!("%PDF-1.7 {file}\n").into_bytes();
            bytes.resize(20_000, b'x');
            chunks.push(Chunk::file(&file, bytes));
        }
        Self {
            id,
            slug: match n {
                usize::MAX => "pushed".to_owned(),
                n => format!("client-{n}"),
            },
            chunks,
            invited,
            invoices: ids,
        }
    }

    fn manifest(&self, revision: u64) -> Manifest {
        let line = |chunk: &Chunk| ManifestChunk {
            key: chunk.key.clone(),
            digest: chunk.digest(),
            size: chunk.body.len() as u64,
        };
        Manifest {
            revision,
            slug: self.slug.clone(),
            chunks: self.chunks.iter().map(line).collect(),
        }
    }
}

fn today() -> NaiveDate {
    TODAY.parse().unwrap()
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap())
}

fn console(n: usize) -> Console {
    let week = Period {
        from: "2026-11-16".parse().unwrap(),
        to: "2026-11-22".parse().unwrap(),
    };
    Console {
        client: format!("Client {n} GmbH"),
        business: "Studio Nord".to_owned(),
        language: "en".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        as_of: today(),
        sections: Sections {
            timesheets: true,
            budget: true,
            phases: true,
            tasks: true,
            retainer: true,
            invoices: true,
            unbilled: true,
            expenses: false,
            documents: false,
            notes: true,
            comments: true,
            clock: false,
            rates: true,
        },
        access: Access {
            mfa_required: false,
            ip_allow: Vec::new(),
            session_timeout_minutes: 1_440,
        },
        snapshots: Vec::new(),
        welcome: None,
        hours: Some(HoursSummary {
            week,
            by_member: vec![hours("Alex Morgan", 27_000)],
            week_total: Seconds(27_000),
            total: Seconds(1_234_800),
            weeks: Vec::new(),
        }),
        unbilled: None,
    }
}

fn hours(member: &str, seconds: i64) -> MemberHours {
    MemberHours {
        member: member.to_owned(),
        seconds: Seconds(seconds),
    }
}

fn projects(id: &PublicId) -> Projects {
    Projects {
        projects: vec![Project {
            id: id.clone(),
            name: "Web shop".to_owned(),
            closed: false,
            due: None,
            seconds: Seconds(280_800),
            budget: None,
            phases: Vec::new(),
            tasks: Vec::new(),
            team: vec![hours("Alex Morgan", 280_800)],
        }],
    }
}

fn people(n: usize, count: usize) -> (Users, Vec<Token>) {
    let secrets: Vec<Token> = (0..count).map(|_| Token::random().unwrap()).collect();
    let user = |(number, secret): (usize, &Token)| User {
        id: PublicId::random().unwrap(),
        email: format!("user-{number}@client-{n}.example"),
        name: None,
        role: Role::Full,
        enabled: true,
        invitation: Some(Invitation {
            token_hash: Digest::try_from(secret.hash()).unwrap(),
            expires: "2026-12-01T00:00:00Z".parse().unwrap(),
            send: false,
        }),
        unsubscribe_hash: None,
        muted: Vec::new(),
    };
    let users = secrets.iter().enumerate().map(user).collect();
    (Users { users }, secrets)
}

/// Entries over the last two years, eight a day or as many as it takes.
fn months(project: &PublicId, count: usize, round: u64) -> Vec<Chunk> {
    let days = 700;
    let mut months: Vec<Month> = Vec::new();
    for n in 0..count {
        let day = today() - Days::new((days - 1 - n * days / count) as u64);
        let month = YearMonth::of(day);
        if months.last().is_none_or(|last| last.month != month) {
            months.push(Month {
                month,
                entries: Vec::new(),
            });
        }
        let entry = Entry {
            id: PublicId::random().unwrap(),
            day,
            clock: None,
            seconds: Seconds(900 + 900 * (n as i64 % 9)),
            billable: n % 7 != 0,
            project: project.clone(),
            phase: None,
            task: Some(["Checkout", "Design", "Import"][n % 3].to_owned()),
            member: ["Alex Morgan", "Robin Hale", "Sam Okafor"][n % 3].to_owned(),
            description: Some(format!(
                "Work number {n} on the layout of pages and on what belongs to it ({round})"
            )),
            amount: Some(euro(9_500)),
            invoice: None,
        };
        months.last_mut().unwrap().entries.push(entry);
    }
    months
        .iter()
        .map(|month| Chunk::json(ChunkKey::Month(month.month), month).unwrap())
        .collect()
}

fn invoice(n: usize, sequence: usize) -> Invoice {
    let number = format!("2026-{n:03}{sequence:04}");
    let party = |name: &str| Party {
        name: name.to_owned(),
        address: vec!["Hafenweg 1".to_owned(), "20457 Hamburg".to_owned()],
        country: Some("DE".to_owned()),
        email: None,
        phone: None,
        tax_id: None,
        iban: None,
        bic: None,
        attention: None,
    };
    let line = |net: i64| InvoiceLine {
        description: "Web shop: checkout and product pages".to_owned(),
        quantity: Decimal::from(10),
        unit: "HUR".to_owned(),
        unit_price: Decimal::from(95),
        adjustment: None,
        net: euro(net),
        tax_rate: Decimal::from(19),
        tax_category: TaxCategory::S,
    };
    let date = today() - Days::new(sequence as u64 * 7);
    Invoice {
        id: PublicId::random().unwrap(),
        kind: InvoiceKind::Invoice,
        number: Some(number.clone()),
        corrects: None,
        state: InvoiceState::Sent,
        issue_date: date,
        due_date: Some(date + Days::new(14)),
        period: None,
        currency: Currency::parse("EUR").unwrap(),
        language: "en".to_owned(),
        seller: party("Studio Nord"),
        buyer: party(&format!("Client {n} GmbH")),
        purchase_order: None,
        project_reference: None,
        introduction: None,
        lines: vec![line(95_000); 8],
        line_total: euro(760_000),
        discount: euro(0),
        discount_for: Grounds::default(),
        surcharge: None,
        tax_note: None,
        net: euro(760_000),
        taxes: vec![TaxLine {
            category: TaxCategory::S,
            name: None,
            surcharge: None,
            rate: Decimal::from(19),
            base: euro(760_000),
            amount: euro(144_400),
        }],
        total: euro(904_400),
        payments: Vec::new(),
        paid: euro(0),
        // Most are paid in the end, and open ones are listed on the console.
        balance: euro(if sequence < 3 { 904_400 } else { 0 }),
        payment_terms: None,
        closing: None,
        credits: Vec::new(),
        file: Some(format!("{number}.pdf")),
        e_invoice: None,
    }
}
