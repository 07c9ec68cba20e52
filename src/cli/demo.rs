//! `loggia demo`: a sample agency from the first setting to a client who looks at its hours in a browser.
//!
//! Every step is a command as a user would type it, printed and then run through the same code as when it is typed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use clap::Args;
use tokio::sync::oneshot;

use crate::portal::{Clock, Settings, SqliteStore};
use crate::values::calendar::Calendar;

use super::config::Environment;
use super::error::{Failure, Result};
use super::file;
use super::portal::{block_on, seal_key, stop_signal};
use super::terminal::Terminal;
use super::{Context, as_typed, run};

/// Set up a sample agency, bill a month, publish it, and let a client look at it
#[derive(Debug, Args)]
#[command(
    after_help = "Everything is made in a folder of its own; your own books are not touched."
)]
pub(super) struct Demo {
    /// Keep the portal open until Ctrl-C (the default)
    #[arg(long, conflicts_with = "no_serve")]
    serve: bool,
    /// Look at the client's console through the portal, and end
    #[arg(long)]
    no_serve: bool,
    /// Port of the portal on loopback; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder to make everything in; it must be empty or not there [default: a new one among the temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

const ACCOUNT: &str = "studio-lagune";
const USER: &str = "petra@nordwind.example";

impl Demo {
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<ExitCode> {
        let folder = self.folder()?;
        let mut stage = Stage::new(context, folder)?;
        stage.business()?;
        stage.time()?;
        stage.expenses()?;
        stage.disclosure()?;
        stage.billing()?;
        let portal = OpenPortal::start(&stage.folder, self.port, stage.environment.clock()?)?;
        let seen = stage.publish(&portal).and_then(|link| {
            stage.look(&portal, &link)?;
            stage.finish(&portal, !self.no_serve)
        });
        if seen.is_ok() && !self.no_serve {
            block_on(stop_signal())?;
        }
        portal.stop()?;
        seen.map(|()| ExitCode::SUCCESS)
    }

    fn folder(&self) -> Result<PathBuf> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Failure::from(crate::app::Error::File { path, source })
        };
        if let Some(folder) = &self.folder {
            std::fs::create_dir_all(folder).map_err(failed(folder))?;
            let mut entries = std::fs::read_dir(folder).map_err(failed(folder))?;
            if entries.next().is_some() {
                return Err(Failure::usage(
                    "demo.folder",
                    format!("`{}` is not empty", folder.display()),
                    "name a folder that is not there yet".to_owned(),
                ));
            }
            return Ok(folder.clone());
        }
        let id = crate::values::id::PublicId::random().map_err(crate::app::Error::from)?;
        let short: String = id.as_str().chars().take(8).collect();
        let folder = std::env::temp_dir().join(format!("loggia-demo-{short}"));
        std::fs::create_dir(&folder).map_err(failed(&folder))?;
        Ok(folder)
    }
}

/// Where the demo plays.
struct Stage<'c, 't> {
    context: &'c mut Context<'t>,
    environment: Environment,
    folder: PathBuf,
    today: NaiveDate,
}

impl<'c, 't> Stage<'c, 't> {
    fn new(context: &'c mut Context<'t>, folder: PathBuf) -> Result<Self> {
        let now = context.environment.now()?;
        let zone = Calendar::parse_zone("Europe/Berlin").map_err(crate::app::Error::from)?;
        let calendar = Calendar::new(zone, Weekday::Mon, now);
        let environment = Environment {
            store: Some(folder.join("books.db")),
            portal_url: None,
            portal_token: None,
            interactive: false,
            ..context.environment.clone()
        };
        let mut stage = Self {
            context,
            environment,
            today: calendar.today(),
            folder,
        };
        stage.print("A sample agency, made with the commands you would type:\n")?;
        let store = stage.folder.join("books.db");
        stage.print(&format!("$ export LOGGIA_STORE={}", store.display()))?;
        Ok(stage)
    }

