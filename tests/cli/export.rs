//! Journals for accounting programs.

use crate::sandbox::Sandbox;

/// Invoices open, paid in part, paid too much and void; expenses with and without tax; names that mean something in a journal.
fn books() -> Sandbox {
    let s = Sandbox::acme();
    s.ok("settings set tax=19");
    s.ok("client add 'Birch; \"& Co\" | (Wood) \\\\ 2026-01-01' --slug birch");
    s.ok("project add birch Shop");
    for (client, project) in [("acme", "acme/website"), ("birch", "birch/shop")] {
        for hours in ["2h", "1h", "20m"] {
            s.ok(&format!("time log {project} {hours} --date yesterday"));
            s.ok(&format!("invoice create {client} --date yesterday"));
        }
    }
    s.ok("invoice pay 2026-0001 100 --method 'card; online'");
    s.ok("invoice pay 2026-0002 200 --overpay");
    s.ok("invoice void 2026-0005 --yes");
    s.ok("expense add acme/website 119 'Proofs; | \"x\"' --tax 19 --category 'Print: A/B' --date yesterday");
    s.ok("expense add birch/shop 20");
    s
}

fn journal(s: &Sandbox, rest: &str) -> String {
    s.ok(&format!("export {rest}")).stdout
}

#[test]
fn a_journal_is_the_same_every_time_and_has_its_days() {
    let s = books();
    for format in ["hledger", "beancount"] {
        let all = journal(&s, format);
        assert_eq!(all, journal(&s, format));
        let mut parts = journal(&s, &format!("{format} yesterday"))
            .matches("\n2026-")
            .count();
        parts += journal(&s, &format!("{format} today"))
            .matches("\n2026-")
            .count();
        assert_eq!(
            parts,
            all.matches("\n2026-").count()
                + if format == "beancount" {
                    opened_again(&s)
                } else {
                    0
                }
        );
        let written = s.json(&format!("export {format} --output out.{format}"));
        assert_eq!(written["transactions"], 11);
        assert_eq!(
            std::fs::read_to_string(s.path(&format!("out.{format}"))).unwrap(),
            all
        );
        s.fails(
            &format!("export {format} --output out.{format}"),
            2,
            "usage.confirm",
        );
    }
}

/// Accounts that are opened in both halves of the books.
fn opened_again(s: &Sandbox) -> usize {
    let opened = |days| {
        journal(s, &format!("beancount {days}"))
            .matches(" open ")
            .count()
    };
    opened("yesterday") + opened("today") - opened("all")
}

#[test]
fn an_empty_journal_is_empty_and_says_so() {
    let s = Sandbox::studio();
    s.ok("export hledger")
        .tells("no invoices, payments or expenses");
    assert_eq!(journal(&s, "beancount"), "");
}

#[test]
fn the_account_map_is_read_and_its_mistakes_are_told() {
    let s = books();
    let example = journal(&s, "accounts");
    let write = |text: &str| std::fs::write(s.path("map"), text).unwrap();
    write(&example);
    assert_eq!(
        journal(&s, "hledger --accounts map"),
        journal(&s, "hledger")
    );
    write("bank = Aktiva:Bank\nbank.card; online = Aktiva:Karte\npaid-from.mara = Passiva:Mara");
    let mapped = journal(&s, "hledger --accounts map");
    for account in ["Aktiva:Bank", "Aktiva:Karte", "Passiva:Mara"] {
        assert!(mapped.contains(&format!("    {account}  ")), "{mapped}");
    }
    s.fails("export beancount --accounts map", 2, "input.accounts");
    write("recievable = Assets:R");
    let error = s.fails("export hledger --accounts map", 2, "input.accounts");
    assert!(
        error["hint"].as_str().unwrap().contains("`receivable`"),
        "{error}"
    );
    write("bank = Assets:Bank;x");
    let error = s.fails("export hledger --accounts map", 2, "input.accounts");
    assert!(
        error["message"].as_str().unwrap().contains("line 1"),
        "{error}"
    );
    let missing = s.loggia("export hledger --accounts nowhere");
    assert_eq!(missing.status, Some(3), "{missing}");
}

#[cfg(feature = "peers")]
mod peers {
    use rust_decimal::Decimal;
    use serde_json::Value;

