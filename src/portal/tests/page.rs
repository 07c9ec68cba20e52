//! What stands on the pages, and the headers around them.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use url::Url;

use crate::published::protocol::Role;
use crate::values::amount::Amount;
use crate::values::money::{Currency, Money};

use super::desk::{Browser, Desk, Reply};
use super::sample::{Sample, hours};

/// Whether an entry passes a filter.
type Passes = Box<dyn Fn(&crate::published::Entry) -> bool>;

async fn page(desk: &Desk, sample: &mut Sample, role: Role, path: &str) -> Reply {
    let mut browser = visitor(desk, sample, role).await;
    browser.get(&format!("/c/{}{path}", sample.id)).await
}

async fn visitor<'a>(desk: &'a Desk, sample: &mut Sample, role: Role) -> Browser<'a> {
    let secret = sample.invite("ada@lovelace.example", role);
    desk.push(sample, 1).await;
    desk.accepted(&secret).await
}

fn acme() -> Sample {
    Sample::new("acme", "Acme Corporation")
}

#[tokio::test]
async fn the_console_tells_hours_left_first_and_the_plain_sentence() {
    let desk = Desk::new().await;
    let text = page(&desk, &mut acme(), Role::Full, "").await.text();
    let place = |needle: &str| {
        text.find(needle)
            .unwrap_or_else(|| panic!("{needle} in {text}"))
    };
    assert!(place("12.50\u{a0}h") < place("At a glance"));
    assert!(place("At a glance") < place("Budgets"));
    place("At 12.5\u{a0}h a week the budget lasts until 14\u{a0}January 2027.");
    place("€725.00 over");
    place("The budget was used up on 30\u{a0}October 2026.");
    place("€5,747.70");
}

