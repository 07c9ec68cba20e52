//! The pages beyond the first: tiles, one project, reports, documents, lists as files, and what each weighs.

use axum::http::StatusCode;

use crate::published::protocol::Role;
use crate::published::{Entry, Unbilled};

use super::desk::{Browser, Desk};
use super::sample::Sample;

/// A page without the fonts it does not have.
const HEAVIEST: usize = 60_000;

async fn visitor<'a>(desk: &'a Desk, sample: &mut Sample, role: Role) -> Browser<'a> {
    let secret = sample.invite("ada@lovelace.example", role);
    desk.push(sample, 1).await;
    desk.accepted(&secret).await
}

fn acme() -> Sample {
    Sample::new("acme", "Acme Corporation")
}

/// Every page of the sample, with all ways to look at it.
fn every_page(sample: &Sample) -> Vec<String> {
    let mut pages: Vec<String> = [
        "",
        "/timesheet",
        "/timesheet?view=days",
        "/timesheet?view=tasks",
        "/timesheet?view=people",
        "/projects",
        "/retainer",
        "/invoices",
        "/invoices?state=overdue",
        "/next-invoice",
        "/expenses",
        "/documents",
        "/reports",
    ]
    .map(str::to_owned)
    .into();
    let project = &sample.projects.projects[0].id;
    pages.push(format!("/projects/{project}"));
    pages.push(format!("/projects/{project}?view=tiles"));
    pages.push(format!("/invoices/{}", sample.invoices[0].id));
    let base = format!("/c/{}", sample.id);
    pages
        .into_iter()
        .map(|page| format!("{base}{page}"))
        .collect()
}

#[tokio::test]
async fn every_page_is_light_and_has_no_script_and_no_style_of_its_own() {
    let desk = Desk::new().await;
    let mut sample = acme();
    // More than the sample has: a year of full days.
    let month = sample.months[0].clone();
    sample.months[0].entries = (0..40)
        .flat_map(|copy| {
            month.entries.iter().map(move |entry| Entry {
                id: super::sample::id(&format!("{copy} {}", entry.id)),
                description: Some(
                    "A description of the work of some length, as people write it. ".repeat(3),
                ),
                ..entry.clone()
            })
        })
        .collect();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    for page in every_page(&sample) {
        let reply = browser.get(&page).await;
        assert_eq!(reply.status, StatusCode::OK, "{page}");
        assert!(
            reply.bytes.len() < HEAVIEST,
            "{page}: {} bytes",
            reply.bytes.len()
        );
        let text = reply.text();
        assert!(
            !text.contains("style=") && !text.contains("<script"),
            "{page}"
        );
        assert_eq!(text.matches("<h1").count(), 1, "{page}");
        // Each thing is named once, so that labels and charts point at one.
        let mut ids: Vec<&str> = text
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{page}");
    }
    let style = browser.get("/sign-in").await.text();
    let (_, after) = style.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let style = browser.get(after.split('"').next().unwrap()).await;
    assert!(style.bytes.len() < HEAVIEST / 2, "{}", style.bytes.len());
}

