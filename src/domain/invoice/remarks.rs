//! What is written on a document besides its lines: references of the client, and texts.

/// References and texts of a document. They are fixed when it is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks {
    /// The client's order (BT-13).
    pub purchase_order: Option<String>,
    /// The client's name for the project (BT-11).
    pub project_reference: Option<String>,
    /// Above the lines.
    pub introduction: Option<String>,
    /// Below the totals.
    pub closing: Option<String>,
}
