//! The first page of the portal: which sections are on, the figures on top, hours and what comes next.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::duration::Seconds;
use crate::values::id::PublicId;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

/// What stands on the console of one client, and the switches that hold for the whole portal of that client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Console {
    /// The client's name as it is printed on invoices.
    pub client: String,
    /// The name of the business that does the work.
    pub business: String,
    /// Language of pages and number formats: a BCP 47 tag, `en` or `de`.
    pub language: String,
    /// IANA zone in which days are counted.
    pub zone: String,
    /// Currency of the client's invoices.
    pub currency: Currency,
    /// The day for which the figures were computed.
    pub as_of: NaiveDate,
    /// Which sections of the portal exist for this client.
    pub sections: Sections,
    /// Who may come in, and for how long.
    pub access: Access,
    /// The figures on top, in the order the owner picked.
    pub snapshots: Vec<Figure>,
    /// A note of the owner.
    pub welcome: Option<String>,
    /// Hours of the running week and in all; none where only whole past weeks are shown and there is none yet.
    pub hours: Option<HoursSummary>,
    /// Work that no invoice holds yet.
    pub unbilled: Option<Unbilled>,
}

/// Sections of the portal that are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    pub timesheets: bool,
    pub budget: bool,
    pub phases: bool,
    pub tasks: bool,
    pub retainer: bool,
    pub invoices: bool,
    pub unbilled: bool,
    pub expenses: bool,
    pub documents: bool,
    pub notes: bool,
    pub comments: bool,
    /// Start and end times of entries are shown.
    pub clock: bool,
    /// Rates and amounts of single entries are shown.
    pub rates: bool,
}

/// Rules of access that the portal enforces for the users of this client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// A second factor is required.
    pub mfa_required: bool,
    /// Networks in CIDR notation from which sign-in and pages are allowed; empty: from everywhere.
    pub ip_allow: Vec<String>,
    /// Idle minutes after which a session ends.
    pub session_timeout_minutes: u32,
}

/// One snapshot figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "figure", content = "value")]
pub enum Figure {
    /// Hours of the running (or last whole) week.
    HoursWeek(Seconds),
    /// Hours since the beginning.
    HoursTotal(Seconds),
    /// Hours left in all hour budgets together; negative when over.
    BudgetLeft(Seconds),
    /// Hours left in the retainer of the current period.
    RetainerLeft(Seconds),
    /// Money left in the retainer of the current period.
    RetainerLeftMoney(Money),
    /// Billable hours that no invoice holds yet.
    Unbilled(Seconds),
    /// What the next invoice would be, without tax.
    NextInvoice(Money),
    /// What is unpaid on issued invoices.
    Outstanding(Money),
}

/// Hours by member of one week, and in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursSummary {
    /// The week shown.
    pub week: Period,
    /// Hours of that week by member, as members are shown to this client.
    pub by_member: Vec<MemberHours>,
    /// Sum of that week.
    pub week_total: Seconds,
    /// Sum since the beginning.
    pub total: Seconds,
    /// Sums of the last twelve weeks, oldest first: the first day of the week and the hours.
    pub weeks: Vec<(NaiveDate, Seconds)>,
}

/// Hours of one member under the name this client may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberHours {
    pub member: String,
    pub seconds: Seconds,
}

/// Work that no invoice holds yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unbilled {
    /// Billable time.
    pub seconds: Seconds,
    /// What an invoice over it would be without tax; none where a rate would follow from it.
    pub amount: Option<Money>,
    /// What an invoice today would be without tax, with fees and expenses; none where a rate would follow from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Money>,
    /// The same by project, most first.
    pub projects: Vec<UnbilledProject>,
}

/// Work of one project that no invoice holds yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnbilledProject {
    pub project: PublicId,
    pub name: String,
    pub seconds: Seconds,
    /// Without tax; none where a rate would follow from it, or some of it has none.
    pub amount: Option<Money>,
}
