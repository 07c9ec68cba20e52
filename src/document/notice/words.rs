//! The words of notices, in one table a language. `{}` stands for what is filled in, in this order.

use crate::published::notice::Kind;
use crate::values::month_name;

/// All words of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) point: char,
    pub(super) group: char,
    pub(super) months: [&'static str; 12],
    /// Name.
    pub(super) hello_name: &'static str,
    pub(super) hello: &'static str,
    /// Who it is from or about, what.
    pub(super) subject: &'static str,
    /// Subject.
    pub(super) and_one: &'static str,
    /// Subject, how many.
    pub(super) and_more: &'static str,
    /// Number.
    pub(super) invoice: &'static str,
    /// Number.
    pub(super) credit_note: &'static str,
    pub(super) total: &'static str,
    pub(super) due: &'static str,
    /// Percent, project.
    pub(super) budget: &'static str,
    /// Project.
    pub(super) budget_full: &'static str,
    /// Used, all, percent.
    pub(super) used: &'static str,
    /// Used, all, percent: short.
    pub(super) of: &'static str,
    /// Day.
    pub(super) lasts: &'static str,
    pub(super) retainer_low: &'static str,
    pub(super) retainer_over: &'static str,
    /// Left, all, last day.
    pub(super) left: &'static str,
    /// Amount.
    pub(super) over: &'static str,
    /// Which retainer, what of it.
    pub(super) of_one: &'static str,
    /// A week, a month, a quarter, a year, the whole term: amount.
    terms: [&'static str; 5],
    /// Terms, day.
    pub(super) since: &'static str,
    /// Terms, first day, last day.
    pub(super) since_until: &'static str,
    /// Days.
    pub(super) week: &'static str,
    pub(super) hours: &'static str,
    pub(super) by_member: &'static str,
    pub(super) budgets: &'static str,
    pub(super) answer: &'static str,
    /// What about.
    pub(super) answer_about: &'static str,
    pub(super) question: &'static str,
    /// What about.
    pub(super) question_about: &'static str,
    /// Name.
    pub(super) wrote: &'static str,
    pub(super) read_on: &'static str,
    /// Business.
    pub(super) why: &'static str,
    /// Kind.
    pub(super) stop: &'static str,
    /// Kind, client.
    pub(super) stop_of: &'static str,
    pub(super) stop_answer: &'static str,
    /// Command.
    pub(super) stop_command: &'static str,
    kinds: [&'static str; 5],
}

impl Words {
    /// The table of a BCP 47 tag; English where there is none.
    pub(super) fn of(tag: &str) -> &'static Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        [&GERMAN, &FRENCH]
            .into_iter()
            .find(|words| words.tag.eq_ignore_ascii_case(primary))
            .unwrap_or(&ENGLISH)
    }

    /// What is agreed for a period of this length.
    pub(super) fn terms(&self, per: &str) -> &'static str {
        let [week, month, quarter, year, term] = self.terms;
        match per {
            "week" => week,
            "month" => month,
            "quarter" => quarter,
            "year" => year,
            _ => term,
        }
    }

    /// A kind as an object of a sentence.
    pub(super) fn kind(&self, kind: Kind) -> &'static str {
        let [invoice, budget, retainer, week, reply] = self.kinds;
        match kind {
            Kind::InvoiceIssued => invoice,
            Kind::BudgetThreshold => budget,
            Kind::RetainerLow => retainer,
            Kind::WeeklySummary => week,
            Kind::CommentReply => reply,
        }
    }
}

