//! A published client, as a sync would send it: a few months of work, a retainer, budgets and invoices.

use chrono::{Datelike as _, Days, NaiveDate, TimeDelta, Weekday};
use rust_decimal::Decimal;

use crate::published::protocol::{Invitation, Manifest, ManifestChunk, Role, User, Users};
use crate::published::{
    About, Access, Asked, Author, Budget, BudgetUnit, Chunk, ChunkKey, Clock, Console, Digest,
    Document, DocumentKind, Documents, Entry, Expense, Expenses, Figure, HoursSummary, Invoice,
    InvoiceKind, InvoiceLine, InvoiceState, MemberHours, Message, Month, Party, Payment, Phase,
    Project, Projects, Request, Retainer, RetainerDraw, RetainerPeriod, Sections, SheetRow, Talk,
    Task, TaxCategory, TaxLine, Thread, Unbilled, UnbilledProject,
};
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::id::{PublicId, Token};
use crate::values::money::{Currency, Money};
use crate::values::period::{Period, YearMonth};

/// The day of the sample.
pub(crate) fn today() -> NaiveDate {
    day("2026-11-21")
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An id that is the same in every run.
pub(crate) fn id(name: &str) -> PublicId {
    let digest = Digest::of(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_str().as_bytes()[..16]);
    PublicId::from_bytes(bytes)
}

pub(crate) fn hours(hours: i64) -> Seconds {
    Seconds(hours * 3_600)
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::parse("EUR").unwrap())
}

/// The parts of one client.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) id: PublicId,
    pub(crate) slug: String,
    pub(crate) console: Console,
    pub(crate) users: Users,
    pub(crate) projects: Projects,
    pub(crate) retainers: Vec<Retainer>,
    pub(crate) months: Vec<Month>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) talk: Talk,
    pub(crate) documents: Vec<(Document, Vec<u8>)>,
    pub(crate) expenses: Vec<Expenses>,
}

impl Sample {
    /// A client with everything in it, and no user.
    pub(crate) fn new(slug: &str, name: &str) -> Self {
        let id = id(slug);
        let projects = projects(slug);
        let expenses = expenses(slug, &projects.projects[0].id);
        let invoices = invoices(slug, name);
        let files = invoices
            .iter()
            .flat_map(|invoice| [invoice.file.clone(), invoice.e_invoice.clone()])
            .flatten()
            .map(|file| {
                let kind = if file.ends_with(".pdf") {
                    "%PDF-1.7"
                } else {
                    "<?xml?>"
                };
                (file.clone(), format!("{kind} {slug} {file}").into_bytes())
            })
            .collect();
        Self {
            slug: slug.to_owned(),
            console: console(name),
            users: Users { users: Vec::new() },
            projects,
            retainers: vec![retainer(slug)],
            months: months(slug),
            invoices,
            files,
            talk: talk(slug),
            documents: documents(slug),
            expenses,
            id,
        }
    }

    /// A client of which nothing but the console is published.
    pub(crate) fn empty(slug: &str, name: &str) -> Self {
        let mut sample = Self::new(slug, name);
        sample.console.snapshots.clear();
        sample.console.hours = None;
        sample.console.unbilled = None;
        sample.console.welcome = None;
        sample.projects.projects.clear();
        sample.retainers.clear();
        sample.months.clear();
        sample.invoices.clear();
        sample.files.clear();
        sample.talk = Talk::default();
        sample.documents.clear();
        sample.expenses.clear();
        sample
    }

    /// Invites somebody; the secret of the link.
    pub(crate) fn invite(&mut self, email: &str, role: Role) -> Token {
        let secret = Token::random().unwrap();
        self.users.users.push(User {
            id: id(&format!("{} {email}", self.slug)),
            email: email.to_owned(),
            name: None,
            role,
            enabled: true,
            invitation: Some(invitation(&secret)),
            unsubscribe_hash: None,
            muted: Vec::new(),
        });
        secret
    }

    pub(crate) fn user(&mut self, email: &str) -> &mut User {
        self.users
            .users
            .iter_mut()
            .find(|user| user.email == email)
            .unwrap()
    }

