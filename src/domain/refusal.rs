//! Every reason for which a rule says no, with the facts. `cli` gives the hint and the exit status (4).

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::activity::LONGEST_CODE;
use super::client_document::MOST_BYTES;
use crate::values::amount::Amount;
use crate::values::id::{ProjectRef, Slug};
use crate::values::money::{Currency, Money, MoneyError};
use crate::values::period::Period;
use crate::values::quantity::{Unit, UnitPrice};
use crate::values::text::Country;

use super::approval::Approval;
use super::approval_request::{self, Twice};
use super::client::Stage;
use super::retainer;

/// A rule said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("client `{client}` is archived")]
    ClientArchived { client: Slug },
    #[error("client `{client}` is not archived")]
    ClientNotArchived { client: Slug },
    #[error("a timer is running for client `{client}`")]
    ClientHasTimer { client: Slug },
    #[error("client `{client}` is {}, not a lead", .stage.word())]
    ClientNotALead { client: Slug, stage: Stage },
    #[error("`{slug}` is the short name of another client: {name}")]
    ClientExists { slug: Slug, name: String },
    /// The same, said to a client that is there already.
    #[error("`{slug}` is the short name of another client: {name}")]
    ClientSlugTaken { slug: Slug, name: String },
    #[error("`{tax_id}` is the tax id of client `{client}`")]
    TaxIdTaken { tax_id: String, client: Slug },
    #[error("the notes of `{client}` were changed by another command meanwhile")]
    NotesChanged { client: Slug },
    #[error("`{contact}` is the point of contact of `{client}`; another has to be named first")]
    PointOfContact {
        client: Slug,
        contact: String,
        other: String,
    },
    #[error("{} issued for client `{client}`: {invoice}", if *count == 1 { "a document was" } else { "documents were" })]
    ClientBilled {
        client: Slug,
        invoice: String,
        count: usize,
    },
    #[error("client `{client}` is on the portal")]
    ClientOnPortal { client: Slug },
    #[error("client `{client}` has no website")]
    NoWebsite { client: Slug },
    #[error("`{date}` is after today, and nobody has talked yet")]
    TalkInFuture { date: NaiveDate },
    #[error("`{request}` is {} already", .state.word())]
    RequestAnswered {
        request: String,
        state: approval_request::State,
    },
    #[error("the client does not see this: the portal setting `{setting}` is off for `{client}`")]
    RequestUnseen { client: Slug, setting: &'static str },
    #[error("{}", asked_twice(.request, .asks.as_ref(), .twice))]
    RequestTwice {
        client: Slug,
        request: String,
        /// The days of a time sheet.
        asks: Option<Period>,
        twice: Twice,
    },
    #[error(
        "`{question}` is a task of yours: the client approved `{request}` and waits for no answer"
    )]
    TaskApproved { question: String, request: String },
    #[error("`{request}` was taken back, so the client would not see an answer about it")]
    TaskTakenBack { question: String, request: String },
    #[error("the budget is in {}, and what is asked for in {}", unit(.was), unit(.by))]
    ExtensionUnit { was: Amount, by: Amount },
    #[error("what is asked for is nothing")]
    ExtensionOfNothing { project: ProjectRef },
    #[error("`{date}` is still to come, and work that is not done cannot be approved")]
    SheetAhead { date: NaiveDate },
    #[error("{}{}", empty_sheet(.client, *.days, *.approved), held_back(*.waiting))]
    SheetEmpty {
        client: Slug,
        days: Period,
        /// Entries that the client sees and approved as they are.
        approved: usize,
        waiting: usize,
    },
    #[error("project `{project}` is closed")]
    ProjectClosed { project: ProjectRef },
    #[error("a timer is running on project `{project}`")]
    ProjectHasTimer { project: ProjectRef },
    #[error("task `{task}` of `{project}` is done")]
    TaskDone { task: String, project: ProjectRef },
    #[error("phase `{phase}` of `{project}` is closed")]
    PhaseClosed { phase: String, project: ProjectRef },
    #[error("activity `{activity}` is archived")]
    ActivityArchived {
        activity: String,
        /// None: of the whole business.
        project: Option<ProjectRef>,
    },
    #[error("`{code}` is no code: one word of up to {LONGEST_CODE} characters")]
    NoCode { code: String },
    #[error("time is logged on {noun} `{name}` of `{project}`")]
    HasTime {
        noun: &'static str,
        name: String,
        project: ProjectRef,
    },
    #[error("this goes {by} over the budget of {}", of_budget(project, phase.as_deref()))]
    OverBudget {
        project: ProjectRef,
        phase: Option<String>,
        by: Amount,
    },
    #[error("the budget of {} is used up", of_budget(project, phase.as_deref()))]
    BudgetUsedUp {
        project: ProjectRef,
        phase: Option<String>,
    },
    #[error("`{project}` has no budget")]
    NoBudget { project: ProjectRef },
    #[error("member `{member}` is archived")]
    MemberArchived { member: Slug },
    #[error("`{reference}` exists already")]
    Exists {
        noun: &'static str,
        reference: String,
    },
    /// What is there already cannot have this name too.
    #[error("`{reference}` is the name of another {noun}")]
    Taken {
        noun: &'static str,
        reference: String,
    },
    #[error("client `{client}` has no contacts")]
    NoContacts { client: Slug },
    #[error("`{name}` is empty")]
    DocumentEmpty { name: String },
    #[error("`{name}` has more than {} MiB, the most that a document can have", MOST_BYTES >> 20)]
    DocumentTooLarge { name: String },
    #[error("entry {entry} is on invoice {invoice}")]
    EntryInvoiced { entry: i64, invoice: String },
    #[error("entry {entry} was drawn in a period of a retainer that invoice {invoice} closed")]
    EntryDrawn { entry: i64, invoice: String },
    #[error("expense {expense} is on invoice {invoice}")]
    ExpenseInvoiced { expense: i64, invoice: String },
    #[error("the expense comes to nothing")]
    ExpenseOfNothing,
    #[error("client `{client}` is billed in {currency}, the expense is in {given}")]
    ExpenseCurrency {
        client: Slug,
        currency: Currency,
        given: Currency,
    },
    #[error("there is no price for `{unit}`")]
    NoPrice { unit: Unit },
    #[error("the mileage rate {set} is in {business}, the client is billed in {client}")]
    MileageCurrency {
        set: UnitPrice,
        business: Currency,
        client: Currency,
    },
    #[error("expense {expense} is an amount, not a quantity at a price")]
    NotMeasured { expense: i64 },
    #[error("expense {expense} has no receipt")]
    NoReceipt { expense: i64 },
    #[error("entry {entry} is submitted for approval")]
    EntrySubmitted { entry: i64 },
    #[error("entry {entry} is approved")]
    EntryApproved { entry: i64 },
    #[error("entry {entry} is not submitted")]
    EntryNotSubmitted { entry: i64 },
    #[error("entry {entry} is {} already", .approval.word())]
    ApprovalStands { entry: i64, approval: Approval },
    #[error("`{member}` is neither owner nor manager, who approve and reject")]
    MayNotApprove { member: Slug },
    #[error("{} cannot change: {}", counted(closed.len()), reasons(closed))]
    EntriesClosed { closed: Vec<(i64, Refusal)> },
    #[error("entry {entry} has {what}, which cannot be split there")]
    SplitOutside { entry: i64, what: String },
    #[error("entry {entry} has no start and end")]
    NoClock { entry: i64 },
    #[error("nothing was worked yet that could be taken up again")]
    NothingToResume,
    #[error("one entry is no two")]
    NothingToMerge,
    #[error("entries {one} and {two} cannot be merged: {reason}")]
    NotAlike {
        one: i64,
        two: i64,
        reason: &'static str,
    },
    #[error("{before} is too far ahead: days to come would be locked")]
    LockAhead { before: NaiveDate },
    #[error("{at} is after now")]
    NotYet { at: String },
    #[error("the timer runs since {started}, {elapsed}: more than the 24 hours of one entry")]
    TimerTooLong { started: String, elapsed: String },
    #[error("{day} is locked: nothing dated before {before} changes")]
    DayLocked { day: NaiveDate, before: NaiveDate },
    #[error("{day} is after today")]
    FutureDay { day: NaiveDate },
    #[error("`{member}` would have {total} on {day}, which has 24 hours")]
    DayFull {
        member: Slug,
        day: NaiveDate,
        total: String,
    },
    #[error("this overlaps entry {entry} ({span})")]
    Overlap { entry: i64, span: String },
    #[error("a timer is running since {started}")]
    TimerRuns { started: String },
    #[error("no timer is running")]
    NoTimer,
    #[error("the timer started {started}, which is after now: the clock went back")]
    ClockWentBack { started: String },
    #[error("the timer started this very second; nothing was worked")]
    TimerEmpty,
    #[error("the end is not after the start")]
    EmptyTime,
    #[error("{what} is more than 24 hours in one entry")]
    TooLong { what: String },
    #[error("`{date}` is before {first}, the first day on which it can be")]
    TooEarly { date: NaiveDate, first: NaiveDate },
    #[error("nothing to bill for `{client}` in {period}{}", held_back(*.waiting))]
    NothingToBill {
        client: Slug,
        period: String,
        /// Entries that wait for approval, where only what is approved is billed.
        waiting: usize,
    },
    #[error("no rate for {count} billable {}: {entries}", if *count == 1 { "entry" } else { "entries" })]
    NoRate {
        count: usize,
        entries: String,
        project: ProjectRef,
    },
    #[error("invoice {invoice} is issued and cannot change")]
    InvoiceIssued { invoice: String },
    #[error("invoice {invoice} is void")]
    InvoiceVoid { invoice: String },
    #[error("{invoice} is a draft")]
    InvoiceDraft { invoice: String },
    #[error("{invoice} is a credit note")]
    CreditNote { invoice: String },
    #[error("invoice {invoice} has payments of {paid}")]
    InvoicePaid { invoice: String, paid: Money },
    #[error("{deposit} is deducted on {invoice}")]
    DepositDeducted { deposit: String, invoice: String },
    #[error("the invoice comes to {total}, less than nothing")]
    InvoiceNegative { total: Money },
    #[error("the discount of {discount} is more than the {of} that it is taken off")]
    DiscountTooLarge { discount: Money, of: Money },
    #[error("a deposit must be more than zero")]
    DepositOfNothing,
    #[error(
        "line {line} is made of work, an expense or a retainer: what it comes to is not typed over"
    )]
    LineNotFixed { line: usize },
    #[error("line {line} is made of work, a retainer or a deposit and cannot be taken away")]
    LineStays { line: usize },
    #[error(
        "{invoice} is a deposit, which is deducted as a whole: only its amount and words change"
    )]
    DepositAlone { invoice: String },
    #[error("{invoice} would be left with no line")]
    LastLine { invoice: String },
    #[error("there is no rate `{name}`{} on {day}", of_country(country.as_ref()))]
    NoTaxRate {
        name: String,
        country: Option<Country>,
        day: NaiveDate,
    },
    #[error("`{client}` has no tax id, which {treatment} needs")]
    NoBuyerTaxId {
        client: Slug,
        treatment: &'static str,
    },
    #[error("the business has no tax id, which {treatment} needs")]
    NoSellerTaxId { treatment: &'static str },
    #[error("a payment must be more than zero")]
    PaymentNotPositive,
    #[error("the payment is dated {date}, before the invoice of {issued}")]
    PaymentTooEarly { date: NaiveDate, issued: NaiveDate },
    #[error("the payment of {amount} is more than the open {balance}")]
    Overpayment {
        invoice: String,
        amount: Money,
        balance: Money,
    },
    #[error("`{date}` is after today, and nothing was paid yet")]
    PaymentInFuture { date: NaiveDate },
    #[error("the payment `{reference}` of {invoice} is {recorded}, not {given}")]
    PaymentDiffers {
        invoice: String,
        reference: String,
        recorded: String,
        given: String,
    },
    #[error("{invoice} has no {noun} `{wanted}`")]
    NoMovement {
        invoice: String,
        noun: &'static str,
        wanted: String,
    },
    #[error("invoice {invoice} is written off")]
    WrittenOff { invoice: String },
    #[error("invoice {invoice} is not written off")]
    NotWrittenOff { invoice: String },
    #[error("nothing is open on invoice {invoice}")]
    NothingOpen { invoice: String },
    #[error("nothing is left of invoice {invoice} to credit")]
    NothingToCredit { invoice: String },
    #[error("a credit must be more than zero")]
    CreditNotPositive,
    #[error("the credit of {amount} is more than the {left} that are left of invoice {invoice}")]
    CreditTooMuch {
        invoice: String,
        amount: Money,
        left: Money,
    },
    /// Several taxes on a line, or a deposit: there is no rule for a part of it.
    #[error("{invoice} {}, and is taken back as a whole", .why)]
    CreditWhole { invoice: String, why: &'static str },
    #[error("{invoice} has no line {place}; it has {count}")]
    NoLine {
        invoice: String,
        place: usize,
        count: usize,
    },
    #[error("line {place} is named twice")]
    LineTwice { place: usize },
    #[error("{}", of_line(*place, quantity, left))]
    LineCredited {
        place: usize,
        quantity: Decimal,
        left: Decimal,
    },
    #[error("there is credit of {credit}, not {amount}")]
    CreditUsedUp { amount: Money, credit: Money },
    #[error("{given} does not pay an invoice in {wanted}")]
    OtherCurrency { given: Currency, wanted: Currency },
    #[error("{reason}")]
    Unsettled { invoice: String, reason: String },
    #[error("client `{client}` has no credit in {currency}")]
    NoCredit { client: Slug, currency: Currency },
    #[error("`{date}` is before the counter of {last}, dated {last_date}, began")]
    BackdatedTooFar {
        last: String,
        last_date: NaiveDate,
        date: NaiveDate,
    },
    #[error("`{date}` is more than a year after this day, {today}")]
    FarAhead { date: NaiveDate, today: NaiveDate },
    #[error("`{date}` is after today")]
    FutureDate { date: NaiveDate },
    #[error("invoices and credit notes cannot have the same pattern of numbers")]
    SameSeries,
    #[error(
        "the number {number} is given already: the series of invoices and credit notes make the same numbers"
    )]
    NumberTaken { number: String },
    #[error("work of {client} in these days is on invoice {invoice} already")]
    RetainerOverBilled { client: Slug, invoice: String },
    #[error("restoring would lose {} that the backup does not have: {}", if numbers.len() == 1 { "a document" } else { "documents" }, numbers.join(", "))]
    RestoreLoses { numbers: Vec<String> },
    #[error("the series has {last} dated {last_date}; {date} is earlier")]
    Backdated {
        last: String,
        last_date: NaiveDate,
        date: NaiveDate,
    },
    #[error("{left} and {right} cannot be added")]
    MixedCurrencies { left: Currency, right: Currency },
    #[error("the currency cannot change: {reason}")]
    CurrencyFixed { reason: String },
    #[error(
        "client `{client}` has a retainer over this work already, {}",
        days(other)
    )]
    RetainerOverlap { client: Slug, other: Period },
    #[error("the amount is too large")]
    AmountTooLarge,
    #[error("`{email}` is a user of `{client}` already")]
    UserExists { email: String, client: Slug },
    #[error("`{email}` of `{client}` is disabled")]
    UserDisabled { email: String, client: Slug },
    #[error("contact `{contact}` of `{client}` has no mail address")]
    ContactWithoutEmail { contact: String, client: Slug },
    #[error("`{member}` does not work for `{client}`")]
    MemberElsewhere { member: Slug, client: Slug },
    #[error("`{member}` works for all clients, so that none can be taken away")]
    MemberEverywhere { member: Slug },
    #[error("`{member}` would be left with no client")]
    MemberNowhere { member: Slug },
    #[error("`{member}` is the last owner")]
    LastOwner { member: Slug },
    #[error("a timer of `{member}` is running")]
    MemberHasTimer { member: Slug },
    #[error("the business has no name yet, which an invoice needs")]
    NoBusiness,
    #[error("the business is set up already")]
    BusinessExists,
    #[error("client `{client}` has no retainer on {day}")]
    NoRetainer { client: Slug, day: NaiveDate },
    #[error("the fee of the retainer of `{client}` is invoiced up to {through}")]
    RetainerFeeBilled { client: Slug, through: NaiveDate },
    #[error("the retainer of `{client}` is closed by invoice {invoice} up to {through}")]
    RetainerClosed {
        client: Slug,
        through: NaiveDate,
        invoice: String,
    },
    #[error("`{client}` has several retainers on {day}: {}", names.join("; "))]
    SeveralRetainers {
        client: Slug,
        day: NaiveDate,
        names: Vec<String>,
        /// A project of one of them.
        project: String,
    },
    #[error("{day} is within the period {within} of the retainer of `{client}`")]
    RetainerNotAStart {
        client: Slug,
        day: NaiveDate,
        within: Period,
        /// When the next period begins.
        next: Option<NaiveDate>,
    },
    #[error("the retainer of `{client}` has no period after {day}")]
    RetainerNoNext { client: Slug, day: NaiveDate },
    #[error("the retainer of `{client}` changes on {later} already")]
    RetainerChangesLater { client: Slug, later: NaiveDate },
    #[error("the retainer of `{client}` is in {}, not in {}", kind.word(), wanted.word())]
    RetainerKind {
        client: Slug,
        kind: retainer::Kind,
        wanted: retainer::Kind,
    },
    #[error("the retainer of `{client}` has nothing to carry: no cap is agreed")]
    RetainerNoCap { client: Slug },
    #[error("the overage of this retainer is no time that has a rate: {reason}")]
    RetainerOverageRate { reason: &'static str },
    #[error("the schedule would bill nothing: it has no items, and leaves work out")]
    ScheduleOfNothing,
    #[error(
        "the schedule would have no date: the first would be {first}, and it ends with {until}"
    )]
    ScheduleWithoutDates { first: NaiveDate, until: NaiveDate },
    #[error("{date} is no coming date of {schedule}; the next is {next}")]
    NoDateOfSchedule {
        schedule: String,
        date: NaiveDate,
        next: NaiveDate,
    },
    #[error("{schedule} has no dates to come")]
    ScheduleEnded { schedule: String },
    #[error("the estimate would be over nothing: it has no tasks and no items")]
    EstimateOfNothing,
    #[error("the estimate of {date} would hold until {last}, which is before it")]
    EstimateEndsBefore { last: NaiveDate, date: NaiveDate },
    #[error("the estimate has the task `{task}` twice")]
    TaskTwice { task: String },
    #[error("no rate holds for `{task}`")]
    TaskWithoutRate { client: Slug, task: String },
    #[error("estimate {estimate} is out; only drafts change")]
    EstimateNotDraft { estimate: String },
    #[error("estimate {estimate} is a draft")]
    EstimateDraft { estimate: String },
    #[error("estimate {estimate} held until {last}")]
    EstimateExpired { estimate: String, last: NaiveDate },
    #[error("estimate {estimate} is {state} already")]
    EstimateDecided {
        estimate: String,
        state: &'static str,
    },
    #[error("estimate {estimate} has no line {line}; it has {lines}")]
    EstimateNoLine {
        estimate: String,
        line: usize,
        lines: usize,
    },
    #[error("`{of}` has a budget in another unit or for each month, to which nothing can be added")]
    OtherBudget { of: String },
    #[error("the number {number} is given already: the pattern of estimates made it before")]
    EstimateNumberTaken { number: String },
    #[error("estimate {estimate} is in {given}, and the client is billed in {wanted} by now")]
    EstimateOtherCurrency {
        estimate: String,
        given: Currency,
        wanted: Currency,
    },
    #[error("a deposit of {deposit} is more than the estimate comes to without tax, {net}")]
    DepositTooLarge { deposit: Money, net: Money },
    #[error("project `{project}` is there already")]
    ProjectThere { project: ProjectRef },
    #[error("`{project}` is a project of another client than estimate {estimate}")]
    ProjectOfAnother {
        project: ProjectRef,
        estimate: String,
    },
    #[error("estimate {estimate} was sent to {} already", to.join(", "))]
    EstimateSent { estimate: String, to: Vec<String> },
    #[error("{key} was not done, and so cannot be done again")]
    NotDoneYet { key: String },
    #[error("{key} stands: its invoice is {invoice}")]
    JobStands { key: String, invoice: String },
    #[error("nobody at `{client}` has a mail address")]
    NoRecipient { client: Slug },
    #[error("there is no address to send from")]
    NoSender,
    #[error("invoice {invoice} was sent to {} already", to.join(", "))]
    SentAlready { invoice: String, to: Vec<String> },
    #[error("invoice {invoice} is in the outbox already, as mail {mail}")]
    MailQueued { invoice: String, mail: i64 },
    #[error("mail {mail} was sent already")]
    MailSent { mail: i64 },
    #[error("mail {mail} is {state}, not queued")]
    MailNotQueued { mail: i64, state: &'static str },
    #[error("nothing of what mail {mail} told is to be told any more")]
    MailUntold { mail: i64 },
    #[error("another command is sending mail {mail}")]
    MailClaimed { mail: i64 },
    #[error("nothing is open on invoice {invoice}, which is {state}")]
    NothingToRemind {
        invoice: String,
        state: &'static str,
    },
    #[error("nothing was paid on invoice {invoice} yet")]
    NothingPaid { invoice: String },
    #[error("nothing was billed to `{client}` yet")]
    NothingBilled { client: Slug },
    #[error("`{email}` is told of no client")]
    NotTold { email: String },
    #[error("`{email}` ended mail about {events} of {client}")]
    Unsubscribed {
        email: String,
        client: Slug,
        events: String,
    },
    #[error("there is nothing to undo")]
    NothingToUndo,
    #[error("operation {operation} cannot be undone: {reason}")]
    NotUndoable { operation: i64, reason: String },
}

