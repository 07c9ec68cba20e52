//! The house: which layer may name which, which crate lives in which room, where SQL writes, where the clock and the environment are
//! read. Parses `src/` and fails with the file and line of what is out of place. Code for tests only is exempt.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

/// The layers that each layer may name, besides itself.
const MAY_NAME: [(&str, &[&str]); 11] = [
    ("values", &[]),
    ("domain", &["values"]),
    ("store", &["values", "domain"]),
    ("published", &["values"]),
    ("disclosure", &["values", "domain", "published"]),
    ("document", &["values", "published"]),
    ("mail", &["values"]),
    ("sync", &["values", "published"]),
    ("portal", &["values", "published", "document", "mail"]),
    (
        "app",
        &[
            "values",
            "domain",
            "store",
            "published",
            "disclosure",
            "document",
            "mail",
            "sync",
        ],
    ),
    (
        "cli",
        &[
            "values",
            "domain",
            "store",
            "published",
            "document",
            "mail",
            "sync",
            "portal",
            "app",
        ],
    ),
];

/// The only places (beginnings of paths below `src/`) that may name a crate.
const ROOMS: [(&[&str], &[&str]); 11] = [
    (&["rusqlite", "refinery"], &["store/", "portal/store/"]),
    (
        &[
            "tokio_postgres",
            "deadpool_postgres",
            "tokio_postgres_rustls",
        ],
        &["portal/store/postgres/"],
    ),
    (&["reqwest"], &["sync/"]),
    (&["lettre"], &["mail/"]),
    (&["utoipa"], &["published/", "portal/openapi.rs"]),
    (
        &[
            "axum",
            "axum_extra",
            "hyper",
            "hyper_util",
            "tower",
            "tower_http",
            "askama",
            "argon2",
            "ipnet",
        ],
        &["portal/", "cli/portal.rs", "cli/portal/"],
    ),
    (
        &["tokio", "tracing", "tracing_subscriber"],
        &[
            "portal/",
            "cli/portal.rs",
            "cli/portal/",
            "cli/open_portal.rs",
        ],
    ),
    (
        &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "comfy_table",
            "dialoguer",
            "indicatif",
        ],
        &["cli/"],
    ),
    (
        &[
            "typst",
            "typst_pdf",
            "typst_layout",
            "comemo",
            "rust_xlsxwriter",
            "quick_xml",
        ],
        &["document/"],
    ),
    (&["directories"], &["cli/"]),
    (&["getrandom"], &["values/"]),
];

/// Of the server's crates the command line needs only what starts it.
const SERVER_CRATES_OF_CLI: [&str; 4] = ["tokio", "tracing", "tracing_subscriber", "ipnet"];

/// Tables of the books that are not logged: what they hold is the log itself, or state of this machine.
const UNLOGGED: [&str; 11] = [
    "operation",
    "change",
    "touched",
    "file",
    "pushed",
    "withdrawn",
    "mail_try",
    "portal_event",
    "approval_due",
    "thread_read",
    "identity",
];

