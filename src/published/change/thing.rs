//! What a client reads, thing by thing: each published type is taken apart without `..`, so that a new field does not compile until
//! somebody decides how a change of it is told.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::protocol::{User, Users};
use super::super::{
    Access, Asked, Author, Budget, BudgetUnit, ChunkKey, Console, Document, Documents, Entry,
    Expense, Expenses, Figure, HoursSummary, Invoice, InvoiceLine, Message, Month, Party, Phase,
    Project, Projects, Request, Retainer, RetainerPeriod, Sections, Talk, Task, Thread, Unbilled,
};
use super::{Change, Field, How, Names, Section, Side, Value};
use crate::values::amount::Amount;

use chrono::NaiveDate;

/// Something that a client sees, with what can be read of it.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) section: Section,
    /// Of all things of the section this one.
    pub(super) key: String,
    /// The part that it is in.
    pub(super) part: String,
    day: Option<NaiveDate>,
    name: Option<String>,
    note: Option<String>,
    value: Option<Value>,
    facts: Vec<(String, Value)>,
}

impl Thing {
    /// All that is in some parts.
    pub(super) fn all(sides: &[Side<'_>], names: &Names) -> Vec<Self> {
        let mut things = Vec::new();
        for side in sides {
            let part = side.key.to_string();
            let found = read(side, names).unwrap_or_else(|| {
                let mut whole = Self::new(Section::Part, &part).named(&part);
                whole.fact("content", side.digest.as_str());
                vec![whole]
            });
            things.extend(found.into_iter().map(|thing| Self {
                part: part.clone(),
                ..thing
            }));
        }
        things
    }

    fn new(section: Section, key: &str) -> Self {
        Self {
            section,
            key: key.to_owned(),
            part: String::new(),
            day: None,
            name: None,
            note: None,
            value: None,
            facts: Vec::new(),
        }
    }

    fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.push((name.to_owned(), value.into()));
    }

    fn maybe(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.fact(name, value);
        }
    }

    /// That it is new, or gone. Files come and go with what they belong to.
    pub(super) fn whole(&self, how: How) -> Option<Change> {
        (self.section != Section::File).then(|| Change {
            section: self.section,
            how,
            count: 1,
            day: self.day,
            until: None,
            name: self.name.clone(),
            note: self.note.clone(),
            value: self.value.clone(),
            fields: Vec::new(),
        })
    }

    /// What reads otherwise than before.
    pub(super) fn changed_from(&self, before: &Self) -> Option<Change> {
        let find = |facts: &[(String, Value)], name: &str| {
            let found = facts.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let mut fields: Vec<Field> = Vec::new();
        let gone = before.facts.iter().filter(|(name, _)| {
            // Told where it is still there.
            find(&self.facts, name).is_none()
        });
        for (name, _) in self.facts.iter().chain(gone) {
            let field = Field {
                name: name.clone(),
                was: find(&before.facts, name),
                is: find(&self.facts, name),
            };
            // The console tells one number in several places; once is enough.
            let twice = self.section == Section::Console
                && fields
                    .iter()
                    .any(|other| (&other.was, &other.is) == (&field.was, &field.is));
            if field.was != field.is && !twice {
                fields.push(field);
            }
        }
        (!fields.is_empty()).then(|| Change {
            fields,
            how: How::Changed,
            section: self.section,
            count: 1,
            day: before.day,
            until: None,
            name: before.name.clone(),
            note: self.note.clone(),
            value: self.value.clone(),
        })
    }
}

fn parse<T: DeserializeOwned>(side: &Side<'_>) -> Option<T> {
    serde_json::from_slice(side.body?).ok()
}

/// What is in a part; nothing can be told of one that does not read, for an older program wrote it.
fn read(side: &Side<'_>, names: &Names) -> Option<Vec<Thing>> {
    Some(match side.key {
        ChunkKey::Console => of_console(&parse(side)?),
        ChunkKey::Users => {
            let Users { users } = parse(side)?;
            users.iter().map(of_user).collect()
        }
        ChunkKey::Projects => {
            let Projects { projects } = parse(side)?;
            projects.iter().flat_map(of_project).collect()
        }
        ChunkKey::Retainers => {
            let retainers: Vec<Retainer> = parse(side)?;
            retainers.iter().flat_map(of_retainer).collect()
        }
        ChunkKey::Talk => {
            let Talk { threads, requests } = parse(side)?;
            let threads = threads.iter().flat_map(of_thread);
            threads.chain(requests.iter().map(of_request)).collect()
        }
        ChunkKey::Documents => {
            let Documents { documents } = parse(side)?;
            documents.iter().map(of_document).collect()
        }
        ChunkKey::Expenses(_) => {
            let Expenses { year: _, expenses } = parse(side)?;
            expenses.iter().map(|one| of_expense(one, names)).collect()
        }
        ChunkKey::Month(_) => {
            let Month { month: _, entries } = parse(side)?;
            let entries = entries.iter().map(|entry| of_entry(entry, names));
            entries.collect()
        }
        ChunkKey::Invoice(_) => vec![of_invoice(&parse(side)?)],
        ChunkKey::File(name) => vec![file(name, side)],
        ChunkKey::Document(id) => vec![file(id.as_str(), side)],
    })
}