/// The first reasons for which entries are closed.
fn reasons(closed: &[(i64, Refusal)]) -> String {
    const MOST: usize = 10;
    let mut reasons: Vec<String> = closed
        .iter()
        .take(MOST)
        .map(|(entry, why)| why.of_entry(*entry))
        .collect();
    if closed.len() > MOST {
        reasons.push(format!("and {} more", closed.len() - MOST));
    }
    reasons.join("; ")
}

fn counted(entries: usize) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    }
}

fn of_country(country: Option<&Country>) -> String {
    country.map_or_else(
        || ", and the business has no country".to_owned(),
        |country| format!(" of {country}"),
    )
}

fn of_line(place: usize, quantity: &Decimal, left: &Decimal) -> String {
    match left.is_zero() {
        true => format!("nothing is left of line {place} to credit"),
        false => format!(
            "of line {place} {} are left to credit, not {}",
            left.normalize(),
            quantity.normalize()
        ),
    }
}

/// Whose budget it is.
fn of_budget(project: &ProjectRef, phase: Option<&str>) -> String {
    match phase {
        Some(phase) => format!("phase `{phase}` of `{project}`"),
        None => format!("`{project}`"),
    }
}

/// A period whose end may be open.
fn days(period: &Period) -> String {
    if period.to == NaiveDate::MAX {
        format!("from {} on", period.from)
    } else {
        format!("over {period}")
    }
}