    fn print(&mut self, text: &str) -> Result<()> {
        self.context.terminal.data(&format!("{text}\n"))
    }

    fn title(&mut self, text: &str) -> Result<()> {
        self.print(&format!("\n# {text}"))
    }

    /// Prints a command and runs it; gives what it wrote to standard output.
    fn run(&mut self, words: &[&str]) -> Result<String> {
        let arguments: Vec<OsString> = std::iter::once("loggia")
            .chain(words.iter().copied())
            .map(OsString::from)
            .collect();
        let typed = as_typed(&arguments);
        self.print(&format!("$ loggia {typed}"))?;
        let mut terminal = Terminal::capturing();
        let code = run(&arguments, &self.environment, &mut terminal);
        if code != ExitCode::SUCCESS {
            return Err(Failure::failed(
                "demo.step",
                format!("`loggia {typed}` failed"),
                None,
            ));
        }
        Ok(terminal.captured())
    }

    /// Runs commands one after the other.
    fn all(&mut self, commands: &[&[&str]]) -> Result<()> {
        commands
            .iter()
            .try_for_each(|words| self.run(words).map(drop))
    }

    /// Runs a command and shows what it wrote.
    fn show(&mut self, words: &[&str]) -> Result<String> {
        let output = self.run(words)?;
        for line in output.lines() {
            self.print(&format!("  {line}"))?;
        }
        Ok(output)
    }

    fn first_of_month(&self, months_back: u32) -> NaiveDate {
        self.today
            .with_day(1)
            .and_then(|first| first.checked_sub_months(Months::new(months_back)))
            .unwrap_or(self.today)
    }

    fn business(&mut self) -> Result<()> {
        self.title("the business, its team and two clients")?;
        self.all(&[
            &[
                "init",
                "--business",
                "Studio Lagune",
                "--currency",
                "EUR",
                "--zone",
                "Europe/Berlin",
                "--rate",
                "95",
                "--tax",
                "19",
                "--owner",
                "Mara Lindt",
            ],
            &[
                "settings",
                "set",
                "address=Hafenweg 12, 20457 Hamburg",
                "country=DE",
                "email=office@lagune.example",
                "tax-id=DE123456789",
                "iban=DE89370400440532013000",
            ],
            &[
                "member",
                "edit",
                "mara-lindt",
                "--slug",
                "mara",
                "--role",
                "Project lead",
            ],
            &[
                "member",
                "add",
                "Jonas Weber",
                "--slug",
                "jonas",
                "--role",
                "Developer",
                "--email",
                "jonas@lagune.example",
            ],
            &[
                "member",
                "add",
                "Ines Costa",
                "--slug",
                "ines",
                "--role",
                "Designer",
                "--email",
                "ines@lagune.example",
            ],
            &[
                "client",
                "add",
                "Nordwind Energie GmbH",
                "--slug",
                "nordwind",
                "--email",
                "einkauf@nordwind.example",
                "--website",
                "nordwind.example",
                "--address",
                "Windallee 3, 24103 Kiel",
                "--country",
                "DE",
                "--rate",
                "110",
            ],
            &[
                "client",
                "contact",
                "add",
                "nordwind",
                "Petra Olsen",
                "--position",
                "Project manager",
                "--email",
                USER,
            ],
            &[
                "client",
                "contact",
                "add",
                "nordwind",
                "Ole Brandt",
                "--position",
                "Accounts payable",
            ],
            &[
                "client",
                "add",
                "Ballett am Kanal",
                "--slug",
                "ballett",
                "--email",
                "buero@ballett.example",
                "--address",
                "Am Kanal 8, 24148 Kiel",
                "--country",
                "DE",
            ],
            &[
                "project",
                "add",
                "nordwind",
                "Customer portal",
                "--budget",
                "160h",
            ],
            &[
                "project",
                "add",
                "nordwind",
                "Data migration",
                "--budget",
                "60h",
            ],
            &["project", "add", "ballett", "Website care"],
            &[
                "project",
                "task",
                "add",
                "nordwind/customer-portal",
                "Development",
            ],
            &[
                "project",
                "task",
                "add",
                "nordwind/customer-portal",
                "Design",
            ],
        ])?;
        let from = self.first_of_month(3).to_string();
        self.run(&[
            "retainer", "add", "ballett", "--hours", "20", "--per", "month", "--fee", "1600",
            "--from", &from,
        ])
        .map(drop)
    }

