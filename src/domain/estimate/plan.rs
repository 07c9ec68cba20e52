//! What an accepted estimate becomes: phases and tasks with their budgets.

use crate::domain::Refusal;
use crate::values::amount::Amount;
use crate::values::duration::Seconds;
use crate::values::money::{Money, Rate};
use crate::values::text::{Line, fold};

use super::{Estimate, Task};

/// Work that was agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Of all tasks; none where there are none.
    pub seconds: Seconds,
    /// Of all tasks, before discount and tax.
    pub worth: Money,
    /// In the order in which they come first.
    pub phases: Vec<PlannedPhase>,
    pub tasks: Vec<PlannedTask>,
}

/// A phase with the sum of its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPhase {
    pub name: Line,
    pub seconds: Seconds,
    pub worth: Money,
}

/// A task as the project names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTask {
    /// With its phase in brackets where several phases have one of this name: a project has each name once.
    pub name: String,
    pub phase: Option<Line>,
    pub seconds: Seconds,
    pub rate: Rate,
}

impl Estimate {
    /// What it becomes when it is accepted.
    pub fn plan(&self) -> Result<Plan, Refusal> {
        let mut plan = Plan {
            seconds: Seconds::ZERO,
            worth: Money::zero(self.currency),
            phases: Vec::new(),
            tasks: Vec::new(),
        };
        for of in &self.lines {
            let Some(task) = &of.task else { continue };
            plan.seconds = Seconds(plan.seconds.0.saturating_add(task.seconds.0));
            plan.worth = plan.worth.checked_add(of.line.net)?;
            if let Some(phase) = &task.phase {
                plan.count(phase, task.seconds, of.line.net)?;
            }
            plan.tasks.push(PlannedTask {
                name: self.name_of(task),
                phase: task.phase.clone(),
                seconds: task.seconds,
                rate: rate(&of.line)?,
            });
        }
        Ok(plan)
    }

    fn name_of(&self, task: &Task) -> String {
        let name = fold(task.name.as_str());
        let alike = self.lines.iter().filter_map(|of| of.task.as_ref());
        let alike = alike.filter(|other| fold(other.name.as_str()) == name);
        match &task.phase {
            Some(phase) if alike.count() > 1 => format!("{} ({phase})", task.name),
            _ => task.name.to_string(),
        }
    }
}

impl Plan {
    fn count(&mut self, phase: &Line, seconds: Seconds, worth: Money) -> Result<(), Refusal> {
        let name = fold(phase.as_str());
        let known = |known: &&mut PlannedPhase| fold(known.name.as_str()) == name;
        match self.phases.iter_mut().find(known) {
            Some(known) => {
                known.seconds = Seconds(known.seconds.0.saturating_add(seconds.0));
                known.worth = known.worth.checked_add(worth)?;
            }
            None => self.phases.push(PlannedPhase {
                name: phase.clone(),
                seconds,
                worth,
            }),
        }
        Ok(())
    }
}

fn rate(line: &crate::domain::invoice::Line) -> Result<Rate, Refusal> {
    let mut price = line.unit_price;
    price.rescale(4);
    i64::try_from(price.mantissa())
        .map(Rate::from_ten_thousandths)
        .map_err(|_| Refusal::AmountTooLarge)
}

/// A budget with more in it; none where hours and money would be added up.
pub fn grown(budget: Option<Amount>, more: Amount) -> Result<Option<Amount>, Refusal> {
    Ok(match (budget, more) {
        (None, more) => Some(more),
        (Some(Amount::Hours(had)), Amount::Hours(more)) => {
            Some(Amount::Hours(Seconds(had.0.saturating_add(more.0))))
        }
        (Some(Amount::Money(had)), Amount::Money(more)) => {
            Some(Amount::Money(had.checked_add(more)?))
        }
        _ => None,
    })
}
