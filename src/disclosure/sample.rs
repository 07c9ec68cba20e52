//! A client's books for tests, with a canary in every field that no client may see.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{ClientBooks, Noun, PublicIds, Worked};
use crate::domain::approval_request::{
    self, Answer, ApprovalRequest, Asked, State as RequestState,
};
use crate::domain::budget::{self, Budget, Counts};
use crate::domain::business::Business;
use crate::domain::client::{Client, Details, Kind, Stage};
use crate::domain::client_document::ClientDocument;
use crate::domain::expense::{Expense, Receipt, Spent};
use crate::domain::inbox::{Author, Message, Thread};
use crate::domain::invoice::{
    self, Invoice, Line as InvoiceLine, Source, Stored, Tax, TaxCategory, Unit,
};
use crate::domain::key::{
    ActivityKey, ApprovalRequestKey, ClientKey, ContactKey, DocumentKey, EntryKey, ExpenseKey,
    InvoiceKey, MemberKey, MessageKey, PaymentKey, PhaseKey, ProjectKey, RetainerKey, TaskKey,
    ThreadKey, UserKey,
};
use crate::domain::member::{Access, Member};
use crate::domain::phase::Phase;
use crate::domain::project::Project;
use crate::domain::retainer::{self, Agreement, Overage, Per, Retainer, Terms};
use crate::domain::rounding::Policies;
use crate::domain::task::{Status, Task};
use crate::domain::time::{Entry, Span, Work};
use crate::domain::user::{Party, Role, User};
use crate::domain::visibility::Visibility;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::file_name::FileName;
use crate::values::id::{PublicId, Slug};
use crate::values::money::{Currency, Money, Percent, Rate};
use crate::values::period::Period;
use crate::values::tax_id::TaxId;
use crate::values::text::{Country, Email, Line, Note, Phone, Website};

/// Stands in every text that is never shown.
pub(super) const PRIVATE: &str = "canary-private";
/// Begins every key of a row.
pub(super) const KEY: i64 = 918_273_000;
/// In the digits of every number of the owner's.
pub(super) const KEY_DIGITS: &str = "918273";
/// The month of every instant that is never shown.
pub(super) const MONTH: &str = "2031-07";
/// The rates of the team, the rate beyond the retainer and its fee.
pub(super) const RATES: [&str; 4] = ["137.31", "91.17", "151.51", "4242.42"];

pub(super) const WEBSITE: ProjectKey = ProjectKey(KEY + 3);
pub(super) const SUPPORT: ProjectKey = ProjectKey(KEY + 1);
pub(super) const DESIGN: TaskKey = TaskKey(KEY + 12);
pub(super) const BUILD: TaskKey = TaskKey(KEY + 11);

const ADA: MemberKey = MemberKey(KEY + 21);
const GRACE: MemberKey = MemberKey(KEY + 22);
const LINUS: MemberKey = MemberKey(KEY + 20);
const ISSUED: InvoiceKey = InvoiceKey(KEY + 31);

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn private(what: &str) -> Line {
    line(&format!("{PRIVATE}-{what}"))
}

fn never() -> DateTime<Utc> {
    "2031-07-07T07:07:07Z".parse().unwrap()
}

pub(super) fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
}

pub(super) fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// Settings with the console on and these on top.
pub(super) fn visibility(settings: &[(&str, &str)]) -> Visibility {
    Visibility::from_settings(|key| {
        let own = settings.iter().find(|(known, _)| *known == key);
        own.map(|(_, value)| (*value).to_owned())
            .or_else(|| (key == "console").then(|| "on".to_owned()))
    })
    .unwrap()
}

pub(super) fn books() -> ClientBooks {
    ClientBooks {
        client: client(),
        projects: projects(),
        phases: phases(),
        tasks: tasks(),
        work: work(),
        members: members(),
        invoices: invoices(),
        retainers: vec![retainer()],
        closed: Vec::new(),
        users: users(),
        threads: threads(),
        requests: requests(),
        documents: documents(),
        expenses: expenses(),
        choices: Vec::new(),
        business: business(),
        policies: Policies::default(),
        next_invoice: Some(Money::from_minor(13_731, euro())),
        as_of: day("2026-11-21"),
        ids: PublicIds::new([9; 32]),
    }
}