    pub(crate) fn chunks(&self) -> Vec<Chunk> {
        let mut chunks = vec![
            Chunk::json(ChunkKey::Console, &self.console).unwrap(),
            Chunk::json(ChunkKey::Users, &self.users).unwrap(),
            Chunk::json(ChunkKey::Projects, &self.projects).unwrap(),
            Chunk::json(ChunkKey::Retainers, &self.retainers).unwrap(),
            Chunk::json(ChunkKey::Talk, &self.talk).unwrap(),
        ];
        for month in &self.months {
            chunks.push(Chunk::json(ChunkKey::Month(month.month), month).unwrap());
        }
        for invoice in &self.invoices {
            let number = invoice.number.clone().unwrap();
            chunks.push(Chunk::json(ChunkKey::Invoice(number), invoice).unwrap());
        }
        let documents = Documents {
            documents: self
                .documents
                .iter()
                .map(|(listed, _)| listed.clone())
                .collect(),
        };
        chunks.push(Chunk::json(ChunkKey::Documents, &documents).unwrap());
        for year in &self.expenses {
            chunks.push(Chunk::json(ChunkKey::Expenses(year.year), year).unwrap());
        }
        for (listed, body) in &self.documents {
            chunks.push(Chunk {
                key: ChunkKey::Document(listed.id.clone()),
                body: body.clone(),
            });
        }
        for (name, body) in &self.files {
            chunks.push(Chunk::file(name, body.clone()));
        }
        chunks
    }

    pub(crate) fn manifest(&self, revision: u64) -> Manifest {
        let line = |chunk: &Chunk| ManifestChunk {
            key: chunk.key.clone(),
            digest: chunk.digest(),
            size: chunk.body.len() as u64,
        };
        Manifest {
            revision,
            slug: self.slug.clone(),
            chunks: self.chunks().iter().map(line).collect(),
        }
    }
}

pub(crate) fn invitation(secret: &Token) -> Invitation {
    Invitation {
        token_hash: Digest::try_from(secret.hash()).unwrap(),
        expires: today().and_hms_opt(12, 0, 0).unwrap().and_utc() + TimeDelta::days(7),
        send: false,
    }
}

fn console(client: &str) -> Console {
    let monday = day("2026-11-16");
    let weeks: [i64; 12] = [9, 14, 11, 16, 8, 0, 12, 15, 13, 10, 14, 13];
    Console {
        client: client.to_owned(),
        business: "Studio North".to_owned(),
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
            expenses: true,
            documents: true,
            notes: true,
            comments: true,
            clock: false,
            rates: true,
        },
        access: Access {
            mfa_required: false,
            ip_allow: Vec::new(),
            session_timeout_minutes: 30,
        },
        snapshots: vec![
            Figure::HoursWeek(Seconds(48_600)),
            Figure::BudgetLeft(hours(42)),
            Figure::Unbilled(Seconds(66_600)),
            Figure::Outstanding(euro(574_770)),
        ],
        welcome: Some("The new shop goes live on 1 December. Please send the last product photos until Friday.".to_owned()),
        hours: Some(HoursSummary {
            week: Period {
                from: monday,
                to: monday + Days::new(6),
            },
            by_member: vec![member("Alex Morgan", 27_000), member("Robin Hale", 14_400), member("Sam Okafor", 7_200)],
            week_total: Seconds(48_600),
            total: Seconds(1_234_800),
            weeks: (0..12).zip(weeks).map(|(n, h)| (monday - Days::new(7 * (11 - n)), hours(h))).collect(),
        }),
        unbilled: Some(Unbilled {
            seconds: Seconds(66_600),
            amount: Some(euro(175_750)),
            invoice: None,
            projects: vec![UnbilledProject {
                project: id("acme Web shop"),
                name: "Web shop".to_owned(),
                seconds: Seconds(66_600),
                amount: Some(euro(175_750)),
            }],
        }),
    }
}

fn member(name: &str, seconds: i64) -> MemberHours {
    MemberHours {
        member: name.to_owned(),
        seconds: Seconds(seconds),
    }
}

