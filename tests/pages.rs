//! The pages of a client in a real browser: read by axe-core for what keeps people out in light and dark, no wider than a phone, and
//! without what paper has no use for.

use std::path::Path;

use crate::browser::Browser;
use crate::sandbox::Sandbox;

/// What finds that a page keeps people out: axe-core 4.4.3 as its makers give it out, under the Mozilla Public License 2.0.
const AXE: &str = include_str!("data/axe.min.js");

/// A client with all there is to see: a retainer, a budget with phases and tasks, invoices, a document.
fn everything() -> Sandbox {
    let s = Sandbox::studio();
    s.ok("client add 'Acme GmbH' --slug acme");
    s.ok("project add acme Website --budget 60h --due 2027-02-01");
    s.ok("project phase add acme/website Concept --budget 20h");
    s.ok("project phase add acme/website Build --budget 40h --due 2026-12-18");
    s.ok("project task add acme/website Wireframes --phase Concept --due 2026-11-27");
    s.ok("project task add acme/website Checkout --phase Build");
    s.ok("project add acme Care");
    s.ok(
        "retainer add acme --hours 10 --per month --fee 900 --from 2026-09-01 --project acme/care",
    );
    for (day, length, note) in [
        ("2026-09-08", "6h", "Interviews"),
        ("2026-10-06", "7h30m", "Sitemap and wireframes"),
        ("2026-10-20", "5h", "Prototype"),
        ("2026-11-03", "8h", "Checkout, first version"),
        ("2026-11-18", "4h15m", "Checkout, payment by card"),
    ] {
        s.ok(&format!(
            "time log acme/website {length} '{note}' --date {day} --task Wireframes --phase Concept"
        ));
        s.ok(&format!(
            "time log acme/care 2h 'Care: {note}' --date {day}"
        ));
    }
    s.ok("invoice create acme 2026-09 --date 2026-10-01");
    s.ok("invoice create acme 2026-10 --date 2026-11-02");
    std::fs::write(s.path("contract.pdf"), "%PDF-1.7 contract").unwrap();
    s.ok("document add acme contract.pdf --kind contract --share");
    s.ok("portal-settings set console=on documents=on rates=shown 'welcome=We go live on 1 December.' --client acme");
    s
}

/// What axe-core finds that keeps somebody out, with the elements.
fn obstacles(browser: &Browser) -> Vec<String> {
    let script = format!(
        "{AXE}\nreturn axe.run(document, {{resultTypes: ['violations']}}).then(result => result.violations\
         .filter(found => ['serious', 'critical'].includes(found.impact))\
         .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | ')));"
    );
    let found = browser.script(&script);
    let found = found.as_array().expect("a list of findings");
    found
        .iter()
        .map(|each| each.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_page_is_open_to_everybody_on_a_desk_a_phone_and_paper() {
    let s = everything();
    let portal = s.portal();
    s.connect(&portal, &portal.url);
    let link = s.ok("user invite jo@acme.example --client acme -q");
    s.ok("sync");
    let browser = Browser::open();
    browser.goto(link.reference());
    browser.fill("New password", "seven green kettles sing");
    browser.fill("The same again", "seven green kettles sing");
    browser.click("Set password and continue");
    browser.wait_text("Hours left");
    let home = browser.address().to_string();
    browser.script("document.querySelector('main').append(document.createElement('img'))");
    assert_eq!(
        obstacles(&browser).len(),
        1,
        "axe-core sees a picture without a text"
    );
    let paths = [
        "",
        "/timesheet",
        "/timesheet?view=days",
        "/timesheet?view=people&range=last-month",
        "/projects",
        "/retainer",
        "/invoices",
        "/next-invoice",
        "/documents",
        "/reports",
        "/nowhere",
    ];
    let mut pages: Vec<String> = paths.iter().map(|path| format!("{home}{path}")).collect();
    for (list, item) in [("/projects", "Website"), ("/invoices", "2026-0002")] {
        browser.goto(&format!("{home}{list}")).click(item);
        browser.wait("//p[@class = 'back']");
        pages.push(browser.address().to_string());
    }
    pages.push(format!("{}?view=tiles", pages[pages.len() - 2]));
    let mut found = Vec::new();
    for dark in [false, true] {
        if dark {
            browser.dark();
        }
        for page in &pages {
            browser.goto(page);
            let scheme = if dark { "dark" } else { "light" };
            for obstacle in obstacles(&browser) {
                found.push(format!("{page} ({scheme}): {obstacle}"));
            }
            picture(&browser, page, scheme);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    browser.on_paper();
    for page in &pages {
        browser.goto(page);
        let seen = browser.script(
            "return [...document.querySelectorAll('nav, form, .files')].filter(part => part.checkVisibility()).length",
        );
        assert_eq!(
            seen.as_u64(),
            Some(0),
            "{page} prints what can only be clicked"
        );
        picture(&browser, page, "paper");
    }

    let phone = Browser::sized(320, 700);
    phone.goto(&format!("{}/sign-in", portal.url));
    phone.fill("E-mail address", "jo@acme.example");
    phone.fill("Password", "seven green kettles sing");
    phone.click("Sign in");
    phone.wait_text("Hours left");
    for page in &pages {
        phone.goto(page);
        let wide = phone
            .script("return document.documentElement.scrollWidth")
            .as_u64();
        assert_eq!(wide, Some(320), "{page} is wider than a phone");
        picture(&phone, page, "phone");
    }
}

/// Keeps a picture, where `LOGGIA_PICTURES` names a folder for them.
fn picture(browser: &Browser, page: &str, scheme: &str) {
    let Some(folder) = std::env::var_os("LOGGIA_PICTURES") else {
        return;
    };
    let name: String = page
        .split("/c/")
        .last()
        .unwrap_or_default()
        .chars()
        .skip(26)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    let file = Path::new(&folder).join(format!("{scheme}{name}.png"));
    browser.screenshot(&file);
}