fn file(name: &str, side: &Side<'_>) -> Thing {
    let mut file = Thing::new(Section::File, name).named(name);
    file.fact("content", side.digest.as_str());
    file
}

/// The word of a value on the wire.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn of_console(console: &Console) -> Vec<Thing> {
    let Console {
        client,
        business,
        language,
        zone,
        currency,
        as_of,
        sections,
        access,
        snapshots,
        welcome,
        hours,
        unbilled,
    } = console;
    let mut thing = Thing::new(Section::Console, "");
    thing.fact("client", client.as_str());
    thing.fact("business", business.as_str());
    thing.fact("language", language.as_str());
    thing.fact("zone", zone.as_str());
    thing.fact("currency", currency.code());
    thing.fact("welcome", welcome.as_deref().unwrap_or_default());
    for figure in snapshots {
        let (name, value) = of_figure(figure);
        thing.fact(name, value);
    }
    if let Some(hours) = hours {
        of_hours(hours, &mut thing);
    }
    if let Some(Unbilled {
        seconds,
        amount,
        invoice,
        projects: _, // the sum tells it
    }) = unbilled
    {
        thing.fact("unbilled", *seconds);
        thing.maybe("unbilled-amount", *amount);
        thing.maybe("next-invoice", *invoice);
    }
    thing.fact("figures-of", *as_of);
    vec![thing, of_sections(sections), of_access(access)]
}

fn of_figure(figure: &Figure) -> (&'static str, Value) {
    match figure {
        Figure::HoursWeek(seconds) => ("hours-this-week", (*seconds).into()),
        Figure::HoursTotal(seconds) => ("hours-in-all", (*seconds).into()),
        Figure::BudgetLeft(seconds) => ("budget-left", (*seconds).into()),
        Figure::RetainerLeft(seconds) => ("retainer-left", (*seconds).into()),
        Figure::RetainerLeftMoney(money) => ("retainer-left", (*money).into()),
        Figure::Unbilled(seconds) => ("unbilled", (*seconds).into()),
        Figure::NextInvoice(money) => ("next-invoice", (*money).into()),
        Figure::Outstanding(money) => ("outstanding", (*money).into()),
    }
}

fn of_hours(hours: &HoursSummary, thing: &mut Thing) {
    let HoursSummary {
        week,
        by_member,
        week_total,
        total,
        weeks,
    } = hours;
    thing.fact("hours-this-week", *week_total);
    thing.fact("hours-in-all", *total);
    thing.fact("week-of", week.from);
    for member in by_member {
        thing.fact(&format!("hours-of {}", member.member), member.seconds);
    }
    for (first, seconds) in weeks {
        thing.fact(&format!("week-of {first}"), *seconds);
    }
}

fn of_sections(sections: &Sections) -> Thing {
    let Sections {
        timesheets,
        budget,
        phases,
        tasks,
        retainer,
        invoices,
        unbilled,
        expenses,
        documents,
        notes,
        comments,
        clock,
        rates,
    } = sections;
    let mut thing = Thing::new(Section::Sections, "");
    for (name, on) in [
        ("timesheets", timesheets),
        ("budget", budget),
        ("phases", phases),
        ("tasks", tasks),
        ("retainer", retainer),
        ("invoices", invoices),
        ("unbilled", unbilled),
        ("expenses", expenses),
        ("documents", documents),
        ("notes", notes),
        ("comments", comments),
        ("clock", clock),
        ("rates", rates),
    ] {
        thing.fact(name, *on);
    }
    thing
}

fn of_access(access: &Access) -> Thing {
    let Access {
        mfa_required,
        ip_allow,
        session_timeout_minutes,
    } = access;
    let mut thing = Thing::new(Section::Access, "");
    thing.fact("second-factor-required", *mfa_required);
    let networks = match ip_allow.is_empty() {
        true => "everywhere".to_owned(),
        false => ip_allow.join(", "),
    };
    thing.fact("from", networks);
    thing.fact("idle-minutes", *session_timeout_minutes);
    thing
}