fn client() -> Client {
    Client {
        key: ClientKey(KEY),
        slug: Slug::parse("canary-private-slug").unwrap(),
        details: Details {
            name: line("Acme GmbH"),
            kind: Kind::Company,
            email: Some(Email::parse("canary-private@acme.example").unwrap()),
            phone: Some(Phone::parse("+49 30 918273 1").unwrap()),
            website: Some(Website::parse("https://canary-private.example").unwrap()),
            currency: euro(),
            language: line("en"),
            address: Some(Note::parse("canary-private-street 1").unwrap()),
            country: Some(Country::parse("DE").unwrap()),
            tax_id: TaxId::kept(private("client-tax").as_str()).ok(),
            notes: Some(Note::parse("canary-private-notes").unwrap()),
            billable: true,
        },
        stage: Stage::Active,
        stage_before_archive: None,
    }
}

fn business() -> Business {
    let mut business = Business::from_settings(Tz::Europe__Berlin, |key| match key {
        "name" => Some("Loggia Studio".to_owned()),
        "invoice-number" | "credit-note-number" | "estimate-number" => {
            Some("canary-private-{SEQ}".to_owned())
        }
        "email" => Some("canary-private@studio.example".to_owned()),
        "phone" => Some("+49 30 918273 2".to_owned()),
        "website" => Some("https://canary-private.example".to_owned()),
        "time.member" => Some("canary-private-member".to_owned()),
        "expense.mileage-rate" => Some("918273.2/km".to_owned()),
        _ => None,
    })
    .unwrap();
    business.address = Some(Note::parse("canary-private-alley").unwrap());
    business.tax_id = Some(private("tax"));
    business.iban = Some(private("iban"));
    business.bic = Some(private("bic"));
    business.payment_terms = Some(Note::parse("canary-private-terms").unwrap());
    business
}

fn project(key: ProjectKey, name: &str, budget: Option<i64>, closed: bool) -> Project {
    Project {
        key,
        client: ClientKey(KEY),
        slug: Slug::parse(&format!("canary-private-{}", key.0)).unwrap(),
        name: line(name),
        budget: budget.map(|hours| Budget {
            amount: Amount::Hours(Seconds(hours * 3600)),
            per: budget::Per::Total,
        }),
        counts: Counts::Billable,
        // In its digits what no number that is shown has.
        thresholds: "918,273".parse().ok(),
        due: None,
        billable: true,
        closed,
    }
}

fn projects() -> Vec<Project> {
    // In money, which a client does not see.
    let support = Project {
        budget: Some(Budget {
            amount: Amount::Money(Money::from_minor(KEY, euro())),
            per: budget::Per::Month,
        }),
        ..project(SUPPORT, "Support", None, false)
    };
    vec![
        support,
        project(ProjectKey(KEY + 2), "Archive", Some(5), true),
        project(WEBSITE, "Website", Some(40), false),
    ]
}

fn phases() -> Vec<Phase> {
    let phase = |key: i64, project, name: &str, budget| Phase {
        key: PhaseKey(KEY + key),
        project,
        name: line(name),
        budget,
        due: Some(day("2026-12-18")),
        closed: false,
    };
    let hours = |hours: i64| Amount::Hours(Seconds(hours * 3600));
    vec![
        phase(15, WEBSITE, "Build-up", Some(hours(30))),
        // In money, which a client sees with rates alone.
        phase(
            17,
            WEBSITE,
            "Launch",
            Some(Amount::Money(Money::from_minor(424_242, euro()))),
        ),
    ]
}

