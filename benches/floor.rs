//! The floor: the same file, the same pragmas, the bare SQL, and nothing else.

use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// The first argument of a run of this program that is a floor.
pub(super) const WORD: &str = "floor";

/// Does the bare work of a job. The arguments are the store and the folder around it.
pub(super) fn run(job: &str, arguments: &[String]) {
    let [store, folder] = arguments else {
        panic!("a floor wants a store and a folder");
    };
    let folder = Path::new(folder);
    match job {
        "insert" => insert(&open(store)),
        "select" => select(&open(store)),
        "month" => sums(&open(store), "day BETWEEN '2026-10-01' AND '2026-10-31'"),
        "everything" => sums(&open(store), "1"),
        "csv" => csv(&open(store), &folder.join("floor.csv")),
        "xlsx" => xlsx(&open(store), &folder.join("floor.xlsx")),
        other => panic!("there is no floor `{other}`"),
    }
}

fn open(store: impl AsRef<Path>) -> Connection {
    let conn = Connection::open(store).unwrap();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; \
         PRAGMA cache_size = -32768;",
    )
    .unwrap();
    conn
}

fn insert(conn: &Connection) {
    conn.execute_batch(
        "BEGIN IMMEDIATE; INSERT INTO entry (project_id, member_id, day, seconds, note) VALUES (1, 1, '2026-11-20', 60, 'bench'); COMMIT;",
    )
    .unwrap();
}

fn select(conn: &Connection) {
    let timers: i64 = conn
        .query_row("SELECT count(*) FROM timer", [], |row| row.get(0))
        .unwrap();
    println!("{timers}");
}

fn sums(conn: &Connection, days: &str) {
    let sql = format!(
        "SELECT client.slug, project.slug, sum(seconds) FROM entry JOIN project ON project.id = project_id \
         JOIN client ON client.id = client_id WHERE {days} GROUP BY project_id"
    );
    let mut statement = conn.prepare(&sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        println!(
            "{}/{} {}",
            row.get::<_, String>(0).unwrap(),
            row.get::<_, String>(1).unwrap(),
            row.get::<_, i64>(2).unwrap()
        );
    }
}

/// The columns of an entry as they are exported, with the names behind its keys, in the order of day.
const ROWS: &str = "SELECT entry.id, day, started, ended, seconds, client.slug, project.slug, phase.name, task.name, activity.code, \
    member.slug, entry.note, entry.internal_note, \
    coalesce(entry.billable, coalesce(task.billable, 1) AND project.billable AND client.billable), entry.rate, entry.tags, \
    invoice.number \
    FROM entry JOIN project ON project.id = entry.project_id JOIN client ON client.id = project.client_id \
    JOIN member ON member.id = entry.member_id LEFT JOIN task ON task.id = entry.task_id \
    LEFT JOIN phase ON phase.id = entry.phase_id LEFT JOIN activity ON activity.id = entry.activity_id \
    LEFT JOIN invoice ON invoice.id = entry.invoice_id ORDER BY day, started, entry.id";

/// How many they are.
const WIDTH: u16 = 17;

fn csv(conn: &Connection, path: &Path) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut statement = conn.prepare(ROWS).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..usize::from(WIDTH) {
            match row.get_ref(column).unwrap() {
                rusqlite::types::ValueRef::Integer(number) => write!(file, "{number},").unwrap(),
                rusqlite::types::ValueRef::Text(text) => {
                    file.write_all(text).unwrap();
                    file.write_all(b",").unwrap();
                }
                _ => file.write_all(b",").unwrap(),
            }
        }
        file.write_all(b"\n").unwrap();
    }
    file.flush().unwrap();
}

fn xlsx(conn: &Connection, path: &Path) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().unwrap();
    let mut statement = conn.prepare(ROWS).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut line = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..WIDTH {
            match row.get_ref(usize::from(column)).unwrap() {
                rusqlite::types::ValueRef::Integer(number) => {
                    sheet.write_number(line, column, number as f64).unwrap();
                }
                rusqlite::types::ValueRef::Text(text) => {
                    let text = std::str::from_utf8(text).unwrap();
                    sheet.write_string(line, column, text).unwrap();
                }
                _ => {}
            }
        }
        line += 1;
    }
    workbook.save(path).unwrap();
}