fn of_user(user: &User) -> Thing {
    let User {
        id,
        email,
        name,
        role,
        enabled,
        invitation,
        unsubscribe_hash: _, // the same from the first push on
        muted,
    } = user;
    let mut thing = Thing::new(Section::User, id.as_str()).named(email);
    thing.note = Some(role.word().to_owned());
    thing.fact("email", email.as_str());
    thing.maybe("name", name.as_deref());
    thing.fact("role", role.word());
    thing.fact("enabled", *enabled);
    for kind in muted {
        thing.fact(&format!("notices {}", word(kind)), "off");
    }
    thing.maybe(
        "invited-until",
        invitation
            .as_ref()
            .map(|invitation| invitation.expires.date_naive()),
    );
    thing.maybe(
        "invitation",
        invitation.as_ref().map(|invitation| {
            invitation
                .token_hash
                .as_str()
                .chars()
                .take(8)
                .collect::<String>()
        }),
    );
    thing
}

fn of_budget(budget: &Budget, thing: &mut Thing) {
    let Budget {
        unit,
        burn_rate,
        projected_completion,
        percent,
        weeks: _, // the chart of what is used
    } = budget;
    let (allocated, used, left) = match unit {
        BudgetUnit::Hours {
            allocated,
            used,
            left,
        } => ((*allocated).into(), (*used).into(), (*left).into()),
        BudgetUnit::Money {
            allocated,
            used,
            left,
        } => ((*allocated).into(), (*used).into(), (*left).into()),
    };
    let (allocated, used, left): (Value, Value, Value) = (allocated, used, left);
    thing.fact("budget", allocated);
    thing.fact("budget-used", used);
    thing.fact("budget-left", left);
    thing.fact("percent-used", *percent);
    thing.fact("hours-a-week", *burn_rate);
    thing.maybe("lasts-until", *projected_completion);
}

fn of_project(project: &Project) -> Vec<Thing> {
    let Project {
        id,
        name,
        closed,
        due,
        seconds,
        budget,
        phases,
        tasks,
        team,
    } = project;
    let mut thing = Thing::new(Section::Project, id.as_str()).named(name);
    thing.fact("name", name.as_str());
    thing.fact("closed", *closed);
    thing.maybe("due", *due);
    thing.fact("hours", *seconds);
    if let Some(budget) = budget {
        of_budget(budget, &mut thing);
    }
    for member in team {
        thing.fact(&format!("hours-of {}", member.member), member.seconds);
    }
    let mut things = vec![thing];
    things.extend(phases.iter().map(|phase| of_phase(project, phase)));
    things.extend(tasks.iter().map(|task| of_task(project, task)));
    things
}

fn of_phase(project: &Project, phase: &Phase) -> Thing {
    let Phase {
        name,
        closed,
        due,
        seconds,
        budget,
    } = phase;
    let mut thing = Thing::new(Section::Phase, &format!("{}/{name}", project.id))
        .named(&format!("{} / {name}", project.name));
    thing.fact("closed", *closed);
    thing.maybe("due", *due);
    thing.fact("hours", *seconds);
    if let Some(budget) = budget {
        of_budget(budget, &mut thing);
    }
    thing
}

fn of_task(project: &Project, task: &Task) -> Thing {
    let Task {
        id,
        name,
        phase,
        doing,
        done,
        due,
        seconds,
    } = task;
    let mut thing =
        Thing::new(Section::Task, id.as_str()).named(&format!("{} / {name}", project.name));
    thing.fact("name", name.as_str());
    thing.maybe("phase", phase.as_deref());
    thing.fact("in-work", *doing);
    thing.fact("done", *done);
    thing.maybe("due", *due);
    thing.fact("hours", *seconds);
    thing
}

fn of_retainer(retainer: &Retainer) -> Vec<Thing> {
    let Retainer {
        id,
        per,
        allowance,
        start,
        end,
        periods,
    } = retainer;
    let name = format!("{allowance} a {per}");
    let mut thing = Thing::new(Section::Retainer, id.as_str()).named(&name);
    thing.fact("per", per.as_str());
    thing.fact("allowance", *allowance);
    thing.fact("start", *start);
    thing.maybe("end", *end);
    let mut things = vec![thing];
    things.extend(
        periods
            .iter()
            .map(|period| of_period(retainer, &name, period)),
    );
    things
}