    fn time(&mut self) -> Result<()> {
        self.title("three months of time from another program, and today's by hand")?;
        let file = self.folder.join("three-months.csv");
        file::write(
            &file,
            worklog(self.first_of_month(3), self.today).as_bytes(),
            false,
        )?;
        let file = file.display().to_string();
        self.show(&["time", "import", "toggl", &file])?;
        self.all(&[
            &[
                "time",
                "log",
                "nordwind/customer-portal",
                "1h30m",
                "Sign-in page: error states",
                "--task",
                "Development",
                "--by",
                "jonas",
            ],
            &[
                "time",
                "log",
                "ballett/website-care",
                "8:00-8:45",
                "Season programme online",
                "--by",
                "ines",
                "--internal",
                "quicker than they think",
            ],
        ])?;
        self.show(&["time", "report", "last", "month", "--by", "client,project"])?;
        self.show(&["project", "list"])?;
        self.show(&["retainer", "status"]).map(drop)
    }

    fn expenses(&mut self) -> Result<()> {
        self.title("what was spent for clients")?;
        self.all(&[
            &[
                "expense",
                "add",
                "nordwind/customer-portal",
                "89.90",
                "Train to the workshop",
                "--category",
                "Travel",
                "--tax",
                "7",
                "--by",
                "jonas",
            ],
            &[
                "expense",
                "add",
                "ballett/website-care",
                "24km",
                "To the theatre and back",
                "--category",
                "Travel",
                "--price",
                "0.30",
                "--by",
                "ines",
            ],
        ])?;
        self.show(&["expense", "list"]).map(drop)
    }

    fn billing(&mut self) -> Result<()> {
        self.title(
            "last month billed: the number, the invoice and its PDF are one step; then a payment",
        )?;
        let month: String = self.first_of_month(1).to_string().chars().take(7).collect();
        let date = self.first_of_month(0).to_string();
        self.show(&[
            "invoice",
            "preview",
            "nordwind",
            &month,
            "--group-by",
            "task",
            "--date",
            &date,
        ])?;
        let number = self.run(&[
            "-q",
            "invoice",
            "create",
            "nordwind",
            &month,
            "--group-by",
            "task",
            "--date",
            &date,
        ])?;
        let number = number.trim().to_owned();
        self.run(&[
            "-q", "invoice", "create", "ballett", &month, "--date", &date,
        ])?;
        let pdf = self
            .folder
            .join(format!("{number}.pdf"))
            .display()
            .to_string();
        self.show(&[
            "invoice", "export", &number, "--format", "pdf", "--output", &pdf,
        ])?;
        let paid = self.today.to_string();
        self.run(&[
            "invoice", "pay", &number, "1000", "--date", &paid, "--method", "transfer",
        ])?;
        self.show(&["invoice", "list"]).map(drop)
    }

    fn disclosure(&mut self) -> Result<()> {
        self.title("what each client may see, and who of Nordwind may look")?;
        self.all(&[
            &["portal-settings", "set", "console=on", "team=initials"],
            &[
                "portal-settings",
                "set",
                "rates=shown",
                "team=names",
                "welcome=Good to see you. Questions? Just ask.",
                "--client",
                "nordwind",
            ],
        ])?;
        self.run(&[
            "-q",
            "user",
            "invite",
            USER,
            "--client",
            "nordwind",
            "--name",
            "Petra Olsen",
        ])?;
        self.run(&[
            "-q",
            "user",
            "invite",
            "kasse@ballett.example",
            "--client",
            "ballett",
            "--role",
            "finance",
        ])?;
        self.show(&["portal-settings", "preview", "ballett"])
            .map(drop)
    }

