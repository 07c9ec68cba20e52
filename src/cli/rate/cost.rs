//! `loggia rate … --cost`: what an hour of members costs.

use serde::Serialize;

use crate::app::report::Names;
use crate::domain::cost::DatedCost;

use super::super::client::references;
use super::super::table::{Column, table};
use super::super::terminal::{Page, View};

/// What an hour of a member costs.
#[derive(Debug, Serialize)]
pub(super) struct CostView {
    id: i64,
    member: String,
    cost: String,
    from: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct CostList(pub(super) Vec<CostView>);

impl CostView {
    pub(super) fn of(cost: &DatedCost, names: &Names) -> Self {
        let DatedCost {
            key,
            member,
            from,
            rate,
        } = cost;
        let member = names.members.get(member);
        Self {
            id: key.0,
            member: member.map(|(slug, _)| slug.clone()).unwrap_or_default(),
            cost: rate.to_string(),
            from: from.map(|day| day.to_string()),
        }
    }
}

impl View for CostView {
    fn text(&self, page: &mut Page) {
        let from = match &self.from {
            Some(day) => format!("from {day}"),
            None => "from the beginning".to_owned(),
        };
        page.heading(&format!(
            "an hour of {} costs {}, {from}",
            self.member, self.cost
        ));
    }

    fn reference(&self) -> String {
        self.id.to_string()
    }
}

impl View for CostList {
    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.line(
                "no cost rates; `loggia rate set AMOUNT --cost --member MEMBER` sets what an hour costs",
            );
            return;
        }
        let columns = [
            Column::Number("id"),
            Column::Text("member"),
            Column::Number("cost"),
            Column::Text("from"),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|cost| {
                vec![
                    cost.id.to_string(),
                    cost.member.clone(),
                    cost.cost.clone(),
                    cost.from.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(page, &columns, &rows, None);
    }

    fn reference(&self) -> String {
        references(&self.0)
    }
}
