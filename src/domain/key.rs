//! Keys of rows: one type per noun, so that a project is never looked up with a client's key.
//!
//! They are local and never leave the machine; what leaves it is a [`crate::values::id::PublicId`].

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);
    )*};
}

keys! {
    /// A client.
    ClientKey
    /// A contact of a client.
    ContactKey
    /// A talk with a client.
    TalkKey
    /// A document of a client.
    DocumentKey
    /// A user of a client's portal.
    UserKey
    /// A member of the team.
    MemberKey
    /// A project.
    ProjectKey
    /// A phase of a project.
    PhaseKey
    /// An activity code.
    ActivityKey
    /// A task of a project.
    TaskKey
    /// A time entry.
    EntryKey
    /// An expense.
    ExpenseKey
    /// A rate.
    RateKey
    /// A rounding policy.
    RoundingKey
    /// A rate of tax in a country.
    TaxRateKey
    /// What an hour of a member costs.
    CostKey
    /// A retainer.
    RetainerKey
    /// A schedule of invoices.
    ScheduleKey
    /// An estimate.
    EstimateKey
    /// An invoice or credit note.
    InvoiceKey
    /// A mail in the outbox.
    MailKey
    /// A recorded payment.
    PaymentKey
    /// Credit of a client that pays an invoice, or was paid back.
    CreditUseKey
    /// A write-off.
    WriteOffKey
    /// A question of a client.
    ThreadKey
    /// Something said to it.
    MessageKey
    /// Something that a client is asked to approve.
    ApprovalRequestKey
    /// A notice that was given.
    NoticeKey
    /// What somebody does not want to be told.
    NoticeChoiceKey
    /// An operation of the log.
    OperationKey
}