fn projects(slug: &str) -> Projects {
    let hour_budget = |allocated: i64, used: i64, until: Option<&str>, pace: i64| Budget {
        unit: BudgetUnit::Hours {
            allocated: hours(allocated),
            used: hours(used),
            left: hours(allocated - used),
        },
        burn_rate: Decimal::new(pace, 2),
        projected_completion: until.map(day),
        percent: (Decimal::from(used * 100) / Decimal::from(allocated)).round_dp(1),
        weeks: Vec::new(),
    };
    let project = |name: &str, budget| Project {
        id: id(&format!("{slug} {name}")),
        name: name.to_owned(),
        closed: false,
        due: None,
        seconds: hours(78),
        budget,
        phases: Vec::new(),
        tasks: Vec::new(),
        team: vec![
            member("Alex Morgan", 180_000),
            member("Robin Hale", 72_000),
            member("Sam Okafor", 28_800),
        ],
    };
    let task = |name: &str, done: bool, hours_: i64, due: Option<&str>| Task {
        id: id(&format!("{slug} task {name}")),
        name: name.to_owned(),
        phase: Some("Build".to_owned()),
        doing: !done && due.is_some(),
        done,
        due: due.map(day),
        seconds: hours(hours_),
    };
    let phase = |name: &str, hours_: i64, budget| Phase {
        name: name.to_owned(),
        closed: false,
        due: None,
        seconds: hours(hours_),
        budget,
    };
    let mut shop = project(
        "Web shop",
        Some(hour_budget(120, 78, Some("2027-01-14"), 1_250)),
    );
    shop.due = Some(day("2026-12-01"));
    if let Some(budget) = &mut shop.budget {
        let worked = [9, 6, 0, 12, 15, 12, 14, 10];
        let weeks = day("2026-09-28").iter_weeks();
        budget.weeks = weeks.zip(worked.map(hours)).collect();
    }
    shop.phases = vec![
        phase("Concept", 22, Some(hour_budget(24, 22, None, 0))),
        phase(
            "Design",
            41,
            Some(hour_budget(40, 41, Some("2026-11-12"), 300)),
        ),
        phase(
            "Build",
            15,
            Some(hour_budget(56, 15, Some("2027-01-14"), 950)),
        ),
    ];
    shop.tasks = vec![
        task("Product pages", true, 18, None),
        task("Checkout", false, 9, Some("2026-11-27")),
        task("Data import", false, 6, Some("2026-11-30")),
    ];
    let mut care = project(
        "Care & feeding",
        Some(Budget {
            unit: BudgetUnit::Money {
                allocated: euro(800_000),
                used: euro(872_500),
                left: euro(-72_500),
            },
            burn_rate: Decimal::new(150, 2),
            projected_completion: Some(day("2026-10-30")),
            percent: Decimal::new(1_091, 1),
            weeks: Vec::new(),
        }),
    );
    care.seconds = hours(92);
    let mut old = project("Brand book", None);
    old.closed = true;
    Projects {
        projects: vec![shop, care, old],
    }
}

/// A question about a project that was answered, one about an invoice, and two requests.
fn talk(slug: &str) -> Talk {
    let message = |name: &str, on: &str, author, text: &str| Message {
        id: id(&format!("{slug} message {name}")),
        day: day(on),
        author,
        text: text.to_owned(),
    };
    let user = || Author::User {
        id: id("somebody"),
        name: "Grace Field".to_owned(),
    };
    let team = || Author::Team {
        name: "Alex Morgan".to_owned(),
    };
    let shop = id(&format!("{slug} Web shop"));
    Talk {
        threads: vec![
            Thread {
                id: id(&format!("{slug} thread")),
                about: About::Project(shop.clone()),
                name: Some("Web shop".to_owned()),
                done: false,
                messages: vec![
                    message(
                        "1",
                        "2026-11-12",
                        user(),
                        "Will the <b>search</b> know part numbers?",
                    ),
                    message("2", "2026-11-13", team(), "Yes, from Monday on."),
                ],
            },
            Thread {
                id: id(&format!("{slug} thread of an invoice")),
                about: About::Invoice(id(&format!("{slug} 2026-0007"))),
                name: Some("2026-0007".to_owned()),
                done: false,
                messages: vec![message(
                    "3",
                    "2026-11-14",
                    user(),
                    "Which order is this for?",
                )],
            },
        ],
        requests: vec![
            Request {
                id: id(&format!("{slug} request")),
                asked: day("2026-11-18"),
                what: Asked::Budget {
                    project: shop,
                    name: "Web shop".to_owned(),
                    by: Amount::Hours(hours(20)),
                    change: Some((Amount::Hours(hours(120)), Amount::Hours(hours(140)))),
                    monthly: false,
                },
                note: Some("For the import of the old orders.".to_owned()),
                answer: None,
            },
            Request {
                id: id(&format!("{slug} request of time")),
                asked: day("2026-11-02"),
                what: Asked::Timesheet {
                    from: day("2026-10-01"),
                    to: day("2026-10-31"),
                    seconds: hours(3),
                    rows: vec![SheetRow {
                        day: day("2026-10-05"),
                        project: "Web shop".to_owned(),
                        member: "Alex Morgan".to_owned(),
                        description: Some("Layout".to_owned()),
                        seconds: hours(3),
                    }],
                },
                note: None,
                answer: None,
            },
        ],
    }
}

fn documents(slug: &str) -> Vec<(Document, Vec<u8>)> {
    let document = |name: &str, kind, on: &str, body: &str| {
        let document = Document {
            id: id(&format!("{slug} {name}")),
            name: name.to_owned(),
            kind,
            day: day(on),
            size: body.len() as u64,
        };
        (document, body.as_bytes().to_vec())
    };
    vec![
        document(
            "Wartung 2026.pdf",
            DocumentKind::Contract,
            "2026-06-02",
            "%PDF-1.7 contract",
        ),
        document("notes.html", DocumentKind::Other, "2026-05-01", "<script>"),
    ]
}