fn of_period(retainer: &Retainer, name: &str, period: &RetainerPeriod) -> Thing {
    let RetainerPeriod {
        period,
        current,
        granted,
        carried_in,
        used,
        left,
        overage,
        expires,
        draws,
    } = period;
    let key = format!("{}/{}", retainer.id, period.from);
    let mut thing = Thing::new(Section::Period, &key).named(name);
    thing.day = Some(period.from);
    thing.value = Some((*left).into());
    let left_word = match left {
        Amount::Hours(_) => "hours-left",
        Amount::Money(_) => "left",
    };
    thing.fact(left_word, *left);
    thing.fact("used", *used);
    thing.fact("granted", *granted);
    thing.fact("carried-in", *carried_in);
    thing.fact("overage", *overage);
    thing.fact("running", *current);
    thing.fact("until", period.to);
    for (day, amount) in expires {
        thing.fact(&format!("expires {day}"), *amount);
    }
    for (place, draw) in (1..).zip(draws) {
        let what = draw.description.as_deref().unwrap_or_default();
        let text = format!("{} {} {} {what}", draw.day, draw.amount, draw.member);
        thing.fact(&format!("draw {place}"), text.trim_end());
    }
    thing
}

fn of_thread(thread: &Thread) -> Vec<Thing> {
    let Thread {
        id,
        about,
        name,
        done,
        messages,
    } = thread;
    let title = name.clone().unwrap_or_else(|| about.to_string());
    let mut thing = Thing::new(Section::Question, id.as_str()).named(&title);
    thing.fact("about", about.to_string());
    thing.fact("name", title.as_str());
    thing.fact("done", *done);
    let mut things = vec![thing];
    things.extend(messages.iter().map(of_message));
    things
}

fn of_message(message: &Message) -> Thing {
    let Message {
        id,
        day,
        author,
        text,
    } = message;
    let author = match author {
        Author::User { id: _, name } | Author::Team { name } => name,
    };
    let mut thing = Thing::new(Section::Message, id.as_str()).named(author);
    thing.day = Some(*day);
    thing.note = Some(text.clone());
    thing.fact("author", author.as_str());
    thing.fact("day", *day);
    thing.fact("text", text.as_str());
    thing
}

fn of_request(request: &Request) -> Thing {
    let Request {
        id,
        asked,
        what,
        note,
        answer,
    } = request;
    let mut thing = Thing::new(Section::Request, id.as_str());
    thing.day = Some(*asked);
    thing.note.clone_from(note);
    match what {
        Asked::Budget {
            project: _,
            name,
            by,
            change,
            monthly,
        } => {
            thing.name = Some(format!("budget of {name}"));
            thing.value = Some((*by).into());
            thing.fact("by", *by);
            if let Some((from, to)) = change {
                thing.fact("budget-now", *from);
                thing.fact("budget-then", *to);
            }
            thing.fact("monthly", *monthly);
        }
        Asked::Timesheet {
            from,
            to,
            seconds,
            rows,
        } => {
            thing.name = Some(format!("time sheet {from} to {to}"));
            thing.value = Some((*seconds).into());
            thing.fact("time", *seconds);
            thing.fact("rows", rows.len() as u64);
        }
    }
    thing.maybe("note", note.as_deref());
    let answer = answer.as_ref().map(|answer| match answer.approved {
        true if answer.taken_back => format!("approved by {}, and taken back", answer.by),
        true if answer.partly => format!("approved by {}, and changed in part", answer.by),
        true => format!("approved by {}", answer.by),
        false => format!("declined by {}", answer.by),
    });
    thing.maybe("answer", answer);
    thing
}

fn of_document(document: &Document) -> Thing {
    let Document {
        id,
        name,
        kind,
        day,
        size,
    } = document;
    let mut thing = Thing::new(Section::Document, id.as_str()).named(name);
    thing.day = Some(*day);
    thing.fact("name", name.as_str());
    thing.fact("kind", word(kind));
    thing.fact("day", *day);
    thing.fact("bytes", *size);
    thing
}

fn of_expense(expense: &Expense, names: &Names) -> Thing {
    let Expense {
        id,
        day,
        project,
        category,
        description,
        amount,
        invoice,
    } = expense;
    let project = names.of(project).unwrap_or("a project");
    let mut thing = Thing::new(Section::Expense, id.as_str()).named(project);
    thing.day = Some(*day);
    thing.note = description.clone().or_else(|| category.clone());
    thing.value = Some((*amount).into());
    thing.fact("amount", *amount);
    thing.maybe("description", description.as_deref());
    thing.maybe("category", category.as_deref());
    thing.fact("day", *day);
    thing.fact("project", project);
    thing.maybe("invoice", invoice.as_deref());
    thing
}