impl Refusal {
    /// Why an entry among several is closed, with its number.
    pub fn of_entry(&self, entry: i64) -> String {
        match self {
            Self::DayLocked { day, .. } => format!("entry {entry} is of {day}, which is locked"),
            other => other.to_string(),
        }
    }

    /// The stable code in `--json` errors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ClientArchived { .. } => "client.archived",
            Self::ClientNotArchived { .. } => "client.not_archived",
            Self::ClientHasTimer { .. } => "client.has_timer",
            Self::ClientNotALead { .. } => "client.not_a_lead",
            Self::ClientExists { .. } | Self::ClientSlugTaken { .. } => "exists",
            Self::TaxIdTaken { .. } => "client.tax_id_taken",
            Self::NotesChanged { .. } => "client.notes_changed",
            Self::PointOfContact { .. } => "contact.primary",
            Self::ClientBilled { .. } => "client.billed",
            Self::ClientOnPortal { .. } => "client.on_portal",
            Self::NoWebsite { .. } => "client.no_website",
            Self::TalkInFuture { .. } => "talk.in_future",
            Self::ProjectClosed { .. } => "project.closed",
            Self::ProjectHasTimer { .. } => "project.has_timer",
            Self::TaskDone { .. } => "task.done",
            Self::PhaseClosed { .. } => "phase.closed",
            Self::ActivityArchived { .. } => "activity.archived",
            Self::NoCode { .. } => "activity.no_code",
            Self::HasTime { noun, .. } => match *noun {
                "task" => "task.has_time",
                _ => "phase.has_time",
            },
            Self::OverBudget { .. } | Self::BudgetUsedUp { .. } => "budget.over",
            Self::NoBudget { .. } => "budget.missing",
            Self::MemberArchived { .. } => "member.archived",
            Self::Exists { .. } | Self::Taken { .. } => "exists",
            Self::NoContacts { .. } => "client.no_contacts",
            Self::DocumentEmpty { .. } => "document.empty",
            Self::DocumentTooLarge { .. } => "document.too_large",
            Self::EntryInvoiced { .. } => "entry.invoiced",
            Self::EntryDrawn { .. } => "entry.drawn",
            Self::ExpenseInvoiced { .. } => "expense.invoiced",
            Self::ExpenseOfNothing => "expense.of_nothing",
            Self::ExpenseCurrency { .. } | Self::MileageCurrency { .. } => "expense.currency",
            Self::NoPrice { .. } => "expense.no_price",
            Self::NotMeasured { .. } => "expense.not_measured",
            Self::NoReceipt { .. } => "expense.no_receipt",
            Self::EntrySubmitted { .. } => "entry.submitted",
            Self::EntryApproved { .. } => "entry.approved",
            Self::EntryNotSubmitted { .. } => "entry.not_submitted",
            Self::ApprovalStands { .. } => "approval.stands",
            Self::MayNotApprove { .. } => "approval.not_allowed",
            Self::EntriesClosed { .. } => "entry.closed",
            Self::SplitOutside { .. } => "entry.split_outside",
            Self::NoClock { .. } => "entry.no_clock",
            Self::NothingToResume => "timer.nothing_to_resume",
            Self::NothingToMerge => "entry.nothing_to_merge",
            Self::NotAlike { .. } => "entry.not_alike",
            Self::LockAhead { .. } => "lock.ahead",
            Self::NotYet { .. } => "time.not_yet",
            Self::TimerTooLong { .. } => "timer.too_long",
            Self::DayLocked { .. } => "day.locked",
            Self::FutureDay { .. } => "entry.future",
            Self::DayFull { .. } => "day.full",
            Self::Overlap { .. } => "entry.overlap",
            Self::TimerRuns { .. } => "timer.runs",
            Self::NoTimer => "timer.none",
            Self::ClockWentBack { .. } => "timer.clock_went_back",
            Self::TimerEmpty => "timer.empty",
            Self::EmptyTime => "entry.empty",
            Self::TooLong { .. } => "entry.too_long",
            Self::TooEarly { .. } => "date.too_early",
            Self::NothingToBill { .. } => "invoice.nothing_to_bill",
            Self::NoRate { .. } => "rate.missing",
            Self::InvoiceIssued { .. } => "invoice.issued",
            Self::InvoiceVoid { .. } => "invoice.void",
            Self::InvoiceDraft { .. } => "invoice.draft",
            Self::CreditNote { .. } => "invoice.credit_note",
            Self::InvoicePaid { .. } => "invoice.paid",
            Self::DepositDeducted { .. } => "deposit.deducted",
            Self::DepositOfNothing => "deposit.of_nothing",
            Self::InvoiceNegative { .. } => "invoice.negative",
            Self::DiscountTooLarge { .. } => "discount.too_large",
            Self::LineNotFixed { .. } => "line.not_fixed",
            Self::LineStays { .. } => "line.stays",
            Self::CreditWhole { .. } => "credit.whole",
            Self::NoLine { .. } => "line.not_found",
            Self::DepositAlone { .. } => "deposit.alone",
            Self::LastLine { .. } => "line.last",
            Self::NoTaxRate { .. } => "tax.no_rate",
            Self::NoBuyerTaxId { .. } => "tax.no_buyer_id",
            Self::NoSellerTaxId { .. } => "tax.no_seller_id",
            Self::PaymentNotPositive => "payment.not_positive",
            Self::PaymentTooEarly { .. } => "payment.too_early",
            Self::Overpayment { .. } => "payment.over",
            Self::PaymentInFuture { .. } => "payment.in_future",
            Self::PaymentDiffers { .. } => "payment.differs",
            Self::NoMovement { .. } => "payment.not_found",
            Self::WrittenOff { .. } => "invoice.written_off",
            Self::NotWrittenOff { .. } => "invoice.not_written_off",
            Self::NothingOpen { .. } => "invoice.nothing_open",
            Self::NothingToCredit { .. } => "credit.nothing_left",
            Self::CreditNotPositive => "credit.not_positive",
            Self::CreditTooMuch { .. } => "credit.too_much",
            Self::LineTwice { .. } => "credit.line_twice",
            Self::LineCredited { .. } => "credit.line_credited",
            Self::CreditUsedUp { .. } => "credit.used_up",
            Self::OtherCurrency { .. } => "currency.mixed",
            Self::Unsettled { .. } => "payment.needed",
            Self::NoCredit { .. } => "credit.none",
            Self::BackdatedTooFar { .. } => "invoice.backdated_too_far",
            Self::FarAhead { .. } => "invoice.far_ahead",
            Self::FutureDate { .. } => "invoice.future_date",
            Self::SameSeries => "settings.same_series",
            Self::NumberTaken { .. } => "invoice.number_taken",
            Self::RetainerOverBilled { .. } => "retainer.over_billed",
            Self::RestoreLoses { .. } => "restore.loses_documents",
            Self::Backdated { .. } => "invoice.backdated",
            Self::MixedCurrencies { .. } => "currency.mixed",
            Self::CurrencyFixed { .. } => "currency.fixed",
            Self::RetainerOverlap { .. } => "retainer.overlap",
            Self::AmountTooLarge => "amount.too_large",
            Self::UserExists { .. } => "user.exists",
            Self::UserDisabled { .. } => "user.disabled",
            Self::ContactWithoutEmail { .. } => "contact.no_email",
            Self::MemberElsewhere { .. } => "member.elsewhere",
            Self::MemberEverywhere { .. } => "member.everywhere",
            Self::MemberNowhere { .. } => "member.nowhere",
            Self::LastOwner { .. } => "member.last_owner",
            Self::MemberHasTimer { .. } => "member.has_timer",
            Self::RequestAnswered { .. } => "approval.answered",
            Self::RequestUnseen { .. } => "approval.unseen",
            Self::RequestTwice { .. } => "approval.twice",
            Self::TaskApproved { .. } | Self::TaskTakenBack { .. } => "inbox.task",
            Self::ExtensionUnit { .. } => "approval.unit",
            Self::ExtensionOfNothing { .. } => "approval.of_nothing",
            Self::SheetAhead { .. } => "approval.ahead",
            Self::SheetEmpty { .. } => "approval.empty",
            Self::NoBusiness => "business.missing",
            Self::BusinessExists => "business.exists",
            Self::NoRetainer { .. } => "retainer.none",
            Self::RetainerFeeBilled { .. } => "retainer.fee_billed",
            Self::RetainerClosed { .. } => "retainer.closed",
            Self::SeveralRetainers { .. } => "retainer.several",
            Self::RetainerNotAStart { .. } => "retainer.not_a_start",
            Self::RetainerNoNext { .. } => "retainer.no_next",
            Self::RetainerChangesLater { .. } => "retainer.changes_later",
            Self::RetainerKind { .. } => "retainer.kind",
            Self::RetainerNoCap { .. } => "retainer.no_cap",
            Self::RetainerOverageRate { .. } => "retainer.overage_rate",
            Self::ScheduleOfNothing => "schedule.of_nothing",
            Self::ScheduleWithoutDates { .. } => "schedule.without_dates",
            Self::NoDateOfSchedule { .. } => "schedule.no_such_date",
            Self::ScheduleEnded { .. } => "schedule.ended",
            Self::EstimateOfNothing => "estimate.of_nothing",
            Self::EstimateEndsBefore { .. } => "estimate.ends_before",
            Self::TaskTwice { .. } => "estimate.task_twice",
            Self::TaskWithoutRate { .. } => "estimate.no_rate",
            Self::EstimateNotDraft { .. } => "estimate.not_a_draft",
            Self::EstimateDraft { .. } => "estimate.draft",
            Self::EstimateExpired { .. } => "estimate.expired",
            Self::EstimateDecided { .. } => "estimate.decided",
            Self::EstimateNoLine { .. } => "estimate.no_such_line",
            Self::OtherBudget { .. } => "estimate.other_budget",
            Self::EstimateNumberTaken { .. } => "estimate.number_taken",
            Self::EstimateOtherCurrency { .. } => "estimate.other_currency",
            Self::DepositTooLarge { .. } => "estimate.deposit_too_large",
            Self::ProjectThere { .. } => "estimate.project_there",
            Self::ProjectOfAnother { .. } => "estimate.project_of_another",
            Self::EstimateSent { .. } => "estimate.sent_already",
            Self::NotDoneYet { .. } => "run.not_done",
            Self::JobStands { .. } => "run.stands",
            Self::NoRecipient { .. } => "mail.no_recipient",
            Self::NoSender => "mail.no_sender",
            Self::SentAlready { .. } => "mail.sent_already",
            Self::MailQueued { .. } => "mail.queued",
            Self::MailSent { .. } => "mail.sent",
            Self::MailNotQueued { .. } => "mail.not_queued",
            Self::MailUntold { .. } => "mail.untold",
            Self::MailClaimed { .. } => "mail.claimed",
            Self::NothingToRemind { .. } => "mail.nothing_to_remind",
            Self::NothingPaid { .. } => "mail.nothing_paid",
            Self::NothingBilled { .. } => "mail.nothing_billed",
            Self::NotTold { .. } => "notify.not_told",
            Self::Unsubscribed { .. } => "notify.unsubscribed",
            Self::NothingToUndo => "undo.nothing",
            Self::NotUndoable { .. } => "undo.refused",
        }
    }
}

