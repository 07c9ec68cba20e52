//! What must hold of retainers: periods that invoices closed, and the lines that name their retainer.

use super::Nothing;

/// What must not be there: a period that is closed and open, or whose entries are of somebody else.
pub(super) const NOTHING: [Nothing; 4] = [
    (
        "retainers",
        "SELECT 'void invoice ' || number || ' still closes a period of a retainer' FROM invoice WHERE state = 'void' AND EXISTS \
         (SELECT 1 FROM retainer_close WHERE invoice_id = invoice.id)",
    ),
    (
        "retainers",
        "SELECT 'a period from ' || retainer_close.period_from || ' is closed by an invoice of another client' FROM retainer_close \
         JOIN retainer ON retainer.id = retainer_id JOIN invoice ON invoice.id = invoice_id \
         WHERE retainer.client_id <> invoice.client_id",
    ),
    (
        "retainers",
        "SELECT 'entry ' || entry.id || ' was drawn by a retainer of another client, or before its day' FROM retainer_draw \
         JOIN retainer_close ON retainer_close.id = close_id JOIN retainer ON retainer.id = retainer_id \
         JOIN entry ON entry.id = entry_id JOIN project ON project.id = entry.project_id \
         WHERE project.client_id <> retainer.client_id OR entry.day > retainer_close.period_to",
    ),
    (
        "retainers",
        "SELECT 'a line of invoice ' || coalesce(number, 'draft-' || invoice.id) || ' names a retainer of another client' \
         FROM invoice_line JOIN invoice ON invoice.id = invoice_id JOIN retainer ON retainer.id = retainer_id \
         WHERE retainer.client_id <> invoice.client_id",
    ),
];