#[test]
fn layers_name_only_what_the_table_allows() {
    let mut wrong = String::new();
    let mut used: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in &house() {
        let Some((layer, allowed)) = MAY_NAME.iter().find(|(layer, _)| *layer == file.layer())
        else {
            continue;
        };
        for path in &file.paths {
            let Some(named) = file.layer_of(path) else {
                continue;
            };
            if !MAY_NAME.iter().any(|(layer, _)| *layer == named) || named == *layer {
                continue;
            }
            if !allowed.contains(&named.as_str()) {
                writeln!(
                    wrong,
                    "{}:{}: `{layer}` names `{named}`",
                    file.name, path.line
                )
                .unwrap();
            }
            used.entry(layer).or_default().insert(named);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    for (layer, allowed) in MAY_NAME {
        let used = used.remove(layer).unwrap_or_default();
        let idle: Vec<_> = allowed
            .iter()
            .filter(|name| !used.contains(**name))
            .collect();
        assert!(
            idle.is_empty(),
            "`{layer}` no longer names {idle:?}: take it out of the table"
        );
    }
}

#[test]
fn every_file_of_the_library_is_in_a_layer() {
    for file in &house() {
        let known = MAY_NAME.iter().any(|(layer, _)| *layer == file.layer());
        assert!(
            known || ["build.rs", "lib.rs", "main.rs"].contains(&file.name.as_str()),
            "{} is in no layer",
            file.name
        );
    }
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut wrong = String::new();
    for file in &house() {
        for path in &file.paths {
            let krate = path.segments[0].as_str();
            let Some((_, rooms)) = ROOMS.iter().find(|(crates, _)| crates.contains(&krate)) else {
                continue;
            };
            let at_home = rooms.iter().any(|room| file.name.starts_with(room));
            let extra = file.name.starts_with("cli/")
                && rooms[0] == "portal/"
                && !SERVER_CRATES_OF_CLI.contains(&krate);
            if !at_home || extra {
                writeln!(wrong, "{}:{}: names `{krate}`", file.name, path.line).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn only_the_calendar_reads_the_clock() {
    let clocks = [["Utc", "now"], ["Local", "now"], ["SystemTime", "now"]];
    let wrong = named(|file, path| {
        let reads = path
            .segments
            .windows(2)
            .any(|pair| clocks.iter().any(|clock| pair == clock));
        reads && file.name != "values/calendar.rs"
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let wrong = named(|file, path| {
        let Some(at) = path
            .segments
            .windows(2)
            .position(|pair| pair == ["std", "env"])
        else {
            return false;
        };
        let what = path.segments.get(at + 2).map(String::as_str);
        match what {
            Some("temp_dir" | "current_dir") => !file.name.starts_with("cli/"),
            Some("args_os") => file.name != "cli/mod.rs",
            // The build script speaks with cargo.
            _ => !["cli/config.rs", "build.rs"].contains(&file.name.as_str()),
        }
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "tests", "benches"] {
        for path in rust_files(&root.join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                text.starts_with("//! "),
                "{} does not begin with `//! `",
                path.display()
            );
        }
    }
}

#[test]
fn logged_tables_are_written_through_the_door_alone() {
    let logged = logged_tables();
    assert!(
        logged.contains("entry") && logged.contains("invoice"),
        "{logged:?}"
    );
    let mut wrong = String::new();
    for file in house()
        .iter()
        .filter(|file| !file.name.starts_with("portal/"))
    {
        for (text, line) in &file.texts {
            for table in written(text) {
                let unlogged = UNLOGGED.contains(&table.as_str());
                let logged = logged.contains(&table)
                    || !table.starts_with(|c: char| c.is_ascii_alphabetic());
                if logged && !unlogged && file.name != "store/door.rs" {
                    writeln!(wrong, "{}:{line}: writes `{table}`", file.name).unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Two databases of one portal are at the same step by the same number.
#[test]
fn both_databases_of_the_portal_have_the_same_migrations() {
    let of = |database: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/portal");
        let files = std::fs::read_dir(folder.join(database)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.collect()
    };
    assert_eq!(of("sqlite"), of("postgres"));
    assert!(of("sqlite").len() >= 7);
}

#[test]
fn the_door_is_where_this_test_believes_it_to_be() {
    let house = house();
    let door = house
        .iter()
        .find(|file| file.name == "store/door.rs")
        .unwrap();
    assert!(door.texts.iter().any(|(text, _)| !written(text).is_empty()));
}

#[test]
fn this_test_sees_what_it_looks_for() {
    let file = SourceFile::parse(
        "portal/sample.rs",
        r#"
        use crate::{store::Store, values::{id::Slug as S}};
        use super::super::domain;
        #[derive(clap::Args)] struct A;
        fn f() { let _ = chrono::Utc::now(); println!("{}", crate::app::x()); rusqlite::Connection::open("DELETE FROM entry WHERE 1"); }
        #[cfg(test)] mod tests { use crate::disclosure::X; fn g() { reqwest::get(); } }
        #[cfg(test)] mod desk;
        "#,
    );
    let layers: BTreeSet<_> = file
        .paths
        .iter()
        .filter_map(|path| file.layer_of(path))
        .collect();
    let layers: Vec<_> = layers.iter().map(String::as_str).collect();
    assert_eq!(layers, ["app", "domain", "store", "values"]);
    let crates: Vec<_> = file
        .paths
        .iter()
        .map(|path| path.segments[0].as_str())
        .collect();
    assert!(
        crates.contains(&"clap") && crates.contains(&"rusqlite") && !crates.contains(&"reqwest"),
        "{crates:?}"
    );
    assert!(
        file.paths
            .iter()
            .any(|path| path.segments.ends_with(&["Utc".into(), "now".into()]))
    );
    assert_eq!(
        file.texts
            .iter()
            .flat_map(|(text, _)| written(text))
            .collect::<Vec<_>>(),
        ["entry"]
    );
    assert_eq!(file.tests, ["desk"]);
}

/// What is named where it must not be.
fn named(is_wrong: impl Fn(&SourceFile, &NamedPath) -> bool) -> String {
    let mut wrong = String::new();
    for file in &house() {
        for path in file.paths.iter().filter(|path| is_wrong(file, path)) {
            writeln!(
                wrong,
                "{}:{}: names `{}`",
                file.name,
                path.line,
                path.segments.join("::")
            )
            .unwrap();
        }
    }
    wrong
}

/// The tables that an SQL text writes.
fn written(sql: &str) -> Vec<String> {
    let words: Vec<&str> = sql
        .split(|c: char| c.is_whitespace() || c == '(' || c == ';')
        .filter(|word| !word.is_empty())
        .collect();
    let mut tables = Vec::new();
    for at in 0..words.len() {
        let table = match words[at..] {
            ["INSERT" | "REPLACE", "INTO", table, ..] | ["DELETE", "FROM", table, ..] => table,
            ["INSERT", "OR", _, "INTO", table, ..] => table,
            ["UPDATE", table, "SET", ..] => table,
            ["UPDATE", "OR", _, table, "SET", ..] => table,
            _ => continue,
        };
        tables.push(table.trim_matches('"').to_owned());
    }
    tables
}

/// The tables of the local store, as its migrations make them, that the log covers.
fn logged_tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/store");
    let mut tables = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let sql = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let made = sql.split("CREATE TABLE ").skip(1);
        let names = made.map(|rest| rest.split([' ', '(']).next().unwrap().to_owned());
        tables.extend(names.filter(|name| !UNLOGGED.contains(&name.as_str())));
    }
    tables
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every file of the library that is no test.
fn house() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: Vec<_> = rust_files(&root)
        .iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            SourceFile::parse(&name, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let tests: Vec<String> = files
        .iter()
        .flat_map(|file| {
            file.tests
                .iter()
                .map(|module| format!("{}{module}", file.folder()))
        })
        .collect();
    let is_test = |name: &str| {
        tests
            .iter()
            .any(|test| name == format!("{test}.rs") || name.starts_with(&format!("{test}/")))
    };
    files
        .into_iter()
        .filter(|file| !is_test(&file.name))
        .collect()
}

/// A path as it is written, from its first segment.
struct NamedPath {
    segments: Vec<String>,
    /// How many inline modules it stands in.
    depth: usize,
    line: usize,
}

/// What a source file names.
struct SourceFile {
    /// Below `src/`.
    name: String,
    paths: Vec<NamedPath>,
    /// Its string literals, with their lines.
    texts: Vec<(String, usize)>,
    /// Modules in other files that are for tests only.
    tests: Vec<String>,
}

impl SourceFile {
    fn parse(name: &str, source: &str) -> Self {
        let syntax = syn::parse_file(source).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut reader = Reader::default();
        reader.visit_file(&syntax);
        Self {
            name: name.to_owned(),
            paths: reader.paths,
            texts: reader.texts,
            tests: reader.tests,
        }
    }

    fn layer(&self) -> &str {
        self.name.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The folder of its child modules, with its slash.
    fn folder(&self) -> String {
        match self.name.strip_suffix("mod.rs") {
            Some(folder) => folder.to_owned(),
            None if ["lib.rs", "main.rs"].contains(&self.name.as_str()) => String::new(),
            None => format!("{}/", self.name.trim_end_matches(".rs")),
        }
    }

    /// The layer that a path leads to, if it leads through the root of the crate.
    fn layer_of(&self, path: &NamedPath) -> Option<String> {
        let segments = &path.segments;
        if matches!(segments[0].as_str(), "crate" | "loggia") {
            return segments.get(1).cloned();
        }
        let up = segments
            .iter()
            .take_while(|segment| *segment == "super")
            .count();
        let mut module: Vec<String> = self
            .folder()
            .split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        module.extend(std::iter::repeat_n(String::new(), path.depth));
        if up == 0 || up > module.len() {
            return None;
        }
        module.truncate(module.len() - up);
        module.extend(segments[up..].iter().cloned());
        module.first().cloned()
    }
}

#[derive(Default)]
struct Reader {
    paths: Vec<NamedPath>,
    texts: Vec<(String, usize)>,
    tests: Vec<String>,
    depth: usize,
}

impl Reader {
    fn note(&mut self, segments: Vec<String>, span: Span) {
        if !segments.is_empty() {
            let (depth, line) = (self.depth, span.start().line);
            self.paths.push(NamedPath {
                segments,
                depth,
                line,
            });
        }
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => self.note(with(name.ident.to_string()), name.span()),
            UseTree::Rename(name) => self.note(with(name.ident.to_string()), name.span()),
            UseTree::Glob(glob) => self.note(with("*".to_owned()), glob.span()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    /// Paths and texts within macros and attributes, which are not parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut start = Span::call_site();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 => {
                    path.push(ident.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.flush(&mut path, start);
                    colons = 0;
                    match other {
                        TokenTree::Ident(ident) => {
                            start = ident.span();
                            path.push(ident.to_string());
                        }
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(literal) => self.text(&literal),
                        TokenTree::Punct(_) => {}
                    }
                }
            }
        }
        self.flush(&mut path, start);
    }

    fn flush(&mut self, path: &mut Vec<String>, start: Span) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.note(path, start);
        }
    }

    fn text(&mut self, literal: &proc_macro2::Literal) {
        if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
            self.texts.push((text.value(), literal.span().start().line));
        }
    }
}

fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let only_tests = attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|ident| ident == "test");
        only_tests || attribute.path().is_ident("test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !for_tests(attributes(item)) {
            return visit::visit_item(self, item);
        }
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            self.tests.push(module.ident.to_string());
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let inline = usize::from(module.content.is_some());
        self.depth += inline;
        visit::visit_item_mod(self, module);
        self.depth -= inline;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string());
            self.note(segments.collect(), path.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.push((text.value(), text.span().start().line));
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.visit_path(&found.path);
        self.tokens(found.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        // Comments for people are no code.
        if !attribute.path().is_ident("doc") {
            self.visit_path(attribute.path());
            if let syn::Meta::List(list) = &attribute.meta {
                self.tokens(list.tokens.clone());
            }
        }
    }
}
