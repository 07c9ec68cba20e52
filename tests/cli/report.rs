//! Reports: sums under any grouping, against the period before, as tables and files; what is unbilled, owed and worked.

use serde_json::Value;

use crate::sandbox::{Sandbox, missing_keys};

/// Two clients of different currencies, two members, work in October and November.
fn agency() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("client add Bolt --slug bolt --currency CHF");
    s.ok("project add bolt App");
    s.ok("project add acme Shop");
    s.ok("member add Jo");
    for work in [
        "acme/website 2h --date 2026-10-05 --tag a --tag b",
        "acme/website 3h --date 2026-11-02 --tag a",
        "acme/website 1h --date 2026-11-03 --non-billable",
        "acme/shop 4h --date 2026-11-09 --by jo",
        "bolt/app 1h30m --date 2026-11-09",
        "bolt/app 6h --date 2026-10-12 --by jo",
    ] {
        s.ok(&format!("time log {work}"));
    }
    s
}

fn rows(report: &Value) -> Vec<&Value> {
    report["rows"].as_array().unwrap().iter().collect()
}

fn sum(report: &Value, key: &str) -> i64 {
    rows(report)
        .iter()
        .map(|row| row[key].as_i64().unwrap())
        .sum()
}

#[test]
fn every_grouping_adds_up_to_the_same() {
    let s = agency();
    let total = s.json("time report all")["total"].clone();
    assert_eq!(total["seconds"], 17 * 3600 + 1800);
    for by in [
        "client",
        "project",
        "task",
        "member",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "billable",
        "client,month",
        "month,client,project",
        "member,quarter,billable",
    ] {
        let report = s.json(&format!("time report all --by {by}"));
        assert_eq!(report["total"], total, "{by}");
        assert_eq!(sum(&report, "seconds"), total["seconds"], "{by}");
        assert_eq!(
            sum(&report, "billable_seconds"),
            total["billable_seconds"],
            "{by}"
        );
    }
}

#[test]
fn an_entry_with_two_tags_stands_in_two_rows_and_counts_once_in_totals() {
    let s = agency();
    let report = s.json("time report all --by client,tag");
    assert_eq!(sum(&report, "seconds"), (17 * 2 + 1) * 1800 + 7200);
    assert_eq!(report["total"]["seconds"], 17 * 3600 + 1800);
    let acme = &report["subtotals"][0];
    assert_eq!(acme["key"], serde_json::json!({"client": "acme"}));
    assert_eq!(acme["seconds"], 10 * 3600);
}

#[test]
fn quarters_years_and_billability_are_keys() {
    let s = agency();
    let keys = |by: &str| -> Vec<Value> {
        let report = s.json(&format!("time report all --by {by}"));
        rows(&report)
            .iter()
            .map(|row| row["key"][by].clone())
            .collect()
    };
    assert_eq!(keys("quarter"), ["2026-Q4"]);
    assert_eq!(keys("year"), ["2026"]);
    assert_eq!(keys("billable"), [Value::from(false), Value::from(true)]);
}