/// Puts values in the places of a text. What stands in a value is never a place.
pub(super) fn fill(text: &str, values: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        filled.push_str(values.get(at).copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

static ENGLISH: Words = Words {
    tag: "en",
    point: '.',
    group: ',',
    months: month_name::ENGLISH,
    hello_name: "Hello {},",
    hello: "Hello,",
    subject: "{}: {}",
    and_one: "{}, and one more",
    and_more: "{}, and {} more",
    invoice: "invoice {}",
    credit_note: "credit note {}",
    total: "Total",
    due: "Due",
    budget: "{} of the budget is used: {}",
    budget_full: "the budget is used up: {}",
    used: "{} of {} are used ({}).",
    of: "{} of {} ({})",
    lasts: "At the pace of the last weeks it lasts until {}.",
    retainer_low: "little is left of the retainer",
    retainer_over: "the retainer is used up",
    left: "{} of {} are left in the retainer until {}.",
    over: "{} were used beyond it.",
    of_one: "{}: {}",
    terms: [
        "{} a week",
        "{} a month",
        "{} a quarter",
        "{} a year",
        "{} for the whole term",
    ],
    since: "{}, since {}",
    since_until: "{}, since {} until {}",
    week: "the week {}",
    hours: "Hours",
    by_member: "By person:",
    budgets: "Budgets, as used:",
    answer: "an answer to your question",
    answer_about: "an answer about {}",
    question: "a question",
    question_about: "a question about {}",
    wrote: "{} wrote:",
    read_on: "See it on the portal:",
    why: "This mail was sent because {} tells you of what concerns your work.",
    stop: "No more mail about {}:",
    stop_of: "No more mail about {} of {}:",
    stop_answer: "If you do not want mail like this, just answer this one.",
    stop_command: "Who is told of what: {}",
    kinds: [
        "new invoices",
        "budgets",
        "the retainer",
        "the hours of the week",
        "answers",
    ],
};

static GERMAN: Words = Words {
    tag: "de",
    point: ',',
    group: '.',
    months: month_name::GERMAN,
    hello_name: "Guten Tag {},",
    hello: "Guten Tag,",
    subject: "{}: {}",
    and_one: "{}, und eines mehr",
    and_more: "{}, und {} weitere",
    invoice: "Rechnung {}",
    credit_note: "Gutschrift {}",
    total: "Gesamt",
    due: "Fällig",
    budget: "{} des Budgets sind verbraucht: {}",
    budget_full: "das Budget ist aufgebraucht: {}",
    used: "{} von {} sind verbraucht ({}).",
    of: "{} von {} ({})",
    lasts: "Im Tempo der letzten Wochen reicht es bis {}.",
    retainer_low: "vom Kontingent ist wenig übrig",
    retainer_over: "das Kontingent ist aufgebraucht",
    left: "{} von {} sind im Kontingent bis {} übrig.",
    over: "{} wurden darüber hinaus verbraucht.",
    of_one: "{}: {}",
    terms: [
        "{} pro Woche",
        "{} pro Monat",
        "{} pro Quartal",
        "{} pro Jahr",
        "{} für die ganze Laufzeit",
    ],
    since: "{}, seit {}",
    since_until: "{}, seit {} bis {}",
    week: "die Woche vom {}",
    hours: "Stunden",
    by_member: "Nach Person:",
    budgets: "Budgets, soweit verbraucht:",
    answer: "eine Antwort auf Ihre Frage",
    answer_about: "eine Antwort zu {}",
    question: "eine Frage",
    question_about: "eine Frage zu {}",
    wrote: "{} schrieb:",
    read_on: "Auf dem Portal ansehen:",
    why: "Diese Nachricht kommt, weil {} Sie über Ihre Aufträge auf dem Laufenden hält.",
    stop: "Keine Nachrichten mehr über {}:",
    stop_of: "Keine Nachrichten mehr über {} von {}:",
    stop_answer: "Wenn Sie solche Nachrichten nicht wünschen, antworten Sie einfach auf diese.",
    stop_command: "Wer was erfährt: {}",
    kinds: [
        "neue Rechnungen",
        "Budgets",
        "das Kontingent",
        "die Stunden der Woche",
        "Antworten",
    ],
};

static FRENCH: Words = Words {
    tag: "fr",
    point: ',',
    group: '\u{202f}',
    months: month_name::FRENCH,
    hello_name: "Bonjour {},",
    hello: "Bonjour,",
    subject: "{} : {}",
    and_one: "{}, et un autre avis",
    and_more: "{}, et {} autres avis",
    invoice: "facture {}",
    credit_note: "avoir {}",
    total: "Total",
    due: "Échéance",
    budget: "{} du budget sont utilisés : {}",
    budget_full: "le budget est épuisé : {}",
    used: "{} sur {} sont utilisés ({}).",
    of: "{} sur {} ({})",
    lasts: "Au rythme des dernières semaines, il suffit jusqu'au {}.",
    retainer_low: "il reste peu du forfait",
    retainer_over: "le forfait est épuisé",
    left: "Il reste {} sur {} dans le forfait jusqu'au {}.",
    over: "{} ont été utilisés au-delà.",
    of_one: "{} : {}",
    terms: [
        "{} par semaine",
        "{} par mois",
        "{} par trimestre",
        "{} par an",
        "{} pour toute la durée",
    ],
    since: "{}, depuis le {}",
    since_until: "{}, depuis le {} jusqu'au {}",
    week: "la semaine du {}",
    hours: "Heures",
    by_member: "Par personne :",
    budgets: "Budgets utilisés :",
    answer: "une réponse à votre question",
    answer_about: "une réponse à propos de {}",
    question: "une question",
    question_about: "une question à propos de {}",
    wrote: "{} a écrit :",
    read_on: "À voir sur le portail :",
    why: "Ce message vous est envoyé parce que {} vous tient au courant de vos projets.",
    stop: "Ne plus recevoir de messages sur {} :",
    stop_of: "Ne plus recevoir de messages sur {} de {} :",
    stop_answer: "Si vous ne souhaitez plus de tels messages, répondez simplement à celui-ci.",
    stop_command: "Qui est informé de quoi : {}",
    kinds: [
        "les nouvelles factures",
        "les budgets",
        "le forfait",
        "les heures de la semaine",
        "les réponses",
    ],
};
