//! Several processes on one store wait for each other.

use std::collections::BTreeSet;

use crate::sandbox::Sandbox;

#[test]
fn eight_processes_at_once_lose_nothing() {
    let s = Sandbox::acme();
    std::thread::scope(|scope| {
        for process in 0..8 {
            let s = &s;
            scope.spawn(move || {
                for entry in 0..20 {
                    s.ok(&format!(
                        "time log acme/website 5m 'entry {process}-{entry}'"
                    ));
                }
            });
        }
    });
    let entries = s.json("time list all");
    let notes: BTreeSet<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["note"].to_string())
        .collect();
    assert_eq!(notes.len(), 160);
    assert_eq!(s.json("history --limit 160").as_array().unwrap().len(), 160);
    s.is_sound();
}

#[test]
fn processes_that_make_the_same_store_at_once_all_find_it() {
    let s = Sandbox::empty();
    std::thread::scope(|scope| {
        for process in 0..8 {
            let s = &s;
            scope.spawn(move || s.ok(&format!("client add Client-{process}")));
        }
    });
    assert_eq!(s.json("client list").as_array().unwrap().len(), 8);
    s.is_sound();
}

#[test]
fn two_invoices_at_once_get_two_numbers_and_bill_nothing_twice() {
    let s = Sandbox::acme();
    for client in ["globex", "initech", "umbra"] {
        s.ok(&format!("client add {client}"));
        s.ok(&format!("project add {client} Website"));
    }
    let clients = ["acme", "globex", "initech", "umbra"];
    for client in clients {
        s.ok(&format!("time log {client}/website 1h"));
    }
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let s = &s;
        let create =
            |client| scope.spawn(move || s.loggia(&format!("invoice create {client}")).status);
        let running: Vec<_> = clients.into_iter().chain(clients).map(create).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == Some(0)).count(),
        4,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == Some(4)).count(),
        4,
        "{statuses:?}"
    );
    let numbers: BTreeSet<_> = s
        .json("invoice list")
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["number"].to_string())
        .collect();
    assert_eq!(numbers.len(), 4);
    s.is_sound();
}

/// As long as the program's patience: ten seconds.
#[test]
fn a_writer_that_does_not_finish_is_told_and_readers_go_on() {
    let s = Sandbox::acme();
    let holder = s.sqlite();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = s.fails("time log acme/website 1h", 5, "store.busy");
    assert!(error["hint"].is_string());
    assert_eq!(s.json("client list")[0]["slug"], "acme");
    holder.execute_batch("ROLLBACK").unwrap();
    s.ok("time log acme/website 1h");
}
