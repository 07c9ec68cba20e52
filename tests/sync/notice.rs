//! Notices to people at a client: what they may see, once, with a way out that needs no sign-in and comes back through the sync.

use serde_json::{Value, json};

use crate::sandbox::{OpenPortal, Sandbox};
use crate::visitor::Visitor;

const PASSWORD: &str = "seven green kettles sing";

/// Acme with a budget, on a portal; mail goes into a folder. Users who have come in, each at the own browser.
struct Scene {
    s: Sandbox,
    portal: OpenPortal,
}

impl Scene {
    fn new() -> Self {
        let s = Sandbox::acme();
        s.ok("project add acme Shop --budget 10h");
        s.ok("time log acme/shop 8h 'CANARY-words' --internal CANARY-note --date 2026-11-18");
        s.ok("settings set email=mara@studio.example");
        s.ok(&format!(
            "settings set mail-folder={}",
            s.path("mails").display()
        ));
        s.ok("notify set budget-threshold=off retainer-low=off comment-reply=client question-asked=off");
        let portal = s.portal();
        s.connect(&portal, &portal.url);
        s.ok("portal-settings set console=on descriptions=none");
        Self { s, portal }
    }

    /// Invites somebody, who comes in.
    fn user(&self, name: &str, options: &str) -> Visitor {
        let line = format!("user invite {name}@acme.example --client acme {options} -q");
        let link = self.s.ok(&line).reference().to_owned();
        self.s.ok("sync");
        let mut visitor = Visitor::of(&self.portal.url);
        assert_eq!(visitor.accept(&link, PASSWORD).status, 200);
        self.s.ok("sync");
        visitor
    }

    /// The mails to an address, whole.
    fn mails(&self, name: &str) -> Vec<Value> {
        let list = self.s.json("mail list --all");
        let mut mails = list.as_array().unwrap().clone();
        mails.retain(|mail| {
            let to = mail["to"][0].as_str().unwrap();
            to == format!("{name}@acme.example") && mail["kind"] == "notice"
        });
        mails
    }

    fn body(&self, name: &str) -> String {
        let mails = self.mails(name);
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails[0]["body"].as_str().unwrap().to_owned()
    }

    /// Who is told of an event, and who does not want it.
    fn told(&self, event: &str) -> (Value, Value) {
        let shown = self.s.json("notify show --client acme");
        let mut keys = shown["keys"].as_array().unwrap().iter();
        let row = keys.find(|row| row["key"] == event).unwrap();
        (row["recipients"].clone(), row["muted"].clone())
    }
}

/// The path of the link with this in it.
fn path(body: &str, part: &str) -> String {
    let mut lines = body.lines();
    let line = lines.find(|line| line.contains(part) && line.starts_with("http"));
    let line = line.unwrap_or_else(|| panic!("no `{part}` in {body}"));
    url::Url::parse(line).unwrap().path().to_owned()
}