    use super::*;
    use crate::peer;

    fn hledger(s: &Sandbox, arguments: &[&str]) -> String {
        let mut command = peer::in_sandbox(s, "hledger", "hledger");
        command.env("LANG", "C.UTF-8").args(["-f", "books.journal"]);
        command.args(arguments);
        String::from_utf8(peer::output(command)).unwrap()
    }

    /// What hledger says is on the accounts that begin with a name; credits as they are.
    fn balance(s: &Sandbox, account: &str) -> Decimal {
        let query = format!("^{account}");
        let csv = hledger(s, &["balance", "-O", "csv", "--depth", "1", &query]);
        let total = csv.lines().last().unwrap().rsplit(',').next().unwrap();
        let amount = total.trim_matches('"').trim_end_matches("EUR").trim();
        amount.parse().unwrap()
    }

    fn sum(values: &Value, key: &str, counts: impl Fn(&Value) -> bool) -> Decimal {
        let of = |value: &Value| {
            value[key]
                .as_str()
                .unwrap_or("0")
                .parse::<Decimal>()
                .unwrap()
        };
        let values = values.as_array().unwrap().iter();
        values.filter(|value| counts(value)).map(of).sum()
    }

    #[test]
    fn hledger_reads_it_and_its_balances_are_ours() {
        let s = books();
        s.ok("export hledger --output books.journal");
        hledger(&s, &["check", "--strict"]);
        let invoices = s.json("invoice list");
        let live = |invoice: &Value| {
            invoice["state"] != "void" && !invoice["number"].as_str().unwrap().starts_with('C')
        };
        let aging = s.json("report aging");
        let owed = sum(&aging["totals"], "total", |_| true);
        assert_eq!(balance(&s, "Assets:Receivable"), owed);
        assert_eq!(balance(&s, "Income"), -sum(&invoices, "net", live));
        let net = sum(&invoices, "net", live);
        let vat = sum(&invoices, "total", live) - net;
        assert_eq!(balance(&s, "Liabilities:VAT"), -vat);
        let expenses = s.json("expense list");
        assert_eq!(balance(&s, "Expenses"), sum(&expenses, "net", |_| true));
        assert_eq!(
            balance(&s, "Assets:Input-VAT"),
            sum(&expenses, "tax", |_| true)
        );
        for row in aging["rows"].as_array().unwrap() {
            let client = row["client"].as_str().unwrap();
            let account = format!(
                "Assets:Receivable:{}{}",
                client[..1].to_uppercase(),
                &client[1..]
            );
            assert_eq!(
                balance(&s, &account),
                row["total"].as_str().unwrap().parse().unwrap()
            );
        }
        // Nobody's name made a comment, an account or another transaction.
        let descriptions = hledger(&s, &["payees"]);
        assert!(
            descriptions.contains("Birch, \"& Co\" / (Wood) \\\\ 2026-01-01"),
            "{descriptions}"
        );
    }
}

#[test]
fn a_statement_runs_from_the_opening_to_the_closing_balance() {
    let s = books();
    s.ok("invoice statement acme ..2026-11-18")
        .says("nothing was billed to Acme GmbH");
    let all = s.json("invoice statement acme");
    let [account] = all["accounts"].as_array().unwrap().as_slice() else {
        panic!("{all:#}");
    };
    assert_eq!(account["opening"], "0.00");
    let today = s.json("invoice statement acme today");
    let last = &today["accounts"][0];
    assert_eq!(last["closing"], account["closing"]);
    let items = last["items"].as_array().unwrap();
    let amounts: Vec<_> = items
        .iter()
        .map(|item| item["amount"].as_str().unwrap())
        .collect();
    assert_eq!(amounts, ["-100.00", "-200.00"]);
    let yesterday = s.json("invoice statement acme 2026-11-19 --as-of 2026-11-19");
    assert_eq!(yesterday["accounts"][0]["closing"], last["opening"]);
    s.ok("invoice statement acme").says("closing balance");
    s.ok("invoice statement birch --format csv")
        .says("credit-note");
    s.ok("invoice statement acme --format xlsx --output a.xlsx");
    s.ok("invoice statement acme --format pdf --output a.pdf");
    s.fails("invoice statement nobody", 3, "client.not_found");
}
