//! What a dry run promises, the import keeps, with any file; and it can be taken back.

use proptest::prelude::*;

use super::tests::{Desk, SKIP, told};
use super::*;

/// Few values, so that rows meet: empty ones, those that are stored, and others.
fn row() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec!["", "1", "2", "3", "4"]);
    let slug = prop::sample::select(vec!["", "", "alpha", "beta", "acme", "new"]);
    let name = prop::sample::select(vec!["Alpha", "Beta", "Gamma", "Acme", ""]);
    let tax_id = prop::sample::select(vec!["", "DE136695976", "ATU13585627", "DK13585628", "DE1"]);
    let contact = prop::sample::select(vec!["", "Jo", "Bo"]);
    let primary = prop::sample::select(vec!["", "yes"]);
    (id, slug, name, tax_id, contact, primary).prop_map(
        |(id, slug, name, tax_id, contact, primary)| {
            format!("{id},{slug},{name},{tax_id},{contact},{primary}\n")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_import_does_what_its_dry_run_tells(rows in prop::collection::vec(row(), 1..9)) {
        let mut desk = Desk::new();
        desk.import("id,name,tax_id,contact\n1,Alpha,DE136695976,Jo\n2,Beta,ATU13585627,\n,Acme,,Bo\n");
        let file = format!("id,slug,name,tax_id,contact,contact_primary\n{}", rows.concat());
        let dry = Options { dry_run: true, ..SKIP };
        let before = desk.slugs();
        let planned = desk.try_import(file.as_bytes(), &dry).unwrap();
        prop_assert_eq!(&before, &desk.slugs());
        let done = desk.try_import(file.as_bytes(), &SKIP).unwrap();
        prop_assert_eq!(told(&planned), told(&done));
        prop_assert_eq!(planned, done);
        prop_assert!(desk.session.store.check().unwrap().findings.is_empty());
        let operations = crate::app::undo::history(&desk.session, None, 9).unwrap().len();
        if operations > 1 {
            crate::app::undo::undo(&mut desk.session, None).unwrap();
            prop_assert_eq!(before, desk.slugs());
        }
    }
}