#[tokio::test]
async fn roles_see_their_figures_only() {
    let desk = Desk::new().await;
    let text = page(&desk, &mut acme(), Role::Work, "").await.text();
    for hidden in [
        "in this month",
        "€5,747.70",
        "€1,757.50",
        "Invoices",
        "Retainer",
    ] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let desk = Desk::new().await;
    let text = page(&desk, &mut acme(), Role::Finance, "").await.text();
    for hidden in ["Alex Morgan", "Web shop", "13.50", "Timesheet", "Projects<"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let desk = Desk::new().await;
    let text = page(&desk, &mut acme(), Role::Work, "/timesheet")
        .await
        .text();
    for hidden in ["€", "2026-0007"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(text.contains("Checkout"));
}

#[tokio::test]
async fn hidden_columns_are_not_there() {
    let desk = Desk::new().await;
    let mut sample = acme();
    (sample.console.sections.rates, sample.console.sections.tasks) = (false, false);
    let text = page(&desk, &mut sample, Role::Full, "/timesheet")
        .await
        .text();
    for hidden in ["09:15", "€", "· Checkout"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn totals_follow_the_filter() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let entries: Vec<_> = sample
        .months
        .iter()
        .flat_map(|month| &month.entries)
        .cloned()
        .collect();
    let here = format!("/c/{}/timesheet", sample.id);
    let web_shop = sample.projects.projects[0].id.clone();
    let rows: Vec<(String, Passes)> = vec![
        (String::new(), Box::new(|_| true)),
        (
            "?range=this-month".to_owned(),
            Box::new(|entry| entry.day >= "2026-11-01".parse().unwrap()),
        ),
        (
            "?from=2026-10-05&to=2026-10-09".to_owned(),
            Box::new(|entry| {
                ("2026-10-05".parse().unwrap()..="2026-10-09".parse().unwrap()).contains(&entry.day)
            }),
        ),
        (
            "?person=Robin+Hale".to_owned(),
            Box::new(|entry| entry.member == "Robin Hale"),
        ),
        (
            format!("?project={web_shop}"),
            Box::new(move |entry| entry.project == web_shop),
        ),
        (
            "?task=Checkout&billable=yes".to_owned(),
            Box::new(|entry| entry.task.as_deref() == Some("Checkout") && entry.billable),
        ),
        (
            "?q=WAREHOUSE+manual".to_owned(),
            Box::new(|entry| {
                entry
                    .description
                    .as_ref()
                    .is_some_and(|text| text.contains("warehouse"))
            }),
        ),
        ("?q=%25".to_owned(), Box::new(|_| false)),
        (
            "?phase=Design".to_owned(),
            Box::new(|entry| entry.phase.as_deref() == Some("Design")),
        ),
        (
            "?billable=no&from=2026-09-15&to=2026-11-18".to_owned(),
            Box::new(|entry| {
                !entry.billable
                    && ("2026-09-15".parse().unwrap()..="2026-11-18".parse().unwrap())
                        .contains(&entry.day)
            }),
        ),
    ];
    for (query, passes) in rows {
        let passing: Vec<_> = entries.iter().filter(|entry| passes(entry)).collect();
        let seconds = passing
            .iter()
            .map(|entry| entry.seconds)
            .sum::<crate::values::duration::Seconds>();
        let text = browser.get(&format!("{here}{query}")).await.text();
        let total = format!("<dd class=\"big\">{}\u{a0}h</dd>", seconds.hours());
        assert!(text.contains(&total), "{query}: {total}");
        let count = text.matches("class=\"number hours\" data-label").count();
        assert_eq!(count, passing.len().min(50), "{query}");
    }
    let second = browser.get(&format!("{here}?page=2")).await.text();
    assert!(second.contains("Page 2 of 2"));
    assert_eq!(
        second.matches("class=\"number hours\" data-label").count(),
        entries.len() - 50
    );
}

#[tokio::test]
async fn odd_questions_get_plain_answers() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let here = format!("/c/{}/timesheet", sample.id);
    for query in [
        "sort=rate",
        "q=a&q=b",
        "page=0",
        "page=x",
        "view=raw",
        "from=x",
        "range=x",
        "project=x",
        "billable=x",
    ] {
        let reply = browser.get(&format!("{here}?{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
    }
    for query in [
        "page=4294967295",
        "q=%00%F0%9F%98%80%27%22%3Cscript%3E",
        "person=nobody",
        "from=0001-01-01&to=9999-12-31",
    ] {
        let reply = browser.get(&format!("{here}?{query}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{query}");
        assert!(!reply.text().contains("<script"), "{query}");
    }
    let reply = browser
        .get(&format!("/c/{}/invoices?page=99", sample.id))
        .await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn text_of_people_is_escaped() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let evil = "</td><script>alert(1)</script>\" onload=\"x";
    sample.console.client = evil.to_owned();
    sample.console.welcome = Some(evil.to_owned());
    sample.projects.projects[0].name = evil.to_owned();
    sample.invoices[0].lines[0].description = evil.to_owned();
    for month in &mut sample.months {
        month.entries[0].description = Some(evil.to_owned());
        month.entries[0].member = evil.to_owned();
    }
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let invoice = format!("/invoices/{}", sample.invoices[0].id);
    for path in [
        "",
        "/timesheet",
        "/projects",
        "/retainer",
        "/invoices",
        &invoice,
    ] {
        let text = browser.get(&format!("/c/{}{path}", sample.id)).await.text();
        assert!(
            !text.contains("<script") && !text.contains("\" onload"),
            "{path}"
        );
        assert!(text.contains("&#60;script"), "{path}");
    }
}

#[tokio::test]
async fn a_client_without_data_reads_what_will_be_there() {
    let desk = Desk::new().await;
    let mut sample = Sample::empty("zenith", "Zenith Ltd");
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    for (path, words) in [
        ("", "Nothing to show yet"),
        ("/timesheet", "No entries yet"),
        ("/projects", "No projects yet"),
        ("/retainer", "No retainer yet"),
        ("/invoices", "No invoices yet"),
    ] {
        let text = browser.get(&format!("/c/{}{path}", sample.id)).await.text();
        assert!(text.contains(words), "{path}");
        assert!(!text.contains("<table"), "{path}");
    }
}

#[tokio::test]
async fn numbers_are_written_in_the_clients_language() {
    let desk = Desk::new().await;
    let mut sample = acme();
    sample.console.language = "de".to_owned();
    sample.retainers[0].periods[0].left = Amount::Hours(hours(1_234));
    let text = page(&desk, &mut sample, Role::Full, "").await.text();
    for expected in [
        "1.234,00\u{a0}h",
        "5.747,70\u{a0}€",
        "Bei 12,5\u{a0}h pro Woche reicht das Budget bis 14.\u{a0}Januar 2027.",
        "<html lang=\"de\">",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn a_retainer_in_money_reads_as_money_and_without_periods_as_what_was_agreed() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let euro = Currency::parse("EUR").unwrap();
    let money = |minor| Amount::Money(Money::from_minor(minor, euro));
    let retainer = &mut sample.retainers[0];
    retainer.allowance = money(300_000);
    for period in &mut retainer.periods {
        (period.granted, period.carried_in) = (money(300_000), money(50_000));
        (period.used, period.left, period.overage) = (money(120_050), money(229_950), money(0));
        period.expires.clear();
        for draw in &mut period.draws {
            draw.amount = money(40_000);
        }
    }
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let text = browser
        .get(&format!("/c/{}/retainer", sample.id))
        .await
        .text();
    for expected in ["€2,299.50", "€3,000.00 a month", "€400.00"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let desk = Desk::new().await;
    let mut sample = acme();
    sample.retainers[0].allowance = money(300_000);
    sample.retainers[0].periods.clear();
    let text = page(&desk, &mut sample, Role::Full, "/retainer")
        .await
        .text();
    assert!(
        text.contains("€3,000.00 a month") && !text.contains("<table"),
        "{text}"
    );
}

#[tokio::test]
async fn a_file_comes_as_a_download_that_can_do_nothing() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let name = "Rechnung \u{fc} 1.pdf";
    sample.invoices[0].file = Some(name.to_owned());
    sample.files[0].0 = name.to_owned();
    sample.invoices[1].file = Some("gone.pdf".to_owned());
    sample
        .files
        .push(("page.html".to_owned(), b"<script>".to_vec()));
    sample.invoices[2].file = Some("page.html".to_owned());
    let mut browser = visitor(&desk, &mut sample, Role::Finance).await;
    let file = |n: usize| format!("/c/{}/invoices/{}/file", sample.id, sample.invoices[n].id);
    let reply = browser.get(&file(0)).await;
    assert_eq!(reply.bytes, sample.files[0].1);
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert_eq!(
        reply.header("content-disposition"),
        "attachment; filename=\"Rechnung _ 1.pdf\"; filename*=UTF-8''Rechnung%20%C3%BC%201.pdf"
    );
    assert_eq!(
        reply.header("content-security-policy"),
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    );
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(browser.get(&file(1)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.get(&file(2)).await.header("content-type"),
        "application/octet-stream"
    );
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let desk = Desk::with(|settings| {
        settings.public_url = Some(Url::parse("https://portal.example").unwrap())
    })
    .await;
    let get = async |path: &str, host: &str| {
        let request = Request::get(path)
            .header("host", host)
            .body(Body::empty())
            .unwrap();
        desk.send(request, "203.0.113.5").await
    };
    for path in [
        "/sign-in",
        "/",
        "/nowhere",
        "/robots.txt",
        "/api/v1/status",
        "/invite",
    ] {
        let reply = get(path, "portal.example").await;
        let policy = reply.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert!(
            reply
                .header("strict-transport-security")
                .contains("max-age=63072000"),
            "{path}"
        );
    }
    let form = get("/sign-in", "portal.example").await;
    assert!(form.header("set-cookie").starts_with("__Host-loggia-form="));
    assert!(
        form.header("set-cookie")
            .ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure")
    );
    assert_eq!(
        get("/sign-in", "evil.example").await.status,
        StatusCode::MISDIRECTED_REQUEST
    );
    assert_eq!(get("/healthz", "10.0.0.1").await.text(), "ok\n");
    assert_eq!(get("/readyz", "10.0.0.1").await.text(), "ok\n");
}

#[tokio::test]
async fn pages_ask_nobody_else_and_their_style_is_kept_for_ever() {
    let desk = Desk::new().await;
    let mut sample = acme();
    let mut browser = visitor(&desk, &mut sample, Role::Full).await;
    let text = browser.get(&format!("/c/{}", sample.id)).await.text();
    assert!(
        !text.contains("http://")
            && !text.contains("https://")
            && !text.contains("<script")
            && !text.contains("style=")
    );
    let (_, after) = text.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let style = browser.get(after.split('"').next().unwrap()).await;
    assert_eq!(
        style.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let sheet = style.text();
    assert!(!sheet.contains("url(") && !sheet.contains("@import"));
    assert_eq!(
        browser.get("/assets/style-0.css").await.status,
        StatusCode::NOT_FOUND
    );
}