    /// Connects, publishes, and gives a link that signs Petra in.
    fn publish(&mut self, portal: &OpenPortal) -> Result<String> {
        self.title("the portal, and what the client sees of it")?;
        let database = portal.database.clone();
        self.print(&format!(
            "$ loggia portal serve --database {database} --listen {} &",
            portal.address
        ))?;
        let token = self.run(&[
            "-q",
            "portal",
            "account",
            "create",
            ACCOUNT,
            "--database",
            &database,
        ])?;
        self.environment.portal_token = Some(token.trim().to_owned());
        let url = portal.url();
        self.print(
            "$ export LOGGIA_PORTAL_TOKEN=…   # what `portal account create` printed, shown once",
        )?;
        self.show(&["portal", "connect", &url])?;
        self.environment.portal_token = None;
        self.show(&["sync"])?;
        self.link(&database, "10")
    }

    fn link(&mut self, database: &str, minutes: &str) -> Result<String> {
        let path = self.run(&[
            "-q",
            "portal",
            "link",
            USER,
            "--account",
            ACCOUNT,
            "--client",
            "nordwind",
            "--minutes",
            minutes,
            "--database",
            database,
        ])?;
        Ok(path.trim().to_owned())
    }

    /// Opens the console as Petra would, and holds it against the books.
    fn look(&mut self, portal: &OpenPortal, link: &str) -> Result<()> {
        let page = portal.console(link)?;
        for expected in ["Nordwind Energie GmbH", "Customer portal"] {
            if !page.contains(expected) {
                return Err(Failure::failed(
                    "demo.page",
                    format!("the console page does not show `{expected}`"),
                    None,
                ));
            }
        }
        if page.contains("Ballett") || page.contains("quicker than they think") {
            return Err(Failure::failed(
                "demo.leak",
                "the console page shows what this client may not see".to_owned(),
                None,
            ));
        }
        self.print(&format!(
            "  the client's console was fetched through the portal: {} bytes",
            page.len()
        ))?;
        self.show(&["check"]).map(drop)
    }

    fn finish(&mut self, portal: &OpenPortal, stays: bool) -> Result<()> {
        let folder = self.folder.display().to_string();
        if !stays {
            return self.print(&format!("\nEverything is in {folder}"));
        }
        let link = self.link(&portal.database.clone(), "1440")?;
        let url = portal.url();
        self.print(&format!(
            "\nEverything is in {folder}\n\nOpen the portal as Petra Olsen of Nordwind (the link works once):\n  {url}{link}\n\nCtrl-C ends the demo."
        ))?;
        self.context.terminal.finish()
    }
}

/// The portal of the demo, in a thread of its own.
struct OpenPortal {
    address: std::net::SocketAddr,
    database: String,
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<Result<()>>,
}

impl OpenPortal {
    fn start(folder: &Path, port: u16, clock: Clock) -> Result<Self> {
        let settings = Settings {
            clock,
            seal: Some(seal_key(&folder.join("portal.db.key"))?),
            ..Settings::default()
        };
        let path = folder.join("portal.db");
        let store = SqliteStore::open(&path)
            .map_err(|error| Failure::failed("portal.store", error.to_string(), None))?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                let shutdown = async {
                    let _ = stopped.await;
                };
                crate::portal::serve(listener, Arc::new(store), settings, shutdown)
                    .await
                    .map_err(|error| Failure::failed("portal.serve", error.to_string(), None))
            })?
        });
        Ok(Self {
            address,
            database: format!("sqlite:{}", path.display()),
            stop,
            thread,
        })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Follows the link as a browser does: cookies are kept, redirects followed.
    fn console(&self, link: &str) -> Result<String> {
        let address = format!("{}{link}", self.url());
        let address = url::Url::parse(&address).map_err(std::io::Error::other)?;
        Ok(crate::sync::browse(&address).map_err(crate::app::Error::from)?)
    }

    fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        self.thread.join().unwrap_or_else(|_| {
            Err(Failure::failed(
                "portal.serve",
                "the portal broke down".to_owned(),
                None,
            ))
        })
    }
}