fn expenses() -> Vec<Expense> {
    let spent = |day: &str, minor: i64| Spent {
        project: WEBSITE,
        member: ADA,
        day: self::day(day),
        amount: Money::from_minor(minor, euro()),
        measure: None,
        category: None,
        tax: None,
        markup: Percent::ZERO,
        billable: None,
        note: None,
        internal_note: Some(line("canary-private: why we paid")),
        receipt: Some(Receipt {
            name: FileName::parse("canary-private-receipt.pdf").unwrap(),
            sha256: format!("{PRIVATE}-sha256"),
        }),
    };
    vec![
        Expense {
            key: ExpenseKey(KEY + 91),
            spent: Spent {
                tax: Some(Percent::parse("19").unwrap()),
                markup: Percent::parse("10").unwrap(),
                note: Some(line("canary-words of a train")),
                ..spent("2026-11-17", 11_900)
            },
            invoice: None,
        },
        Expense {
            key: ExpenseKey(KEY + 92),
            spent: Spent {
                category: Some(line("Travel")),
                ..spent("2025-12-30", 4_000)
            },
            invoice: Some(ISSUED),
        },
    ]
}

fn documents() -> Vec<ClientDocument> {
    let document = |key: i64, name: &str, shared| ClientDocument {
        key: DocumentKey(KEY + key),
        client: ClientKey(KEY),
        kind: crate::domain::client_document::Kind::Agreement,
        name: FileName::parse(name).unwrap(),
        day: day("2026-05-04"),
        sha256: format!("{PRIVATE}-sha256"),
        size: 4_096,
        shared,
    };
    vec![
        document(71, "agreement-of-may.pdf", true),
        document(72, "canary-private-offer.pdf", false),
    ]
}

fn tasks() -> Vec<Task> {
    let task = |key: i64, name: &str, status| Task {
        key: TaskKey(KEY + key),
        project: WEBSITE,
        phase: Some(PhaseKey(KEY + 15)),
        name: line(name),
        status,
        due: Some(day("2026-12-04")),
        assignee: Some(GRACE),
        billable: true,
        shared: true,
    };
    vec![
        task(11, "Build", Status::Doing),
        task(12, "Design", Status::Todo),
        task(13, "Kick-off", Status::Done),
        Task {
            name: private("task"),
            due: Some(never().date_naive()),
            shared: false,
            ..task(14, "-", Status::Todo)
        },
    ]
}

fn members() -> Vec<Member> {
    let member = |key, name: &str, alias: Option<&str>, role: Option<&str>| Member {
        key,
        slug: Slug::parse(&format!("canary-private-{}", key.0)).unwrap(),
        name: line(name),
        email: Some(Email::parse(&format!("canary-private-{}@studio.example", key.0)).unwrap()),
        role: role.map(line),
        archived: false,
        access: Access::Manager,
        alias: alias.map(line),
    };
    vec![
        // The name behind an alias never leaves.
        member(
            LINUS,
            "Zbigniew Canary-Private-Name",
            Some("Linus Canary-Novak"),
            None,
        ),
        member(ADA, "Ada Canary-Lovelace", None, Some("Designer")),
        member(GRACE, "Grace Canary-Hopper", None, Some("Developer")),
    ]
}

/// One entry; `clock` is the hour in UTC at which it starts.
struct Logged {
    key: i64,
    on: &'static str,
    clock: Option<u32>,
    hours: i64,
    member: MemberKey,
    at: (ProjectKey, Option<TaskKey>),
    note: Option<&'static str>,
    billable: bool,
    invoiced: bool,
}

