//! Who looks: one user of one client, with what the role and the switched-on sections leave to see. Knows no page and no table.

use crate::published::protocol::Role;
use crate::published::{
    About, Asked, Budget, BudgetUnit, Console, Entry, Figure, Projects, Sections,
};
use crate::values::amount::Amount;
use crate::values::id::PublicId;

/// Row number of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub i64);

/// Row number of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub i64);

/// A signed-in user of one client. Only a store makes one, out of a living session; every read of client data asks for it.
#[derive(Debug, Clone)]
pub struct Viewer {
    account: AccountId,
    client_row: i64,
    client: PublicId,
    user: PublicId,
    role: Role,
    console: Console,
}

/// What a page needs to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Being a user of the client.
    Membership,
    /// Single entries of time.
    Timesheet,
    /// Projects, budgets and tasks.
    Projects,
    /// Retainers.
    Retainer,
    /// Invoices and their files.
    Invoices,
    /// Work that no invoice holds yet.
    Unbilled,
    /// Questions and their answers.
    Questions,
    /// What waits for the client's approval, or had it.
    Approvals,
    /// Documents that are shared.
    Documents,
    /// What was spent for the client.
    Expenses,
    /// Sums by month, phase and person, or of what was billed.
    Reports,
}

impl Viewer {
    /// For stores: the membership a session was found to hold.
    pub(super) fn new(
        account: AccountId,
        client_row: i64,
        client: PublicId,
        user: PublicId,
        role: Role,
        console: Console,
    ) -> Self {
        Self {
            account,
            client_row,
            client,
            user,
            role,
            console,
        }
    }

    /// The account that publishes the client.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Row number of the client in the store that made this.
    pub(super) fn client_row(&self) -> i64 {
        self.client_row
    }

    /// The client, as addresses of pages name it.
    pub fn client(&self) -> &PublicId {
        &self.client
    }

    /// The user.
    pub fn user(&self) -> &PublicId {
        &self.user
    }

    /// The user's role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The published console, as far as the role reaches.
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Whether the section is on and the role reaches it.
    pub fn may(&self, need: Need) -> bool {
        may(self.role, &self.console.sections, need)
    }

    /// The console without what the role does not reach.
    pub(super) fn narrowed(mut self) -> Self {
        let (role, sections) = (self.role, self.console.sections);
        let may = |need| may(role, &sections, need);
        self.console.snapshots.retain(|figure| match figure {
            Figure::HoursWeek(_) | Figure::HoursTotal(_) => may(Need::Projects),
            Figure::BudgetLeft(_) => may(Need::Projects) && sections.budget,
            Figure::RetainerLeft(_) | Figure::RetainerLeftMoney(_) => may(Need::Retainer),
            Figure::Unbilled(_) | Figure::NextInvoice(_) => may(Need::Unbilled),
            Figure::Outstanding(_) => may(Need::Invoices),
        });
        if !may(Need::Projects) {
            self.console.hours = None;
        }
        if !may(Need::Unbilled) {
            self.console.unbilled = None;
        }
        // What projects there are is not for everybody.
        if let Some(unbilled) = self
            .console
            .unbilled
            .as_mut()
            .filter(|_| !may(Need::Projects))
        {
            unbilled.projects.clear();
        }
        if !sections.notes {
            self.console.welcome = None;
        }
        self
    }

    /// An entry without what the role does not reach.
    pub(super) fn narrow_entry(&self, entry: &mut Entry) {
        if !self.shows_amounts() {
            entry.amount = None;
        }
        if !self.may(Need::Invoices) {
            entry.invoice = None;
        }
        if !self.console.sections.clock {
            entry.clock = None;
        }
    }

    /// Projects without what the role does not reach.
    pub(super) fn narrow_projects(&self, all: &mut Projects) {
        let is_told = |budget: &Budget| match budget.unit {
            BudgetUnit::Hours { .. } => true,
            BudgetUnit::Money { .. } => self.shows_amounts(),
        };
        for project in &mut all.projects {
            project.budget = project.budget.take().filter(is_told);
            for phase in &mut project.phases {
                phase.budget = phase.budget.take().filter(is_told);
            }
        }
    }

    /// Whether the viewer may read and write about such an object. Whether it is there is for the store to say.
    pub fn may_ask(&self, about: &About) -> bool {
        self.may(Need::Questions)
            && match about {
                // About a request: as the request itself, which the store looks at.
                About::Client | About::Request(_) => true,
                About::Project(_) | About::Task(_) => self.may(Need::Projects),
                About::Entry(..) => self.may(Need::Timesheet),
                About::Invoice(_) => self.may(Need::Invoices),
            }
    }

    /// Whether a request is shown. Budgets are for all, those in money not for who does the work; time sheets are not for who pays.
    pub fn sees_request(&self, what: &Asked) -> bool {
        match what {
            Asked::Budget { by, .. } => matches!(by, Amount::Hours(_)) || self.role != Role::Work,
            Asked::Timesheet { .. } => self.role != Role::Finance,
        }
    }

    /// Whether the viewer answers it: who pays approves budgets, who does the work approves time, `full` does both.
    pub fn may_decide(&self, what: &Asked) -> bool {
        match what {
            Asked::Budget { .. } => self.role != Role::Work,
            Asked::Timesheet { .. } => self.role != Role::Finance,
        }
    }

    /// Whether amounts of single entries are shown.
    pub(super) fn shows_amounts(&self) -> bool {
        self.console.sections.rates && self.role == Role::Full
    }
}

/// The one rule of roles and sections.
fn may(role: Role, sections: &Sections, need: Need) -> bool {
    let work = matches!(role, Role::Full | Role::Work);
    let finance = matches!(role, Role::Full | Role::Finance);
    match need {
        Need::Membership => true,
        Need::Timesheet => work && sections.timesheets,
        Need::Projects => work,
        Need::Retainer => finance && sections.retainer,
        Need::Invoices => finance && sections.invoices,
        Need::Unbilled => finance && sections.unbilled,
        Need::Questions => sections.comments,
        // What is asked for is the owner's choice each time; who sees which of it is `sees_request`.
        Need::Approvals => true,
        Need::Documents => finance && sections.documents,
        Need::Expenses => finance && sections.expenses,
        Need::Reports => {
            may(role, sections, Need::Timesheet) || may(role, sections, Need::Invoices)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_narrow_and_sections_switch_off() {
        let all = Sections {
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
            clock: true,
            rates: true,
        };
        let none = Sections {
            timesheets: false,
            retainer: false,
            invoices: false,
            unbilled: false,
            comments: false,
            documents: false,
            expenses: false,
            ..all
        };
        let rows = [
            (Need::Membership, [true, true, true], true),
            (Need::Timesheet, [true, false, true], false),
            (Need::Projects, [true, false, true], true),
            (Need::Retainer, [true, true, false], false),
            (Need::Invoices, [true, true, false], false),
            (Need::Unbilled, [true, true, false], false),
            (Need::Questions, [true, true, true], false),
            (Need::Approvals, [true, true, true], true),
            (Need::Documents, [true, true, false], false),
            (Need::Expenses, [true, true, false], false),
            (Need::Reports, [true, true, true], false),
        ];
        for (need, expected, when_off) in rows {
            for (role, expected) in [Role::Full, Role::Finance, Role::Work]
                .into_iter()
                .zip(expected)
            {
                assert_eq!(may(role, &all, need), expected, "{role:?} {need:?}");
            }
            assert_eq!(may(Role::Full, &none, need), when_off, "{need:?} off");
        }
    }
}