/// What a member does, again and again: on which days, from when, for how many minutes.
struct Habit {
    member: (&'static str, &'static str),
    client: &'static str,
    project: &'static str,
    task: &'static str,
    days: &'static [Weekday],
    start: (u32, u32),
    minutes: u32,
    notes: &'static [&'static str],
}

const MARA: (&str, &str) = ("Mara Lindt", "");
const JONAS: (&str, &str) = ("Jonas Weber", "jonas@lagune.example");
const INES: (&str, &str) = ("Ines Costa", "ines@lagune.example");

const HABITS: [Habit; 6] = [
    Habit {
        member: JONAS,
        client: "Nordwind Energie GmbH",
        project: "Customer portal",
        task: "Development",
        days: &[Weekday::Mon, Weekday::Wed, Weekday::Fri],
        start: (9, 0),
        minutes: 135,
        notes: &[
            "Meter readings: import and checks",
            "Tariff calculator, second pass",
            "Accessibility: forms and focus order",
            "Review with the customer's team",
        ],
    },
    Habit {
        member: INES,
        client: "Nordwind Energie GmbH",
        project: "Customer portal",
        task: "Design",
        days: &[Weekday::Thu],
        start: (10, 0),
        minutes: 150,
        notes: &[
            "Dashboard layout",
            "Icons and empty states",
            "Prototype for the user test",
        ],
    },
    Habit {
        member: MARA,
        client: "Nordwind Energie GmbH",
        project: "Data migration",
        task: "",
        days: &[Weekday::Tue, Weekday::Thu],
        start: (13, 30),
        minutes: 90,
        notes: &[
            "Mapping of customer records",
            "Trial run and differences",
            "Call with IT: open questions",
        ],
    },
    Habit {
        member: MARA,
        client: "Ballett am Kanal",
        project: "Website care",
        task: "",
        days: &[Weekday::Tue, Weekday::Thu],
        start: (9, 30),
        minutes: 45,
        notes: &[
            "Updates and backups",
            "Newsletter form",
            "Ticket links for the premiere",
        ],
    },
    Habit {
        member: INES,
        client: "Ballett am Kanal",
        project: "Website care",
        task: "",
        days: &[Weekday::Mon, Weekday::Wed],
        start: (14, 0),
        minutes: 75,
        notes: &[
            "Photo galleries",
            "Season brochure as a page",
            "Image sizes for phones",
        ],
    },
    Habit {
        member: JONAS,
        client: "Ballett am Kanal",
        project: "Website care",
        task: "",
        days: &[Weekday::Fri],
        start: (15, 0),
        minutes: 30,
        notes: &["Performance check", "Search for performances"],
    },
];

/// A detailed report as Toggl exports it, over the working days from `first` to the day before `today`.
fn worklog(first: NaiveDate, today: NaiveDate) -> String {
    let mut csv = String::from(
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n",
    );
    let days = std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)))
        .take_while(|day| *day < today);
    for (count, day) in days.enumerate() {
        for habit in HABITS
            .iter()
            .filter(|habit| habit.days.contains(&day.weekday()))
        {
            let note = habit
                .notes
                .get((count / 2) % habit.notes.len().max(1))
                .copied()
                .unwrap_or_default();
            let (hour, minute) = habit.start;
            let end = hour * 60 + minute + habit.minutes;
            let (name, email) = habit.member;
            csv.push_str(&format!(
                "{name},{email},{},{},{},\"{note}\",Yes,{day},{hour:02}:{minute:02}:00,{day},{:02}:{:02}:00,{:02}:{:02}:00,,\n",
                habit.client,
                habit.project,
                habit.task,
                end / 60,
                end % 60,
                habit.minutes / 60,
                habit.minutes % 60,
            ));
        }
    }
    csv
}