impl Logged {
    fn worked(self) -> Worked {
        let Self {
            key,
            on,
            clock,
            hours,
            member,
            at: (project, task),
            note,
            billable,
            invoiced,
        } = self;
        let seconds = Seconds(hours * 3600);
        let span = clock.map(|hour| {
            let start: DateTime<Utc> = format!("{on}T{hour:02}:00:00Z").parse().unwrap();
            Span::new(start, start + chrono::Duration::seconds(seconds.0)).unwrap()
        });
        let own = if member == ADA {
            rate("137.31")
        } else {
            rate("91.17")
        };
        Worked {
            entry: Entry {
                key: EntryKey(KEY + key),
                work: Work {
                    project,
                    phase: Some(PhaseKey(KEY + 15)),
                    task,
                    activity: Some(ActivityKey(KEY + 16)),
                    member,
                    day: day(on),
                    span,
                    seconds,
                    billable: Some(billable),
                    note: note.map(line),
                    internal_note: Some(private("internal")),
                    rate: Some(own),
                    tags: vec![private("tag")],
                },
                invoice: invoiced.then_some(ISSUED),
                approval: None,
                approval_note: Some(private("approval-note")),
            },
            billable,
            rate: Some(own),
            invoice: invoiced.then(|| "2026-0007".to_owned()),
        }
    }
}

fn work() -> Vec<Worked> {
    let site = |task| (WEBSITE, Some(task));
    let support = (SUPPORT, None);
    let rows = [
        // Billed in October.
        (
            101,
            "2026-10-05",
            Some(8),
            2,
            GRACE,
            site(BUILD),
            Some("Scaffold"),
            true,
            true,
        ),
        (
            102,
            "2026-10-06",
            None,
            3,
            ADA,
            site(DESIGN),
            Some("Sketches"),
            true,
            true,
        ),
        (
            103,
            "2026-10-06",
            Some(13),
            1,
            LINUS,
            site(BUILD),
            None,
            true,
            true,
        ),
        // On the retainer: 7 h of 10 in October, 11 of 10 in November.
        (
            104,
            "2026-10-12",
            None,
            7,
            GRACE,
            support,
            Some("canary-words of support"),
            true,
            false,
        ),
        (
            105,
            "2026-11-03",
            None,
            6,
            GRACE,
            support,
            Some("Updates"),
            true,
            false,
        ),
        (
            106,
            "2026-11-17",
            None,
            5,
            LINUS,
            support,
            Some("Outage"),
            true,
            false,
        ),
        // Open.
        (
            107,
            "2026-11-10",
            Some(8),
            2,
            ADA,
            site(DESIGN),
            Some("Wording"),
            true,
            false,
        ),
        (
            108,
            "2026-11-10",
            Some(12),
            1,
            ADA,
            site(DESIGN),
            Some("Layout of the form"),
            true,
            false,
        ),
        (
            109,
            "2026-11-12",
            None,
            4,
            GRACE,
            site(BUILD),
            None,
            true,
            false,
        ),
        (
            110,
            "2026-11-13",
            None,
            1,
            LINUS,
            (WEBSITE, None),
            Some("Learning"),
            false,
            false,
        ),
        (
            111,
            "2026-11-18",
            None,
            2,
            GRACE,
            site(BUILD),
            Some("canary-words of this week"),
            true,
            false,
        ),
    ];
    rows.into_iter()
        .map(
            |(key, on, clock, hours, member, at, note, billable, invoiced)| {
                Logged {
                    key,
                    on,
                    clock,
                    hours,
                    member,
                    at,
                    note,
                    billable,
                    invoiced,
                }
                .worked()
            },
        )
        .collect()
}

fn retainer() -> Retainer {
    Retainer {
        key: RetainerKey(KEY + 41),
        client: ClientKey(KEY),
        terms: Terms {
            kind: retainer::Kind::Hours,
            per: Per::Month,
            start: day("2026-10-01"),
            end: None,
            week_start: chrono::Weekday::Mon,
            prorate: true,
            first: Agreement {
                allowance: 10 * 3600,
                fee: Some(424_242),
                carry: None,
                overage: Overage::Bill,
                overage_rate: Some(rate("151.51")),
            },
            changes: Vec::new(),
        },
        projects: vec![SUPPORT],
    }
}