#[tokio::test]
async fn every_page_speaks_the_clients_language() {
    let desk = Desk::new().await;
    for (revision, (language, words)) in [
        (
            "de-AT",
            ["Überblick", "Stunden", "Berichte", "12,5\u{a0}h pro Woche"],
        ),
        (
            "fr",
            ["Aperçu", "Heures", "Rapports", "12,5\u{a0}h par semaine"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut sample = Sample::new(&format!("acme-{revision}"), "Acme Corporation");
        sample.console.language = language.to_owned();
        let mut browser = visitor(&desk, &mut sample, Role::Full).await;
        let pages = every_page(&sample);
        let console = browser.get(&pages[0]).await.text();
        for word in words {
            assert!(console.contains(word), "{language}: {word}");
        }
        for page in pages {
            let text = browser.get(&page).await.text();
            for english in [
                "All time",
                "Main menu",
                "Sign out",
                "Save this list",
                "Hours by",
            ] {
                assert!(!text.contains(english), "{language} {page}: {english}");
            }
        }
    }
}

#[tokio::test]
async fn a_chart_says_in_words_and_in_a_table_what_it_draws() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Work).await;
    let project = format!(
        "/c/{}/projects/{}",
        sample.id, sample.projects.projects[0].id
    );
    let text = browser.get(&project).await.text();
    for expected in [
        "Web shop: hours used against the budget",
        "78.00\u{a0}h of 120.00\u{a0}h used by 21\u{a0}November 2026. At 12.5\u{a0}h a week the budget lasts until 14\u{a0}January 2027.",
        "class=\"ahead\" d=\"M",
        "<th scope=\"row\">28\u{a0}Sep\u{a0}2026</th><td class=\"number\">9.00\u{a0}h</td><td class=\"number\">9.00\u{a0}h</td>",
        "In progress",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let tiles = browser.get(&format!("{project}?view=tiles")).await.text();
    assert!(tiles.contains("class=\"boards\"") && tiles.contains("Checkout"));
    for odd in ["?view=board", "?page=1", "?view=tiles&view=tiles"] {
        let reply = browser.get(&format!("{project}{odd}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    // Without the section, neither the chart nor the sentence.
    sample.console.sections.budget = false;
    desk.push(&sample, 2).await;
    let text = browser.get(&project).await.text();
    assert!(
        !text.contains("<svg class=\"plot\"") && !text.contains("14\u{a0}January"),
        "{text}"
    );
}

#[tokio::test]
async fn what_should_not_be_overlooked_is_told_to_whom_it_concerns() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let console = format!("/c/{}", sample.id);
    let text = browser.get(&console).await.text();
    for expected in [
        "Invoice 2026-0006 was due on 15\u{a0}October 2026.",
        "Care &#38; feeding: the budget is exceeded, 109.1% is used.",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Work).await;
    let text = browser.get(&console).await.text();
    // Nor of what is counted in money.
    assert!(!text.contains("was due on") && !text.contains("the budget is exceeded"));
    assert!(text.contains("Waits for your approval"), "{text}");
}

#[tokio::test]
async fn tiles_sum_up_what_passes_the_filter() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/timesheet", sample.id);
    let people = browser
        .get(&format!("{here}?view=people&range=this-month"))
        .await
        .text();
    assert_eq!(people.matches("class=\"card tile\"").count(), 3);
    assert!(
        people.contains("?range=this-month&#38;person=Robin+Hale"),
        "{people}"
    );
    let tasks = browser.get(&format!("{here}?view=tasks")).await.text();
    assert!(tasks.contains("Without a task") && tasks.contains("Data import"));
    let days = browser
        .get(&format!("{here}?view=days&from=2026-11-19&to=2026-11-20"))
        .await
        .text();
    assert_eq!(days.matches("class=\"card tile\"").count(), 2);
    assert!(days.contains("Friday, 20\u{a0}November 2026"));
    sample.console.sections.tasks = false;
    desk.push(&sample, 2).await;
    let text = browser.get(&here).await.text();
    assert!(!text.contains("By task") && text.contains("By person"));
}

#[tokio::test]
async fn a_file_holds_what_the_page_shows_and_no_formula() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let evil = "=HYPERLINK(\"http://evil.example\")";
    sample.months[2].entries[0].description = Some(evil.to_owned());
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/timesheet/export", sample.id);
    let query = "from=2026-11-01&to=2026-11-10&person=Alex+Morgan";
    let csv = browser.get(&format!("{here}?{query}&format=csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"timesheet-2026-11-01-2026-11-10.csv\"; filename*=UTF-8''timesheet-2026-11-01-2026-11-10.csv"
    );
    assert_eq!(
        csv.header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    );
    let text = csv.text();
    assert!(text.starts_with("day,start,end,project,phase,task,person,description,billable,hours,amount,amount_currency,invoice\r\n") || text.starts_with("day,project,phase,task,person,description,billable,hours,amount,amount_currency,invoice\r\n"), "{text}");
    let expected: Vec<&Entry> = sample.months[2]
        .entries
        .iter()
        .filter(|entry| entry.member == "Alex Morgan" && entry.day <= "2026-11-10".parse().unwrap())
        .collect();
    let mut reader = csv::Reader::from_reader(csv.bytes.as_slice());
    let head = reader.headers().unwrap().clone();
    let hours = head.iter().position(|name| name == "hours").unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), expected.len());
    let mut read: Vec<&str> = rows.iter().map(|row| &row[hours]).collect();
    let mut shown: Vec<String> = expected.iter().map(|entry| entry.seconds.hours()).collect();
    read.sort_unstable();
    shown.sort_unstable();
    assert_eq!(read, shown);
    let all = browser.get(&format!("{here}?format=csv")).await.text();
    assert!(all.contains("'=HYPERLINK") && !all.contains(",=HYPERLINK"));

    let xlsx = browser.get(&format!("{here}?{query}&format=xlsx")).await;
    assert!(xlsx.bytes.starts_with(b"PK"));
    let pdf = browser.get(&format!("{here}?{query}&format=pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"), "{}", pdf.text());
    for odd in [
        "",
        "?format=html",
        "?format=csv&format=pdf",
        "?format=csv&sort=a",
        "?format=csv&from=x",
    ] {
        let reply = browser.get(&format!("{here}{odd}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    // A role without amounts and invoices has no such columns, in no file.
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Work).await;
    let csv = browser.get(&format!("{here}?format=csv")).await.text();
    for hidden in ["amount", "invoice", "EUR", "2026-0007"] {
        assert!(!csv.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn more_than_a_file_holds_is_said_before_it_is_drawn() {
    let desk = Desk::with(|settings| settings.limits.chunk = 64 * 1024 * 1024).await;
    let mut sample = acme();
    let month = sample.months[2].clone();
    sample.months[2].entries = (0..200)
        .flat_map(|copy| {
            month.entries.iter().map(move |entry| Entry {
                id: super::sample::id(&format!("{copy} {}", entry.id)),
                ..entry.clone()
            })
        })
        .collect();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/timesheet/export", sample.id);
    let reply = browser.get(&format!("{here}?format=pdf")).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.text().contains("such a file holds 2,000"),
        "{}",
        reply.text()
    );
    let csv = browser.get(&format!("{here}?format=csv")).await;
    assert_eq!(csv.status, StatusCode::OK);
}

#[tokio::test]
async fn reports_sum_up_and_go_out_as_files() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/reports", sample.id);
    let text = browser.get(&here).await.text();
    for title in [
        "Hours by month",
        "Hours by project",
        "Hours by phase",
        "Hours by task",
        "Hours by person",
        "Billed by month",
    ] {
        assert!(text.contains(title), "{title}");
    }
    let month: crate::values::duration::Seconds = sample.months[1]
        .entries
        .iter()
        .map(|entry| entry.seconds)
        .sum();
    assert!(text.contains(&format!("{}\u{a0}h", month.hours())));
    assert!(text.contains("€4,830.00"), "{text}");
    let csv = browser
        .get(&format!("{here}/export?report=months&format=csv"))
        .await
        .text();
    assert!(
        csv.starts_with("name,hours,amount,amount_currency\r\nSeptember 2026,"),
        "{csv}"
    );
    let spend = browser
        .get(&format!(
            "{here}/export?report=spend&format=csv&from=2026-10-01&to=2026-10-31"
        ))
        .await
        .text();
    assert_eq!(
        spend,
        "name,amount,amount_currency\r\nOctober 2026,2105.00,EUR\r\n"
    );
    for odd in [
        "?view=days",
        "?sort=a",
        "/export?report=months",
        "/export?report=x&format=csv",
        "?from=x",
    ] {
        let reply = browser.get(&format!("{here}{odd}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    // Finance reads what was billed, work reads hours.
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Finance).await;
    let text = browser.get(&here).await.text();
    assert!(
        text.contains("Billed by month") && !text.contains("Hours by"),
        "{text}"
    );
    let spend = browser
        .get(&format!("{here}/export?report=spend&format=xlsx"))
        .await;
    assert!(spend.bytes.starts_with(b"PK"));
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Work).await;
    let text = browser.get(&here).await.text();
    assert!(
        !text.contains("Billed by month") && text.contains("Hours by month") && !text.contains('€'),
        "{text}"
    );
    let spend = browser
        .get(&format!("{here}/export?report=spend&format=csv"))
        .await;
    assert_eq!(spend.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn expenses_are_shown_a_year_at_a_time_and_each_role_reads_its_part() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let secrets = [Role::Full, Role::Finance].map(|role| {
        let email = format!("{role:?}@acme.example").to_lowercase();
        sample.invite(&email, role)
    });
    desk.push(&sample, 1).await;
    let mut full = desk.accepted(&secrets[0]).await;
    let here = format!("/c/{}/expenses", sample.id);
    let page = full.get(&here).await.text();
    for words in [
        "Train to Hamburg",
        "Travel",
        "€110.00",
        "€159.50",
        "2026-0007",
        "2025",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("Fonts"));
    let before = full.get(&format!("{here}?year=2025")).await.text();
    assert!(before.contains("Fonts") && !before.contains("Train to Hamburg"));
    assert!(
        full.get(&format!("{here}?year=1999"))
            .await
            .text()
            .contains("Nothing here")
    );
    for query in [
        "year=26",
        "year=2026&year=2025",
        "page=0",
        "sort=day",
        "format=csv",
    ] {
        let reply = full.get(&format!("{here}?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let csv = full.get(&format!("{here}/export?format=csv")).await;
    assert!(
        csv.header("content-disposition")
            .contains("expenses-2026.csv")
    );
    assert!(csv.text().contains("Stock photographs") && csv.text().contains("49.50"));
    // What projects there are is not for who only pays.
    let project = &sample.projects.projects[0].name;
    assert!(csv.text().contains(project.as_str()));
    let mut finance = desk.accepted(&secrets[1]).await;
    for path in [here.clone(), format!("{here}/export?format=csv")] {
        let shown = finance.get(&path).await.text();
        assert!(
            shown.contains("Stock photographs") && !shown.contains(project.as_str()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn documents_are_listed_and_come_as_downloads_that_can_do_nothing() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Finance).await;
    let here = format!("/c/{}/documents", sample.id);
    let text = browser.get(&here).await.text();
    for expected in [
        "Wartung 2026.pdf",
        "Contract",
        "2\u{a0}Jun\u{a0}2026",
        "17 bytes",
        "notes.html",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    let file = |n: usize| format!("{here}/{}", sample.documents[n].0.id);
    let pdf = browser.get(&file(0)).await;
    assert_eq!(pdf.bytes, sample.documents[0].1);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(
        pdf.header("content-disposition")
            .starts_with("attachment; filename=\"Wartung 2026.pdf\"")
    );
    let page = browser.get(&file(1)).await;
    assert_eq!(page.header("content-type"), "application/octet-stream");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    // What is no longer shared is gone with the next sync.
    sample.documents.remove(0);
    desk.push(&sample, 2).await;
    let gone = format!("{here}/{}", super::sample::id("acme Wartung 2026.pdf"));
    assert_eq!(browser.get(&gone).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_next_invoice_tells_amounts_only_where_they_are_published() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/next-invoice", sample.id);
    let text = browser.get(&here).await.text();
    assert!(
        text.contains("€1,757.50") && text.contains("18.50\u{a0}h") && text.contains("Web shop")
    );
    if let Some(Unbilled {
        amount, projects, ..
    }) = &mut sample.console.unbilled
    {
        *amount = None;
        projects[0].amount = None;
    }
    desk.push(&sample, 2).await;
    let text = browser.get(&here).await.text();
    assert!(
        !text.contains('€') && text.contains("18.50\u{a0}h"),
        "{text}"
    );
}

#[tokio::test]
async fn invoices_are_filtered_by_state_and_year() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Finance).await;
    let here = format!("/c/{}/invoices", sample.id);
    let rows: [(&str, &[&str]); 4] = [
        ("", &["2026-0007", "2026-0006", "2026-0003"]),
        ("?state=settled", &["2026-0003"]),
        ("?state=open&year=2026", &["2026-0007", "2026-0006"]),
        ("?year=2025", &[]),
    ];
    for (query, expected) in rows {
        let text = browser.get(&format!("{here}{query}")).await.text();
        for number in ["2026-0007", "2026-0006", "2026-0003"] {
            assert_eq!(
                text.contains(number),
                expected.contains(&number),
                "{query} {number}"
            );
        }
    }
    let csv = browser
        .get(&format!("{here}/export?state=open&format=csv"))
        .await
        .text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(
        csv.contains(
            "2026-0007,Invoice,2026-11-02,2026-11-16,Open,4830.00,EUR,5747.70,EUR,5747.70,EUR"
        ),
        "{csv}"
    );
    for odd in [
        "?state=lost",
        "?year=0",
        "?format=csv",
        "/export",
        "/export?format=csv&page=2",
    ] {
        let reply = browser.get(&format!("{here}{odd}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[tokio::test]
async fn who_may_not_see_the_time_sheet_reads_it_in_no_retainer() {
    for (role, expected) in [(Role::Full, true), (Role::Finance, false)] {
        let desk = Desk::new().await;
        let mut sample = acme();
        let mut browser = visitor(&desk, &mut sample, role).await;
        for path in ["retainer", "retainer/export?format=csv"] {
            let reply = browser.get(&format!("/c/{}/{path}", sample.id)).await;
            assert_eq!(reply.status, StatusCode::OK, "{role:?} {path}");
            let text = reply.text();
            for work in ["Autumn campaign", "Alex Morgan"] {
                assert_eq!(text.contains(work), expected, "{role:?} {path}: {text}");
            }
        }
    }
}