fn expenses(slug: &str, project: &PublicId) -> Vec<Expenses> {
    let expense =
        |on: &str, category: Option<&str>, words: &str, minor: i64, billed: bool| Expense {
            id: id(&format!("{slug} spent {words}")),
            day: day(on),
            project: project.clone(),
            category: category.map(str::to_owned),
            description: Some(words.to_owned()),
            amount: Money::from_minor(minor, Currency::parse("EUR").unwrap()),
            invoice: billed.then(|| "2026-0007".to_owned()),
        };
    vec![
        Expenses {
            year: 2026,
            expenses: vec![
                expense(
                    "2026-11-12",
                    Some("Travel"),
                    "Train to Hamburg",
                    11_000,
                    false,
                ),
                expense("2026-10-02", None, "Stock photographs", 4_950, true),
            ],
        },
        Expenses {
            year: 2025,
            expenses: vec![expense(
                "2025-12-30",
                Some("Licences"),
                "Fonts",
                9_900,
                true,
            )],
        },
    ]
}

fn retainer(slug: &str) -> Retainer {
    let draw = |text: &str, seconds: i64, description: &str, member: &str| RetainerDraw {
        day: day(text),
        amount: Amount::Hours(Seconds(seconds)),
        description: Some(description.to_owned()),
        member: member.to_owned(),
    };
    let period = |from: &str, to: &str, carried: i64, used: i64, left: i64| RetainerPeriod {
        period: Period {
            from: day(from),
            to: day(to),
        },
        current: from == "2026-11-01",
        granted: Amount::Hours(hours(20)),
        carried_in: Amount::Hours(Seconds(carried)),
        used: Amount::Hours(Seconds(used)),
        left: Amount::Hours(Seconds(left)),
        overage: Amount::Hours(Seconds(0)),
        expires: Vec::new(),
        draws: Vec::new(),
    };
    let mut current = period("2026-11-01", "2026-11-30", 9_000, 36_000, 45_000);
    current.expires = vec![(day("2026-12-31"), Amount::Hours(Seconds(9_000)))];
    current.draws = vec![
        draw(
            "2026-11-19",
            10_800,
            "Newsletter template, second round",
            "Robin Hale",
        ),
        draw(
            "2026-11-12",
            18_000,
            "Search: better results for part numbers",
            "Alex Morgan",
        ),
        draw("2026-11-03", 7_200, "Security updates", "Sam Okafor"),
    ];
    let mut october = period("2026-10-01", "2026-10-31", 0, 63_000, 9_000);
    october.draws = vec![draw("2026-10-14", 63_000, "Autumn campaign", "Alex Morgan")];
    let mut september = period("2026-09-01", "2026-09-30", 0, 79_200, 0);
    september.overage = Amount::Hours(Seconds(7_200));
    Retainer {
        id: id(&format!("{slug} retainer")),
        per: "month".to_owned(),
        allowance: Amount::Hours(hours(20)),
        start: day("2026-09-01"),
        end: None,
        periods: vec![current, october, september],
    }
}

const WORK: [(&str, &str, &str, &str, i64); 6] = [
    (
        "Web shop",
        "Build",
        "Checkout",
        "Payment with cards and on account; address check",
        9_000,
    ),
    (
        "Web shop",
        "Design",
        "Product pages",
        "Variants, zoom and delivery times on the product page",
        12_600,
    ),
    (
        "Care & feeding",
        "",
        "",
        "Answered questions of the warehouse team\nand wrote them down in the manual",
        5_400,
    ),
    (
        "Web shop",
        "Build",
        "Data import",
        "Import of 4,200 articles, part numbers mended",
        10_800,
    ),
    ("Web shop", "Build", "Checkout", "Review and tests", 3_600),
    ("Care & feeding", "", "", "Updates and backup drill", 7_200),
];

/// Work of every weekday since September.
fn months(slug: &str) -> Vec<Month> {
    let days = day("2026-09-01")
        .iter_days()
        .take_while(|day| *day <= today());
    let mut months: Vec<Month> = Vec::new();
    for (n, day) in days
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .enumerate()
    {
        let month = YearMonth::of(day);
        if months.last().is_none_or(|last| last.month != month) {
            months.push(Month {
                month,
                entries: Vec::new(),
            });
        }
        months.last_mut().unwrap().entries.push(entry(slug, n, day));
    }
    months
}