fn users() -> Vec<User> {
    let user = |key: i64, email: &str, role, accepted| User {
        key: UserKey(KEY + key),
        client: ClientKey(KEY),
        email: Email::parse(email).unwrap(),
        name: Some(line("Jo Client")),
        role,
        party: Party::Bookkeeper,
        enabled: true,
        invitation_hash: "ab".repeat(32),
        invitation_expires: "2026-11-28T10:00:00Z".parse().unwrap(),
        invitation_by_mail: false,
        accepted,
        last_sign_in: Some(never()),
        contact: Some(ContactKey(KEY + 61)),
    };
    vec![
        user(52, "zoe@acme.example", Role::Finance, Some(never())),
        user(51, "jo@acme.example", Role::Full, None),
    ]
}

/// One question about each kind of thing, each with an answer of Ada's; in each subject a canary.
fn threads() -> Vec<Thread> {
    let ids = PublicIds::new([9; 32]);
    let id = |byte: u8| PublicId::from_bytes([byte; 16]);
    let entry = ids.row(Noun::Entry, KEY + 107);
    let abouts = [
        "client".to_owned(),
        format!("project/{}", ids.row(Noun::Project, WEBSITE.0)),
        format!("task/{}", ids.row(Noun::Task, DESIGN.0)),
        format!("entry/2026-11-10/{entry}"),
        format!("invoice/{}", ids.row(Noun::Invoice, ISSUED.0)),
    ];
    let at = "2026-11-13T05:55:55Z".parse().unwrap();
    let thread = |(number, about): (u8, String)| {
        let message = |key: u8, author| Message {
            key: MessageKey(KEY + i64::from(key)),
            at,
            author,
            text: Note::parse("What is this?").unwrap(),
        };
        let user = Author::User {
            message: id(100 + number),
            id: id(1),
            name: "Jo Client".to_owned(),
        };
        Thread {
            key: ThreadKey(KEY + i64::from(number)),
            client: ClientKey(KEY),
            public_id: id(50 + number),
            about,
            subject: private("subject").to_string(),
            asked: never(),
            done: false,
            request: None,
            messages: vec![
                message(2 * number, user),
                message(2 * number + 1, Author::Member(ADA)),
            ],
        }
    };
    (1..).zip(abouts).map(thread).collect()
}

/// A budget extension, a time sheet of Ada's, and one that was approved.
fn requests() -> Vec<ApprovalRequest> {
    let request = |key: i64, what, state, answer| ApprovalRequest {
        key: ApprovalRequestKey(KEY + key),
        client: ClientKey(KEY),
        what,
        note: Some(Note::parse("Please have a look").unwrap()),
        asked: "2026-11-14T05:55:55Z".parse().unwrap(),
        state,
        answer,
        outcome: None,
        taken_back: false,
    };
    let hours = |hours: i64| Amount::Hours(Seconds(hours * 3600));
    let entries = |keys: [i64; 2]| -> Vec<(EntryKey, String)> {
        let chosen = work().into_iter().filter(|worked| {
            let key = worked.entry.key.0 - KEY;
            keys.contains(&key)
        });
        chosen
            .map(|worked| {
                (
                    worked.entry.key,
                    approval_request::facts(&worked.entry.work),
                )
            })
            .collect()
    };
    let sheet = |keys| Asked::Timesheet {
        days: Period::month(day("2026-11-01")),
        entries: entries(keys),
    };
    let budget = Asked::Budget {
        project: WEBSITE,
        by: hours(10),
        was: hours(40),
    };
    let answer = Answer {
        at: "2026-11-15T05:55:55Z".parse().unwrap(),
        by: "Jo Client".to_owned(),
        note: None,
        shown: private("shown").to_string(),
        sheet: Vec::new(),
    };
    vec![
        request(91, budget, RequestState::Open, None),
        request(92, sheet([107, 108]), RequestState::Open, None),
        request(93, sheet([101, 102]), RequestState::Approved, Some(answer)),
    ]
}

pub(super) fn standard() -> Tax {
    Tax {
        category: TaxCategory::S,
        percent: Percent::parse("19").unwrap(),
    }
}