fn of_entry(entry: &Entry, names: &Names) -> Thing {
    let Entry {
        id,
        day,
        clock,
        seconds,
        billable,
        project,
        phase,
        task,
        member,
        description,
        amount,
        invoice,
    } = entry;
    let project = names.of(project).unwrap_or("a project");
    let mut thing = Thing::new(Section::Entry, id.as_str()).named(project);
    thing.day = Some(*day);
    thing.note.clone_from(description);
    thing.value = Some((*seconds).into());
    thing.fact("time", *seconds);
    thing.maybe("description", description.as_deref());
    thing.fact("day", *day);
    thing.maybe(
        "clock",
        clock
            .as_ref()
            .map(|clock| format!("{}–{}", clock.start, clock.end)),
    );
    thing.fact("project", project);
    thing.maybe("phase", phase.as_deref());
    thing.maybe("task", task.as_deref());
    thing.fact("member", member.as_str());
    thing.fact("billable", *billable);
    thing.maybe("amount", *amount);
    thing.maybe("invoice", invoice.as_deref());
    thing
}

fn of_party(party: &Party) -> String {
    let Party {
        name,
        address,
        country,
        email,
        phone,
        tax_id,
        iban,
        bic,
        attention,
    } = party;
    let rest = [country, email, phone, tax_id, iban, bic, attention];
    let rest = rest.into_iter().flatten();
    let lines: Vec<&str> = std::iter::once(name)
        .chain(address)
        .chain(rest)
        .map(String::as_str)
        .collect();
    lines.join(", ")
}

fn of_line(line: &InvoiceLine) -> String {
    let InvoiceLine {
        description,
        quantity,
        unit: _,
        unit_price,
        adjustment: _, // part of the net
        net,
        tax_rate,
        tax_category: _, // goes with the rate and the taxes
    } = line;
    format!("{description}: {quantity} × {unit_price} = {net}, {tax_rate} %")
}

fn of_invoice(invoice: &Invoice) -> Thing {
    let Invoice {
        id,
        kind,
        number,
        corrects,
        state,
        issue_date,
        due_date,
        period,
        currency: _, // told by the amounts
        language,
        seller,
        buyer,
        purchase_order,
        project_reference,
        introduction,
        lines,
        line_total: _, // the lines tell it
        discount,
        discount_for,
        surcharge,
        net,
        taxes,
        total,
        tax_note,
        payments,
        paid,
        credits,
        balance,
        payment_terms,
        closing,
        file,
        e_invoice,
    } = invoice;
    let name = number.clone().unwrap_or_else(|| id.to_string());
    let mut thing = Thing::new(Section::Invoice, id.as_str()).named(&name);
    thing.day = Some(*issue_date);
    thing.value = Some((*total).into());
    thing.fact("state", word(state));
    thing.fact("total", *total);
    thing.fact("paid", *paid);
    thing.fact("balance", *balance);
    thing.fact("net", *net);
    thing.fact("kind", word(kind));
    thing.fact("issued", *issue_date);
    thing.maybe("due", *due_date);
    thing.maybe("corrects", corrects.as_deref());
    thing.maybe("from", period.map(|period| period.from));
    thing.maybe("to", period.map(|period| period.to));
    thing.fact("language", language.as_str());
    thing.fact("seller", of_party(seller));
    thing.fact("buyer", of_party(buyer));
    thing.maybe("purchase-order", purchase_order.as_deref());
    thing.maybe("project-reference", project_reference.as_deref());
    thing.maybe("introduction", introduction.as_deref());
    for (place, line) in (1..).zip(lines) {
        thing.fact(&format!("line {place}"), of_line(line));
    }
    thing.fact("discount", *discount);
    thing.maybe("discount-for", discount_for.reason.as_deref());
    thing.maybe(
        "surcharge",
        surcharge.as_ref().map(|surcharge| surcharge.amount),
    );
    for (place, tax) in (1..).zip(taxes) {
        thing.fact(
            &format!("tax {place}"),
            format!("{} % = {}", tax.rate, tax.amount),
        );
    }
    thing.maybe("tax-note", tax_note.as_deref());
    for (place, payment) in (1..).zip(payments) {
        let method = payment.method.as_deref().unwrap_or_default();
        let text = format!("{} {} {method}", payment.date, payment.amount);
        thing.fact(&format!("payment {place}"), text.trim_end());
    }
    for credit in credits {
        thing.fact(&format!("credit-note {}", credit.number), credit.amount);
    }
    thing.maybe("payment-terms", payment_terms.as_deref());
    thing.maybe("closing", closing.as_deref());
    thing.maybe("file", file.as_deref());
    thing.maybe("e-invoice", e_invoice.as_deref());
    thing
}