#[test]
fn amounts_of_two_currencies_stand_beside_each_other() {
    let s = agency();
    let report = s.json("time report 2026-11 --by month");
    let november = rows(&report)[0];
    assert_eq!(november["amount"], Value::Null);
    let amounts = november["amounts"].as_array().unwrap();
    let text = |amount: &Value| format!("{} {}", amount["amount"], amount["currency"]);
    let texts: Vec<_> = amounts.iter().map(text).collect();
    assert_eq!(texts, [r#""142.50" "CHF""#, r#""665.00" "EUR""#]);
    s.ok("time report 2026-11 --by month")
        .says("142.50 CHF")
        .says("665.00 EUR");
}

#[test]
fn a_month_is_held_against_the_month_before() {
    let s = agency();
    let report = s.json("time report 2026-11 --by client --compare");
    assert_eq!(report["compared_with"]["from"], "2026-10-01");
    assert_eq!(report["compared_with"]["to"], "2026-10-31");
    let acme = rows(&report)[0];
    assert_eq!(acme["hours"], "8.00");
    assert_eq!(acme["before"]["hours"], "2.00");
    assert_eq!(acme["change"]["hours"], "6.00");
    assert_eq!(acme["change"]["percent"], "300.0");
    assert_eq!(acme["change"]["amount"], "475.00");
    let bolt = rows(&report)[1];
    assert_eq!(bolt["change"]["hours"], "-4.50");
    // What was only in the period before is there too, and without --compare nothing is.
    let member = s.json("time report 2026-11-02..2026-11-08 --by member --compare");
    assert_eq!(rows(&member).len(), 1);
    let october = s.json("time report 2026-10-13..2026-10-14 --by member --compare");
    assert_eq!(rows(&october)[0]["hours"], "0.00");
    assert_eq!(rows(&october)[0]["change"]["percent"], "-100.0");
    assert_eq!(
        s.json("time report 2026-11")["rows"][0]["before"],
        Value::Null
    );
    s.ok("time report 2026-11 --by client --compare")
        .says("300.0");
}

#[test]
fn a_comparison_needs_a_period_before_and_keys_that_both_have() {
    let s = agency();
    s.fails("time report all --compare", 2, "usage.compare");
    s.fails("time report 2026-11 --by day --compare", 2, "usage.compare");
    s.fails(
        "time report 2026-11 --by client --sort day",
        2,
        "usage.sort",
    );
    s.loggia("time report --sort wrong").exits(2);
    s.loggia("time report --limit 0").exits(2);
    s.loggia("time report --by").exits(2);
}

#[test]
fn groups_are_sorted_as_groups_and_cut_as_groups() {
    let s = agency();
    let keys = |line: &str| -> Vec<String> {
        let report = s.json(line);
        let key = |row: &&Value| row["key"]["project"].as_str().unwrap().to_owned();
        rows(&report).iter().map(key).collect()
    };
    let all = "time report all --by client,project";
    assert_eq!(keys(all), ["acme/shop", "acme/website", "bolt/app"]);
    assert_eq!(
        keys(&format!("{all} --sort -hours")),
        ["acme/website", "acme/shop", "bolt/app"]
    );
    assert_eq!(
        keys(&format!("{all} --sort hours")),
        ["bolt/app", "acme/shop", "acme/website"]
    );
    assert_eq!(
        keys(&format!("{all} --sort -client")),
        ["bolt/app", "acme/shop", "acme/website"]
    );
    let top = s.json(&format!("{all} --sort -hours --limit 1"));
    assert_eq!(rows(&top).len(), 2, "both projects of the first client");
    assert_eq!(top["left_out"], 1);
    assert_eq!(top["total"], s.json("time report all")["total"]);
}

#[test]
fn files_have_rows_alone_and_tables_have_totals() {
    let s = agency();
    let csv = s
        .ok("time report all --by client,project --format csv")
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    for name in [
        "client",
        "project",
        "hours",
        "billable",
        "billed",
        "amount_eur",
        "amount_chf",
    ] {
        assert!(header.iter().any(|column| column == name), "{header:?}");
    }
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 3);
    let hours = header.iter().position(|column| column == "hours").unwrap();
    assert_eq!(&records[1][hours], "6.00");

    let table = s.ok("time report all --by client,project").stdout;
    assert_eq!(
        table.matches("total").count(),
        2,
        "one group of two rows, and all: {table}"
    );
    let json = s
        .ok("time report all --by client,project --format json")
        .stdout;
    assert_eq!(
        json,
        s.ok("time report all --by client,project --json").stdout
    );

    for (format, magic) in [("xlsx", &b"PK"[..]), ("pdf", b"%PDF")] {
        s.ok(&format!(
            "time report all --by client --format {format} --output r.{format}"
        ));
        let bytes = std::fs::read(s.path(&format!("r.{format}"))).unwrap();
        assert!(bytes.starts_with(magic), "{format}");
    }
}

#[test]
fn work_without_a_rate_is_told_and_in_no_amount() {
    let s = Sandbox::empty();
    s.ok("init --business X --currency EUR --zone Europe/Berlin --owner Mara");
    s.ok("client add Acme --slug acme");
    s.ok("project add acme Website");
    s.ok("project add acme Shop");
    s.ok("rate set 100 --project acme/shop");
    s.ok("time log acme/website 2h");
    s.ok("time log acme/shop 1h");
    let total = s.json("time report today")["total"].clone();
    assert_eq!(total["amount"], Value::Null);
    assert_eq!(total["amounts"][0]["amount"], "100.00");
    assert_eq!(total["hours_without_rate"], "2.00");
    s.ok("time report today").says("loggia rate set");

    let unbilled = s.json("report unbilled");
    assert_eq!(unbilled["totals"][0]["hours_without_rate"], "2.00");
    assert_eq!(unbilled["totals"][0]["amount"], "100.00");
    s.ok("report unbilled").says("WITHOUT RATE");
}

#[test]
fn unbilled_work_is_told_by_project_and_age_and_what_a_retainer_covers_is_not() {
    let s = agency();
    let report = s.json("report unbilled");
    let row = rows(&report)[0];
    let keys = "client project name seconds hours amount currency hours_without_rate since";
    assert_eq!(missing_keys(row, keys), [""; 0]);
    assert_eq!(row["project"], "acme/shop");
    assert_eq!(report["totals"].as_array().unwrap().len(), 2);
    let website = rows(&report)[1];
    assert_eq!(
        (&website["hours"], &website["since"]),
        (&"5.00".into(), &"2026-10-05".into())
    );

    let old = s.json("report unbilled --older-than 30d");
    assert_eq!(old["through"], "2026-10-20");
    assert_eq!(rows(&old).len(), 2);
    let by_client = s.json("report unbilled --by client --client acme");
    assert_eq!(rows(&by_client).len(), 1);
    assert_eq!(by_client["rows"][0]["hours"], "9.00");
    assert_eq!(by_client["rows"][0]["project"], Value::Null);

    s.ok("retainer add bolt --hours 5 --from 2026-11-01");
    let bolt = s.json("report unbilled --client bolt");
    assert_eq!(bolt["rows"][0]["hours"], "6.00", "that of October");
    s.ok("invoice create acme 2026-10..2026-11");
    s.ok("report unbilled --client acme")
        .says("nothing is unbilled");
    s.loggia("report unbilled --older-than soon").exits(2);
    s.fails("report unbilled --client nobody", 3, "client.not_found");
}

#[test]
fn what_is_owed_ages_and_was_once_what_it_was() {
    let mut s = agency();
    let number = s
        .ok("invoice create acme 2026-10 --quiet")
        .reference()
        .to_owned();
    let total = s.json(&format!("invoice show {number}"))["total"].clone();
    let aging = s.json("report aging");
    assert_eq!(aging["rows"][0]["not_due"], total);
    assert_eq!(aging["totals"][0]["currency"], "EUR");
    // Due after 14 days, on 4 December.
    for (day, bucket) in [
        ("2026-12-04", "not_due"),
        ("2026-12-05", "days_1_30"),
        ("2027-01-03", "days_1_30"),
        ("2027-01-04", "days_31_60"),
        ("2027-02-03", "days_61_90"),
        ("2027-03-05", "days_over_90"),
    ] {
        let row = s.json(&format!("report aging --as-of {day}"))["rows"][0].clone();
        assert_eq!(row[bucket], total, "{day}");
        assert_eq!(row["total"], total, "{day}");
    }
    let before = s.json("report aging --as-of 2026-11-19");
    assert_eq!(
        before["rows"],
        serde_json::json!([]),
        "it was not there yet"
    );

    s.at("2027-01-10T12:00:00Z");
    s.ok(&format!("invoice pay {number} {}", total.as_str().unwrap()));
    s.ok("report aging").says("nothing is owed");
    let then = s.json("invoice aging --as-of 2027-01-09");
    assert_eq!(then["rows"][0]["days_31_60"], total, "it was not paid yet");
    let csv = s.ok("report aging --as-of 2027-01-09 --format csv").stdout;
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[test]
fn utilisation_is_billable_of_what_can_be_worked() {
    let s = agency();
    let report = s.json("report utilisation 2026-11");
    // 15 Mondays to Fridays up to 20 November.
    let mara = rows(&report)[1];
    assert_eq!(mara["member"], "mara");
    assert_eq!(mara["hours"], "5.50");
    assert_eq!(mara["billable_hours"], "4.50");
    assert_eq!(mara["capacity_hours"], "120.00");
    assert_eq!(mara["billable_share"], "81.8");
    assert_eq!(mara["utilisation"], "3.8");
    assert_eq!(report["total"]["capacity_hours"], "240.00");

    s.ok("settings set time.capacity=20");
    let weeks = s.json("report utilisation 2026-11-01..2026-11-15 --by member,week --member jo");
    let found: Vec<_> = rows(&weeks)
        .iter()
        .map(|row| {
            (
                row["part"]["from"].clone(),
                row["hours"].clone(),
                row["capacity_hours"].clone(),
            )
        })
        .collect();
    let row =
        |from: &str, hours: &str, capacity: &str| (from.into(), hours.into(), capacity.into());
    assert_eq!(
        found,
        [
            row("2026-11-01", "0.00", "0.00"),
            row("2026-11-02", "0.00", "20.00"),
            row("2026-11-09", "4.00", "20.00"),
        ]
    );
    let future = s.json("report utilisation 2027");
    assert_eq!(future["total"]["utilisation"], Value::Null);
    s.fails("report utilisation all", 2, "usage.period");
    s.fails(
        "report utilisation 2026 --by member,week,month",
        2,
        "usage.by",
    );
    s.fails("settings set time.capacity=200", 2, "input.setting");
}

#[test]
fn reports_of_nothing_say_what_to_do_next() {
    let s = Sandbox::studio();
    s.ok("time report").says("loggia time list");
    s.ok("report unbilled").says("nothing is unbilled");
    s.ok("report aging").says("loggia invoice list");
    assert_eq!(s.json("report aging")["rows"], serde_json::json!([]));
    assert_eq!(s.json("report unbilled")["rows"], serde_json::json!([]));
    s.ok("alerts").says("no alerts");
    assert_eq!(s.json("alerts"), serde_json::json!([]));
}

#[test]
fn entries_are_listed_in_columns_sorted_summed_and_as_files() {
    let s = agency();
    let list = s
        .ok("time list all --columns id,project,hours,amount --sort -hours")
        .stdout;
    assert_eq!(list.matches("total").count(), 2, "one a currency: {list}");
    assert!(
        list.contains("712.50 CHF") && list.contains("855.00 EUR"),
        "{list}"
    );
    let hours: Vec<_> = s
        .json("time list all --sort -hours,date")
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["hours"].clone())
        .collect();
    assert_eq!(hours, ["6.00", "4.00", "3.00", "2.00", "1.50", "1.00"]);

    let csv = s
        .ok("time list all --columns date,start,tags,billable,amount --format csv")
        .stdout;
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some("date,start,tags,billable,amount,amount_currency")
    );
    assert_eq!(lines.next(), Some("2026-10-05,,\"a, b\",yes,190.00,EUR"));
    assert_eq!(csv.lines().count(), 7, "no totals in files for programs");
    s.ok("time list all --format pdf --output e.pdf");
    assert!(std::fs::read(s.path("e.pdf")).unwrap().starts_with(b"%PDF"));
    s.loggia("time list --columns nonsense")
        .exits(2)
        .tells("id, date");
    s.ok("time list 2019").says("loggia time list all");
}
