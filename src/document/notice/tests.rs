//! What a letter says, in each language and both forms.

use chrono::NaiveDate;

use super::*;
use crate::values::duration::Seconds;
use crate::values::money::{Currency, Money};
use crate::values::period::Period;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn hours(hours: i64) -> Seconds {
    Seconds(hours * 3600)
}

fn week() -> Notice {
    Notice::Week(Week {
        week: Period {
            from: day("2026-11-09"),
            to: day("2026-11-15"),
        },
        total: Seconds(45_000),
        projects: vec![
            ("Website <b>".into(), hours(10)),
            ("Support".into(), Seconds(9_000)),
        ],
        members: vec![MemberHours {
            member: "Ada".into(),
            seconds: Seconds(45_000),
        }],
        budgets: vec![budget_line()],
        retainers: Vec::new(),
    })
}

fn budget_line() -> BudgetLine {
    BudgetLine {
        project: "Website".into(),
        percent: "76.5".parse().unwrap(),
        used: Amount::Hours(Seconds(110_160)),
        allocated: Amount::Hours(hours(40)),
    }
}

fn budget() -> Notice {
    Notice::Budget {
        project: "Website".into(),
        step: 75,
        standing: budget_line(),
        until: Some(day("2027-01-14")),
    }
}

fn invoice() -> Notice {
    Notice::Invoice {
        number: "2026-0007".into(),
        is_credit_note: false,
        total: Money::from_minor(121_000, Currency::parse("EUR").unwrap()),
        due: Some(day("2026-12-01")),
    }
}

fn item(client: &str, notice: Notice) -> Item {
    Item {
        client: client.into(),
        notice,
        link: Some("https://portal.example/c/1".into()),
        command: None,
    }
}

fn letter(language: &str, items: &[Item], exit: Exit<'_>) -> Written {
    write(&Digest {
        business: "Studio & Söhne",
        reader: Some("Jo Field"),
        language,
        items,
        exit,
    })
}

#[test]
fn a_week_is_told_in_the_language_and_figures_of_the_reader() {
    for (language, subject, total, foot) in [
        (
            "en",
            "Studio & Söhne: the week 9 – 15 November 2026",
            "12.50\u{a0}h",
            "No more mail about the hours of the week:",
        ),
        (
            "de-AT",
            "Studio & Söhne: die Woche vom 9. – 15. November 2026",
            "12,50\u{a0}h",
            "Keine Nachrichten mehr über die Stunden der Woche:",
        ),
        (
            "fr",
            "Studio & Söhne : la semaine du 9 – 15 novembre 2026",
            "12,50\u{a0}h",
            "Ne plus recevoir de messages sur les heures de la semaine :",
        ),
        (
            "xx",
            "Studio & Söhne: the week 9 – 15 November 2026",
            "12.50\u{a0}h",
            "See it on the portal:",
        ),
    ] {
        let links = [(
            "Acme".to_owned(),
            Kind::WeeklySummary,
            "https://portal.example/unsubscribe/weekly-summary/x".to_owned(),
        )];
        let letter = letter(
            language,
            &[item("Acme", week())],
            Exit::Links {
                links: &links,
                answer: false,
            },
        );
        assert_eq!(letter.subject, subject);
        for form in [&letter.text, &letter.html] {
            for part in [
                total,
                foot,
                "Support",
                "Jo Field",
                "/unsubscribe/weekly-summary/x",
            ] {
                assert!(form.contains(part), "{part}: {form}");
            }
            assert!(!form.contains("{}"), "{form}");
        }
        // One person's share is the whole.
        assert!(!letter.text.contains("Ada"));
        assert!(letter.html.contains("Website &lt;b&gt;") && !letter.html.contains("<b>"));
    }
}

#[test]
fn several_notices_are_one_letter_with_a_way_out_of_each_kind() {
    let items = [
        item("Acme", budget()),
        item("Acme", invoice()),
        item("Acme", week()),
    ];
    let letter = letter("en", &items, Exit::Answer);
    assert_eq!(
        letter.subject,
        "Studio & Söhne: 75% of the budget is used: Website, and 2 more"
    );
    for part in [
        "30.60\u{a0}h of 40.00\u{a0}h are used (76.5%).",
        "it lasts until 14 January 2027",
        "€\u{a0}1,210.00",
        "1 December 2026",
        "just answer this one",
    ] {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    assert!(
        !letter.text.contains("Acme\n="),
        "one client needs no heading"
    );
}

#[test]
fn where_some_of_it_has_no_link_an_answer_is_the_way_out_of_it() {
    let links = [(
        "Acme".to_owned(),
        Kind::WeeklySummary,
        "https://portal.example/x".to_owned(),
    )];
    let items = [item("Acme", week()), item("Beta", week())];
    let exit = Exit::Links {
        links: &links,
        answer: true,
    };
    let letter = letter("en", &items, exit);
    for part in [
        "No more mail about the hours of the week of Acme:",
        "just answer this one",
    ] {
        assert!(
            letter.text.contains(part) && letter.html.contains(part),
            "{}",
            letter.text
        );
    }
}

#[test]
fn the_owner_is_told_of_each_client_with_a_command() {
    let question = Item {
        command: Some("loggia inbox show question-1".into()),
        link: None,
        ..item(
            "Beta",
            Notice::Said {
                is_answer: false,
                about: Some("beta/shop".into()),
                author: "Kim <kim@beta.example>".into(),
                text: "Is it\n<script> done?".into(),
            },
        )
    };
    let items = [item("Acme", budget()), question];
    let letter = letter("de", &items, Exit::Command("loggia notify show"));
    assert_eq!(
        letter.subject,
        "Acme: 75\u{a0}% des Budgets sind verbraucht: Website, und eines mehr"
    );
    for part in [
        "Acme\n====",
        "Beta\n====",
        "> Is it\n> <script> done?",
        "$ loggia inbox show question-1",
        "Wer was erfährt: loggia notify show",
    ] {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    assert!(letter.html.contains("Is it<br>\n&lt;script&gt; done?"));
}
