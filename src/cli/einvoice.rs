//! The commands that complete an invoice which lacks something for an e-invoice.

use crate::app::einvoice::{BUYER_REFERENCE, Incomplete, PEPPOL_ID};
use crate::document::einvoice::Lack;
use crate::domain::invoice::{Kind, Stored};

/// Where something that is missing is set.
enum Place {
    /// `KEY=VALUE` of `settings set`, and whether an invoice keeps what it was when it was made.
    Setting(&'static str, bool),
    /// Flags of `client edit`, likewise.
    Client(String, bool),
    Issue,
    /// No command does.
    Nowhere,
}

fn place(lack: Lack) -> Place {
    use Place::{Client, Issue, Nowhere, Setting};
    let kept = |flags: &str| Client(flags.to_owned(), true);
    let field = |name: &str, value: &str| Client(format!("--field '{name}={value}'"), false);
    match lack {
        Lack::Number => Issue,
        Lack::Lines | Lack::Decimals | Lack::MixedScope | Lack::SeveralTaxes | Lack::Corrected => {
            Nowhere
        }
        Lack::SellerCountry => Setting("country=CODE", true),
        Lack::SellerTaxId | Lack::SellerVatId => Setting("tax-id=ID", true),
        Lack::Exemption => Setting("tax-exemption-reason=TEXT", false),
        Lack::SellerPeppolId => Setting("peppol-id=SCHEME:ID", false),
        Lack::SellerRegister => Setting("peppol-id=0106:NUMBER", false),
        Lack::SellerTown => Setting("address=$'STREET\\nPOSTCODE TOWN'", true),
        Lack::SellerEmail => Setting("email=ADDRESS", true),
        Lack::SellerPhone => Setting("phone=NUMBER", true),
        Lack::SellerIban => Setting("iban=IBAN", true),
        Lack::BuyerCountry => kept("--country CODE"),
        Lack::BuyerVatId => kept("--tax-id ID"),
        Lack::BuyerTown => kept("--address $'STREET\\nPOSTCODE TOWN'"),
        Lack::BuyerPeppolId => field(PEPPOL_ID, "SCHEME:ID"),
        Lack::BuyerRegister => field(PEPPOL_ID, "0106:NUMBER"),
        Lack::BuyerReference => field(BUYER_REFERENCE, "TEXT"),
    }
}

/// The commands, one for the settings and one for the client. What an invoice keeps from when it was made takes a new one.
pub(super) fn completing(incomplete: &Incomplete) -> Option<String> {
    let Incomplete {
        invoice,
        client,
        kind,
        stored,
        lacks,
    } = incomplete;
    let (mut settings, mut flags) = (Vec::new(), Vec::new());
    let (mut anew, mut issue) = (false, false);
    for lack in lacks {
        match place(*lack) {
            // A credit note is what the invoice was that it takes back, and is never made anew.
            Place::Setting(_, true) | Place::Client(_, true) if *kind == Kind::CreditNote => {}
            Place::Setting(pair, kept) => {
                settings.push(pair.to_owned());
                anew |= kept;
            }
            Place::Client(flag, kept) => {
                flags.push(flag);
                anew |= kept;
            }
            Place::Issue => issue = true,
            Place::Nowhere => {}
        }
    }
    let mut steps = Vec::new();
    if !settings.is_empty() {
        steps.push(format!("loggia settings set {}", settings.join(" ")));
    }
    if !flags.is_empty() {
        steps.push(format!("loggia client edit {client} {}", flags.join(" ")));
    }
    if anew {
        let again = match stored {
            Stored::Draft => format!("loggia invoice delete {invoice}"),
            Stored::Issued | Stored::Void => format!("loggia invoice void {invoice}"),
        };
        if *stored != Stored::Void {
            steps.push(again);
        }
        steps.push(format!("loggia invoice create {client}"));
    } else if issue {
        steps.push(format!("loggia invoice issue {invoice}"));
    }
    (!steps.is_empty()).then(|| steps.join(", then "))
}