impl From<MoneyError> for Refusal {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Mixed { left, right } => Self::MixedCurrencies { left, right },
            _ => Self::AmountTooLarge,
        }
    }
}

/// What is open already, and what of it would be asked a second time.
fn asked_twice(request: &str, asks: Option<&Period>, twice: &Twice) -> String {
    match (asks, twice) {
        (Some(asks), Twice::Days(days)) if days == asks => {
            format!("`{request}` asks for {asks} and is still open")
        }
        (Some(asks), Twice::Days(days)) => {
            format!("`{request}` asks for {asks} and is still open: {days} would be asked twice")
        }
        _ => format!("`{request}` asks for more budget of the same project and is still open"),
    }
}

/// Hours or the currency, in words.
fn unit(amount: &Amount) -> String {
    amount
        .currency()
        .map_or_else(|| "hours".to_owned(), |currency| currency.to_string())
}

/// Why there is nothing in a time sheet to ask for.
fn empty_sheet(client: &Slug, days: Period, approved: usize) -> String {
    let Period { from, to } = days;
    match approved {
        0 => format!("`{client}` sees no work from {from} to {to}"),
        _ => format!("`{client}` approved all that it sees from {from} to {to} already"),
    }
}

/// What approval holds back, after what is told of the rest.
fn held_back(waiting: usize) -> String {
    match waiting {
        0 => String::new(),
        1 => "; 1 entry waits for approval".to_owned(),
        _ => format!("; {waiting} entries wait for approval"),
    }
}