/// A line of so many hours at a rate.
pub(super) fn time(
    project: ProjectKey,
    task: Option<TaskKey>,
    hours: i64,
    price: &str,
    description: &str,
) -> InvoiceLine {
    let seconds = Seconds(hours * 3600);
    let source = Source::Time {
        project,
        task,
        entries: vec![EntryKey(KEY + 101)],
        seconds,
    };
    InvoiceLine::hours(
        source,
        description.to_owned(),
        seconds,
        rate(price),
        standard(),
        euro(),
    )
    .unwrap()
}

fn party(name: &str) -> invoice::Party {
    invoice::Party {
        name: name.to_owned(),
        address: vec!["Street 1".to_owned()],
        country: Some("DE".to_owned()),
        ..Default::default()
    }
}

pub(super) fn issued() -> Invoice {
    let fee = Source::RetainerFee {
        retainer: Some(RetainerKey(KEY + 41)),
        period: Period::month(day("2026-10-01")),
    };
    Invoice {
        key: ISSUED,
        client: ClientKey(KEY),
        kind: invoice::Kind::Invoice,
        number: Some("2026-0007".to_owned()),
        stored: Stored::Issued,
        corrects: None,
        issue_date: day("2026-11-01"),
        due_date: Some(day("2026-11-15")),
        period: Some(Period::month(day("2026-10-01"))),
        currency: euro(),
        language: "en".to_owned(),
        seller: party("Loggia Studio"),
        buyer: party("Acme GmbH"),
        payment_terms: Some("Within 14 days".to_owned()),
        lines: vec![
            time(WEBSITE, None, 3, "137.31", "Website\nAda Canary-Lovelace"),
            time(
                WEBSITE,
                None,
                3,
                "91.17",
                "Website\nGrace Canary-Hopper, canary-words of a line",
            ),
            InvoiceLine::fixed(
                fee,
                "Retainer October".to_owned(),
                Money::from_minor(150_000, euro()),
                standard(),
            ),
            InvoiceLine {
                source: Source::Fixed,
                description: "Licences".to_owned(),
                quantity: Decimal::TWO,
                unit: Unit::Piece,
                unit_price: Decimal::new(1250, 2),
                adjustment: None,
                net: Money::from_minor(2500, euro()),
                tax: standard(),
                taxes: Vec::new(),
            },
        ],
        adjustments: invoice::Adjustments::none(euro()),
        tax_note: None,
        tax_rounding: Vec::new(),
        remarks: Default::default(),
        settlement: Default::default(),
        payments: vec![invoice::Payment {
            key: PaymentKey(KEY + 61),
            date: day("2026-11-09"),
            amount: Money::from_minor(10_000, euro()),
            method: Some("transfer".to_owned()),
            reference: Some(format!("{PRIVATE}-payment-reference")),
        }],
        document_sha256: Some(format!("{PRIVATE}-sha")),
        document_face: Some(format!("{PRIVATE}-face")),
        sent: Some(never()),
        viewed: Some(never()),
    }
}

fn invoices() -> Vec<Invoice> {
    let void = Invoice {
        key: InvoiceKey(KEY + 32),
        number: Some("2026-0003".to_owned()),
        stored: Stored::Void,
        issue_date: day("2026-09-01"),
        payments: Vec::new(),
        ..issued()
    };
    let note = Invoice {
        key: InvoiceKey(KEY + 33),
        kind: invoice::Kind::CreditNote,
        number: Some("CN-2026-0001".to_owned()),
        corrects: Some(void.key),
        issue_date: day("2026-09-02"),
        payments: Vec::new(),
        ..issued()
    };
    let mut draft = Invoice {
        key: InvoiceKey(KEY + 34),
        number: None,
        stored: Stored::Draft,
        payments: Vec::new(),
        ..issued()
    };
    draft.lines = vec![time(WEBSITE, None, 1, "137.31", "canary-private-draft")];
    vec![draft, issued(), note, void]
}