/// Posts to an address as a mail provider does: no cookies, no origin.
fn one_click(portal: &str, path: &str) -> u16 {
    let http = reqwest::blocking::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap();
    let form = "List-Unsubscribe=One-Click";
    let request = http
        .post(format!("{portal}{path}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    request.send().unwrap().status().as_u16()
}

#[test]
fn a_reader_ends_a_kind_of_mail_at_the_portal_and_the_owner_s_machine_obeys() {
    let mut scene = Scene::new();
    let mut jo = scene.user("jo", "--name 'Jo Field'");
    let _kim = scene.user("kim", "--role work");
    let _ann = scene.user("ann", "--role finance");
    scene.s.ok("notify set weekly-summary=client");
    scene.s.at("2026-11-23T06:15:00Z");
    scene.s.ok("run");
    scene.s.ok("run");
    assert_eq!(scene.mails("ann").len(), 0, "who pays sees no hours");
    let body = scene.body("jo");
    for part in [
        "Hello Jo Field,",
        "8.00\u{a0}h",
        "/c/",
        "No more mail about the hours of the week:",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("CANARY"), "{body}");
    let (jos, kims) = (
        path(&body, "/unsubscribe/"),
        path(&scene.body("kim"), "/unsubscribe/"),
    );
    assert_ne!(jos, kims);
    let console = path(&body, "/c/");
    assert!(jo.open(&console).ok().contains("Acme GmbH"));

    // Looking changes nothing, however often a program does it.
    let mut anybody = Visitor::of(&scene.portal.url);
    for _ in 0..2 {
        let page = anybody.open(&jos).ok();
        assert!(
            page.contains("the hours of the week") && page.contains("Studio Nord"),
            "{page}"
        );
        for other in ["jo@acme.example", "Jo Field", "Acme"] {
            assert!(!page.contains(other), "{other}: {page}");
        }
    }
    assert_eq!(scene.s.json("sync")["events"], 0);
    // A secret that is none, a kind that is none, another's kind under the own secret.
    let (start, _) = jos.rsplit_once('/').unwrap();
    for forged in [
        format!("{start}/{}", "A".repeat(43)),
        format!("{start}/short"),
        jos.replace("weekly-summary", "weather"),
    ] {
        assert_eq!(anybody.open(&forged).status, 410, "{forged}");
        assert_eq!(one_click(&scene.portal.url, &forged), 410, "{forged}");
    }
    assert_eq!(scene.s.json("sync")["events"], 0);

    // By the button, twice; one event comes of it.
    let fields = [("List-Unsubscribe", "One-Click")];
    for _ in 0..2 {
        assert!(anybody.send(&jos, &fields).ok().contains("Done"));
    }
    assert_eq!(scene.s.json("sync --dry-run")["events"], 1);
    assert_eq!(scene.s.json("sync")["events"], 1);
    assert_eq!(scene.s.json("sync")["events"], 0);
    assert_eq!(
        scene.told("weekly-summary"),
        (json!(["kim@acme.example"]), json!(["jo@acme.example"]))
    );
    scene
        .s
        .ok("client history acme --kind notification")
        .says("jo@acme.example wants no mail about weekly-summary");

    // The next week: kim alone. And kim's program ends it by itself.
    scene.s.ok("time log acme/shop 1h --date 2026-11-24");
    scene.s.at("2026-11-30T06:15:00Z");
    scene.s.ok("run");
    assert_eq!((scene.mails("jo").len(), scene.mails("kim").len()), (1, 2));
    assert_eq!(one_click(&scene.portal.url, &kims), 200);
    // The run takes that in before it writes.
    scene.s.ok("time log acme/shop 1h --date 2026-12-01");
    scene.s.at("2026-12-07T06:15:00Z");
    scene.s.ok("run");
    assert_eq!((scene.mails("jo").len(), scene.mails("kim").len()), (1, 2));

    // On the account page it can be chosen again.
    let account = jo.open("/account");
    let (token, client) = (account.field("form_token"), account.field("client"));
    let text = account.text();
    assert!(
        !text.contains("name=\"weekly-summary\" value=\"on\" checked"),
        "{text}"
    );
    let fields = [
        ("form_token", token.as_str()),
        ("client", &client),
        ("weekly-summary", "on"),
        ("comment-reply", "on"),
    ];
    let saved = jo.send("/account/notifications", &fields).ok();
    assert!(
        saved.contains("name=\"weekly-summary\" value=\"on\" checked"),
        "{saved}"
    );
    scene.s.ok("sync");
    let (told, muted) = scene.told("weekly-summary");
    assert_eq!(
        (told, muted),
        (json!(["jo@acme.example"]), json!(["kim@acme.example"]))
    );
    assert_eq!(
        scene.told("budget-threshold").1,
        json!([]),
        "it is for nobody anyway"
    );
    // What kim ended is not taken up again by mistake; what the owner put down is.
    scene.s.ok("notify mute kim@acme.example comment-reply");
    for line in [
        "notify unmute kim@acme.example",
        "notify unmute kim@acme.example weekly-summary",
    ] {
        let refused = scene.s.loggia(line);
        refused
            .exits(4)
            .tells("ended mail about weekly-summary of acme")
            .tells("--on-request");
    }
    scene.s.ok("notify unmute kim@acme.example comment-reply");
    let kims = scene.s.json("notify unmute kim@acme.example --on-request");
    assert_eq!(
        (&kims[0]["muted"], &kims[0]["unsubscribed"]),
        (&json!([]), &json!([]))
    );
    scene.s.ok("sync");
    scene.s.ok("sync");
    assert_eq!(scene.told("weekly-summary").1, json!([]));
    scene.s.is_sound();
}

#[test]
fn what_the_owner_puts_down_stands_on_the_account_page() {
    let scene = Scene::new();
    let mut jo = scene.user("jo", "");
    let checked = "name=\"weekly-summary\" value=\"on\" checked";
    assert!(jo.open("/account").ok().contains(checked));
    scene.s.ok("notify mute jo@acme.example weekly-summary");
    scene.s.ok("sync");
    assert!(!jo.open("/account").ok().contains(checked));
    // Another's client in the form, and a form from elsewhere.
    let account = jo.open("/account");
    let (token, client) = (account.field("form_token"), account.field("client"));
    let other = format!("{}{}", &client[1..], &client[..1]);
    let fields = |token: &str, client: &str| {
        let fields = [("form_token", token), ("client", client)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (token, client, status) in [
        ("forged", client.as_str(), 403),
        (&token, other.as_str(), 404),
        (&token, "x", 400),
    ] {
        let fields = fields(token, client);
        let fields: Vec<_> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(jo.send("/account/notifications", &fields).status, status);
    }
    assert_eq!(scene.s.json("sync")["events"], 0);
}

#[test]
fn an_answer_reaches_who_asked_with_a_link_to_it() {
    let mut scene = Scene::new();
    let mut jo = scene.user("jo", "");
    let _kim = scene.user("kim", "");
    let home = path(&format!("{}/", scene.portal.url), "");
    assert_eq!(home, "/");
    let console = jo.open("/").path;
    let form = jo.open(&format!("{console}/questions"));
    let (token, message) = (form.field("form_token"), form.field("message"));
    let fields = [
        ("form_token", token.as_str()),
        ("message", message.as_str()),
        ("text", "When is it <done>?"),
    ];
    assert_eq!(
        jo.send(&format!("{console}/questions"), &fields).status,
        200
    );
    scene.s.ok("notify set question-asked=owner");
    let run = scene.s.json("run");
    let jobs = run["jobs"].as_array().unwrap();
    let told: Vec<_> = jobs.iter().filter(|job| job["kind"] == "notice").collect();
    assert_eq!(told.len(), 1, "{run:#}");
    let reference = told[0]["period"].as_str().unwrap().to_owned();
    let to_owner = &scene.s.json("mail list --all")[0];
    assert_eq!(to_owner["to"], json!(["mara@studio.example"]));
    assert!(
        to_owner["body"]
            .as_str()
            .unwrap()
            .contains("> When is it <done>?")
    );

    scene
        .s
        .ok(&format!("inbox reply {reference} -m 'On Monday.'"));
    scene.s.ok("run");
    scene.s.ok("run");
    assert_eq!(scene.mails("kim").len(), 0, "kim asked nothing");
    let body = scene.body("jo");
    assert!(
        body.contains("> On Monday.") && body.contains("Mara wrote:"),
        "{body}"
    );
    let thread = jo.open(&path(&body, "/questions/"));
    assert!(
        thread.ok().contains("On Monday."),
        "the run published it first"
    );

    // A week later nothing of it is news.
    scene.s.at("2026-12-01T06:15:00Z");
    scene.s.ok("notify set comment-reply=kim@acme.example");
    scene.s.ok("run");
    assert_eq!(scene.mails("kim").len(), 0);
}

#[test]
fn an_invoice_on_the_portal_is_told_to_whom_no_mail_brought_it() {
    let scene = Scene::new();
    let _jo = scene.user("jo", "");
    let _ann = scene.user("ann", "--role finance");
    let _kim = scene.user("kim", "--role work");
    scene
        .s
        .ok("client contact add acme 'Jo Field' --email jo@acme.example --role billing");
    scene.s.ok("invoice create acme 2026-11");
    scene.s.ok("invoice send 2026-0001");
    // Ann wants no notices: that is not about invoices that are mailed.
    scene.s.ok("notify mute jo@acme.example invoice-issued");
    scene.s.ok("run");
    scene.s.ok("run");
    assert_eq!((scene.mails("jo").len(), scene.mails("kim").len()), (0, 0));
    let body = scene.body("ann");
    assert!(
        body.contains("Invoice 2026-0001") && body.contains("904.40"),
        "{body}"
    );
    scene
        .s
        .ok("invoice remind 2026-0001 --preview --to jo@acme.example");
    let list = scene.s.json("mail list --all");
    let to_jo = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|mail| mail["to"][0] == "jo@acme.example");
    assert_eq!(to_jo.count(), 1, "the invoice came all the same");
}

#[test]
fn what_the_portal_does_not_have_yet_is_told_after_the_next_sync() {
    let mut scene = Scene::new();
    drop(scene.user("jo", "--name Jo"));
    scene.s.ok("notify set budget-threshold=both");
    scene.portal.kill();
    scene.s.loggia("run").exits(6);
    assert!(
        scene.mails("jo").is_empty(),
        "the link would lead to an old page"
    );
    let owner = scene.s.json("mail list --all");
    assert!(
        owner.to_string().contains("mara@studio.example"),
        "{owner:#}"
    );
    let address = scene.portal.url.trim_start_matches("http://").to_owned();
    scene.portal = scene.s.portal_at(&address);
    scene.s.ok("run");
    assert_eq!(scene.mails("jo").len(), 1);
    scene.s.ok("run");
    assert_eq!(scene.mails("jo").len(), 1);
}

#[test]
fn what_a_user_may_not_see_any_more_is_not_sent() {
    let mut scene = Scene::new();
    let mut jo = scene.user("jo", "");
    let console = jo.open("/").path;
    for (event, change, monday) in [
        ("comment-reply", "portal-settings set comments=off", 20),
        ("comment-reply", "undo: inbox reply", 20),
        (
            "weekly-summary",
            "user role jo@acme.example finance --client acme",
            23,
        ),
        (
            "weekly-summary",
            "user disable jo@acme.example --client acme --yes",
            30,
        ),
        (
            "weekly-summary",
            "portal-settings set console=off --client acme",
            37,
        ),
    ] {
        let s = &mut scene.s;
        s.ok("notify set comment-reply=off weekly-summary=off");
        if event == "comment-reply" {
            let form = jo.open(&format!("{console}/questions"));
            let (token, message) = (form.field("form_token"), form.field("message"));
            let fields = [
                ("form_token", token.as_str()),
                ("message", message.as_str()),
                ("text", change),
            ];
            assert_eq!(
                jo.send(&format!("{console}/questions"), &fields).status,
                200
            );
            s.ok("sync");
            let asked = s.json("inbox list --open");
            let reference = asked[0]["reference"].as_str().unwrap().to_owned();
            s.ok(&format!("inbox reply {reference} -m 'On Monday.'"));
            s.ok("sync");
        } else {
            let (month, day) = if monday > 30 {
                (12, monday - 30)
            } else {
                (11, monday)
            };
            s.at(&format!("2026-{month}-{day:02}T06:15:00Z"));
            if monday > 23 {
                s.ok("time log acme/shop 1h --date 2026-11-25");
                s.ok("time log acme/shop 1h --date 2026-12-02");
            }
        }
        s.ok(&format!("notify set {event}=client"));
        s.ok("run --only notice");
        let waits = s.json("mail list");
        assert_eq!(waits.as_array().unwrap().len(), 1, "{change}: {waits:#}");
        match change.strip_prefix("undo: ") {
            Some(command) => {
                let history = s.json("history");
                let mut all = history.as_array().unwrap().iter();
                let found = all.find(|one| one["command"].as_str().unwrap().contains(command));
                s.ok(&format!("undo {}", found.unwrap()["operation"]))
            }
            None => s.ok(change),
        };
        s.ok("run --only mail");
        let last = s.json("mail list --all");
        let last = last.as_array().unwrap().last().unwrap();
        assert_eq!(last["state"], "discarded", "{change}: {last:#}");
        s.ok("portal-settings set comments=on");
        s.ok("portal-settings unset console --client acme");
        s.loggia("user enable jo@acme.example --client acme");
        s.loggia("user role jo@acme.example full --client acme");
        s.ok("run --only notice --mark-done --yes");
    }
    scene.s.is_sound();
}

#[test]
fn it_is_shown_who_is_left_out_and_why() {
    let scene = Scene::new();
    let _jo = scene.user("jo", "");
    let _ann = scene.user("ann", "--role finance");
    let s = &scene.s;
    s.ok("user invite lee@acme.example --client acme");
    s.ok("notify set weekly-summary=client comment-reply=client");
    let of = |event: &str| {
        let shown = s.json("notify show --client acme");
        let mut keys = shown["keys"].as_array().unwrap().iter();
        let row = keys.find(|row| row["key"] == event).unwrap().clone();
        let left = row["left_out"].as_array().unwrap().iter();
        let words = left.map(|one| {
            let name = one["email"].as_str().unwrap().split('@').next().unwrap();
            let setting = one["setting"].as_str().unwrap_or_default();
            format!("{name} {} {setting}", one["why"].as_str().unwrap())
        });
        let words: Vec<String> = words.map(|one| one.trim().to_owned()).collect();
        (row["recipients"].clone(), words.join(", "))
    };
    let jo = json!(["jo@acme.example"]);
    assert_eq!(
        of("weekly-summary"),
        (jo.clone(), "ann role, lee not-accepted".to_owned())
    );
    s.ok("notify mute ann@acme.example comment-reply");
    assert_eq!(
        of("comment-reply"),
        (jo, "ann muted, lee not-accepted".to_owned())
    );
    s.ok("portal-settings set comments=off --client acme");
    let left = "ann muted, jo hidden comments, lee not-accepted";
    assert_eq!(of("comment-reply"), (json!([]), left.to_owned()));
    s.ok("notify show --client acme").says("comments=off");
    s.ok("notify set comment-reply=kim@else.example");
    assert_eq!(of("comment-reply").1, "kim hidden comments");
    s.ok("user disable jo@acme.example --client acme --yes");
    assert_eq!(
        of("weekly-summary").1,
        "ann role, jo disabled, lee not-accepted"
    );
    s.ok("user enable jo@acme.example --client acme");
    s.ok("portal-settings set console=off --client acme");
    assert_eq!(
        of("weekly-summary").1,
        "ann role, jo hidden console, lee not-accepted"
    );
}

#[test]
fn after_a_restore_what_was_asked_is_not_told_again_and_a_new_answer_is() {
    let scene = Scene::new();
    let mut jo = scene.user("jo", "");
    scene.s.ok("notify set question-asked=owner");
    scene.s.ok("backup old.db");
    let console = jo.open("/").path;
    let form = jo.open(&format!("{console}/questions"));
    let (token, message) = (form.field("form_token"), form.field("message"));
    let fields = [
        ("form_token", token.as_str()),
        ("message", message.as_str()),
        ("text", "When is it done?"),
    ];
    jo.send(&format!("{console}/questions"), &fields);
    scene.s.ok("run");
    assert_eq!(scene.s.json("mail list --all").as_array().unwrap().len(), 1);
    let answer = |text: &str| {
        let asked = scene.s.json("inbox list");
        let reference = asked[0]["reference"].as_str().unwrap().to_owned();
        let answered = scene
            .s
            .json(&format!("inbox reply {reference} -m '{text}'"));
        answered["messages"].as_array().unwrap().len()
    };
    assert_eq!(answer("On Monday."), 2);
    scene.s.ok("run");
    assert!(scene.body("jo").contains("On Monday."));
    scene.s.ok("restore old.db --yes");
    // The portal has something newer than the backup: it is overwritten on purpose.
    scene.s.ok("sync --client acme --force --yes");
    scene.s.ok("run");
    let mails = scene.s.json("mail list --all");
    assert_eq!(mails, json!([]), "the owner knows of it");
    assert_eq!(answer("On Tuesday."), 2);
    scene.s.ok("run");
    assert!(scene.body("jo").contains("On Tuesday."));
    scene.s.ok("run");
    assert_eq!(scene.mails("jo").len(), 1);
    scene.s.is_sound();
}