fn entry(slug: &str, n: usize, day: NaiveDate) -> Entry {
    let (project, phase, task, description, seconds) = WORK[n % WORK.len()];
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let billable = n % 9 != 4;
    Entry {
        id: id(&format!("{slug} entry {n}")),
        day,
        clock: Some(Clock {
            start: "09:15".to_owned(),
            end: "11:45".to_owned(),
        }),
        seconds: Seconds(seconds),
        billable,
        project: id(&format!("{slug} {project}")),
        phase: some(phase),
        task: some(task),
        member: ["Alex Morgan", "Robin Hale", "Sam Okafor"][n % 3].to_owned(),
        description: some(description),
        amount: billable.then(|| euro(seconds * 95 / 36)),
        invoice: (day.month() < 11 && billable).then(|| "2026-0007".to_owned()),
    }
}

fn invoices(slug: &str, client: &str) -> Vec<Invoice> {
    let rows = [
        ("2026-0007", "2026-11-02", InvoiceState::Sent, 483_000, 0),
        ("2026-0006", "2026-10-01", InvoiceState::Overdue, 210_500, 0),
        (
            "2026-0003",
            "2026-09-01",
            InvoiceState::Paid,
            390_000,
            464_100,
        ),
    ];
    let invoice = |(number, date, state, net, paid): (&str, &str, InvoiceState, i64, i64)| {
        invoice(slug, client, number, day(date), state, net, paid)
    };
    rows.into_iter().map(invoice).collect()
}

fn invoice(
    slug: &str,
    client: &str,
    number: &str,
    date: NaiveDate,
    state: InvoiceState,
    net: i64,
    paid: i64,
) -> Invoice {
    let line = |description: &str, quantity: i64, price: i64, net: i64| InvoiceLine {
        description: description.to_owned(),
        quantity: Decimal::new(quantity, 2),
        unit: "HUR".to_owned(),
        unit_price: Decimal::new(price, 2),
        adjustment: None,
        net: euro(net),
        tax_rate: Decimal::from(19),
        tax_category: TaxCategory::S,
    };
    let party = |name: &str, address: [&str; 2]| Party {
        name: name.to_owned(),
        address: address.iter().map(|&line| line.to_owned()).collect(),
        country: Some("DE".to_owned()),
        email: None,
        phone: None,
        tax_id: None,
        iban: None,
        bic: None,
        attention: None,
    };
    let tax = net * 19 / 100;
    let first = net / 2;
    Invoice {
        id: id(&format!("{slug} {number}")),
        kind: InvoiceKind::Invoice,
        number: Some(number.to_owned()),
        corrects: None,
        state,
        issue_date: date,
        due_date: Some(date + Days::new(14)),
        period: Some(Period::month(date - Days::new(5))),
        currency: Currency::parse("EUR").unwrap(),
        language: "en".to_owned(),
        seller: Party {
            email: Some("hello@studio-north.example".to_owned()),
            tax_id: Some("DE123456789".to_owned()),
            ..party("Studio North", ["Hafenstraße 12", "20457 Hamburg"])
        },
        buyer: Party {
            attention: Some("Ada Lovelace".to_owned()),
            ..party(client, ["Musterweg 1", "10115 Berlin"])
        },
        purchase_order: Some("PO-4711".to_owned()),
        project_reference: None,
        introduction: Some("Thank you for working with us. We bill as agreed:".to_owned()),
        lines: vec![
            line(
                "Web shop: checkout and product pages",
                first * 100 / 9_500,
                9_500,
                first,
            ),
            line(
                "Web shop: data import",
                (net - first) * 100 / 9_500,
                9_500,
                net - first,
            ),
        ],
        line_total: euro(net),
        discount: euro(0),
        discount_for: crate::published::Grounds::default(),
        surcharge: None,
        tax_note: None,
        net: euro(net),
        taxes: vec![TaxLine {
            category: TaxCategory::S,
            name: None,
            surcharge: None,
            rate: Decimal::from(19),
            base: euro(net),
            amount: euro(tax),
        }],
        total: euro(net + tax),
        payments: (paid > 0)
            .then(|| Payment {
                date: date + Days::new(10),
                amount: euro(paid),
                method: Some("bank transfer".to_owned()),
            })
            .into_iter()
            .collect(),
        paid: euro(paid),
        balance: euro(net + tax - paid),
        payment_terms: Some(
            "Please pay within 14 days.\nIBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX"
                .to_owned(),
        ),
        closing: None,
        credits: Vec::new(),
        file: Some(format!("{number}.pdf")),
        e_invoice: Some(format!("{number}.xml")),
    }
}
