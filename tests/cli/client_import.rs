//! Clients and contacts from files.

use crate::sandbox::Sandbox;

#[test]
fn an_export_of_contacts_is_read_and_what_finds_no_room_is_told() {
    let s = Sandbox::studio();
    write(
        &s,
        "harvest.csv",
        "Client,First Name,Last Name,Title,Email,Office Phone,Mobile Phone\n\
         Acme,Jane,Miller,CFO,jane@acme.example,030 111111,0171 111111\nAcme,Bob,Ray,,bob@acme.example,,0171 222222\n",
    );
    s.ok("client import harvest.csv")
        .says("2 rows: 1 added, 1 updated")
        .tells("1 row with a mobile number that was not taken");
    let contacts = &s.json("client show acme")["contacts"];
    assert_eq!(contacts[0]["phone"], "030 111111");
    assert_eq!(contacts[1]["phone"], "0171 222222");
    write(&s, "wide.csv", format!("name{}\nAcme\n", ",c".repeat(3000)));
    s.fails("client import wide.csv", 2, "import.too_large");
}

fn write(s: &Sandbox, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(s.path(name), bytes).unwrap();
}

const FILE: &str = "Company;Name;Email;Land\nAcme GmbH;Jane Miller;jane@acme.example;Deutschland\nAcme GmbH;Bob Ray;;\nZeta;;;\n";

#[test]
fn a_file_is_told_row_by_row_and_comes_in_once() {
    let s = Sandbox::studio();
    write(&s, "c.csv", FILE);
    let before = s.books();
    let planned = s.json("client import c.csv --dry-run");
    assert_eq!(s.books(), before);
    let told = |row: usize| {
        let row = &planned["results"][row];
        (
            row["line"].as_u64().unwrap(),
            row["result"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(told(0), (2, "added".to_owned()));
    assert_eq!(told(1), (3, "updated".to_owned()));
    assert_eq!(planned["columns"]["contact_email"], "Email");
    s.ok("client import c.csv")
        .says("3 rows: 2 added, 1 updated, 0 unchanged, 0 with problems");
    let acme = s.json("client show acme-gmbh");
    assert_eq!(acme["country"], "DE");
    assert_eq!(acme["contacts"].as_array().unwrap().len(), 2);
    let books = s.books();
    s.ok("client import c.csv").says("3 unchanged");
    assert_eq!(s.books(), books);
    s.is_sound();
    s.ok("undo");
    assert_eq!(s.books(), before);
}

#[test]
fn nothing_is_stored_of_a_file_with_problems_unless_they_are_to_be_skipped() {
    let s = Sandbox::studio();
    write(&s, "c.csv", "name,email\nGood,\nBad,not mail\n");
    let before = s.books();
    let outcome = s.loggia("client import c.csv --json").exits(4);
    assert_eq!(outcome.error()["code"], "import.rows");
    let report = outcome.json();
    assert_eq!(report["refused"], true);
    assert_eq!(report["results"][1]["line"], 3);
    let message = report["results"][1]["message"].as_str().unwrap();
    assert!(
        message.contains("`not mail` is not an e-mail address"),
        "{message}"
    );
    assert_eq!(s.books(), before);
    s.ok("client import c.csv --skip-bad").says("1 added");
    s.ok("client show good");
}

#[test]
fn what_the_list_exports_comes_in_elsewhere_as_it_was() {
    let s = Sandbox::studio();
    s.ok("client add '\"Acme, Inc\"' --slug acme --phone '+49 30 123456' --tax-id DE136695976 --tag a --tag '=b' \
          --address \"Weg 1\n10115 Berlin\" --country DE --website acme.example --email office@acme.example");
    for (name, notes) in [
        ("Equals", "=1+1"),
        ("Quoted", "'=1+1"),
        ("Twice", "''+1"),
        ("Quote", "'"),
        ("Lines", "@a\n\"b\", c;d"),
    ] {
        s.run(&["client", "add", name, "--notes", notes, "--individual"])
            .exits(0);
    }
    s.run(&["client", "edit", "lines", "--field", "Industry=-Film"])
        .exits(0);
    s.ok("client archive quote");
    let columns = "slug,name,kind,stage,website,phone,email,currency,language,billable,address,country,tax_id,notes,tags,\
                   external_id,contacts,field:Industry";
    let export = format!("client list --all --format csv --columns {columns}");
    let exported = s.ok(&export).stdout;
    let other = Sandbox::studio();
    write(&other, "list.csv", &exported);
    other
        .ok("client import list.csv")
        .says("6 added")
        .tells("columns that were not read: `contacts`");
    assert_eq!(other.ok(&export).stdout, exported);
    other.ok("client import list.csv").says("6 unchanged");
}

#[test]
fn a_tax_id_moves_from_one_client_to_another() {
    let s = Sandbox::studio();
    write(
        &s,
        "old.csv",
        "id,name,tax_id\n1,Alpha,DE136695976\n2,Beta,ATU13585627\n",
    );
    s.ok("client import old.csv");
    let before = s.books();
    write(
        &s,
        "new.csv",
        "id,name,tax_id\n2,Beta,DK13585628\n1,Alpha,ATU13585627\n",
    );
    let planned = s.json("client import new.csv --dry-run");
    assert_eq!(s.books(), before);
    let done = s.json("client import new.csv");
    assert_eq!(planned["results"], done["results"]);
    assert_eq!(done["updated"], 2);
    assert_eq!(s.json("client show alpha")["tax_id"], "ATU13585627");
    s.is_sound();
    s.ok("undo");
    assert_eq!(s.books(), before);
}

#[test]
fn columns_are_mapped_by_hand_where_their_names_do_not_tell() {
    let s = Sandbox::studio();
    write(&s, "c.csv", "Bezeichnung,Branche\nAcme,Film\n");
    s.fails("client import c.csv", 2, "import.header");
    s.fails("client import c.csv --map name=Wrong", 2, "import.header");
    s.loggia("client import c.csv --map nme=Bezeichnung")
        .exits(2)
        .tells("did you mean `name`?");
    for (mapping, told) in [
        (
            "--map name=Bezeichnung --map name=Branche",
            "`name` is to be read from two columns: `Bezeichnung`, `Branche`",
        ),
        (
            "--map name=Bezeichnung --map notes=bezeichnung",
            "the column `Bezeichnung` is to be two fields: `name`, `notes`",
        ),
    ] {
        s.loggia(&format!("client import c.csv {mapping}"))
            .exits(2)
            .tells(told);
    }
    s.ok("client import c.csv --map name=Bezeichnung --map field:Industry=Branche");
    assert_eq!(s.json("client show acme")["fields"]["Industry"], "Film");
}

#[test]
fn files_that_are_not_csv_are_refused_with_nothing_stored() {
    let s = Sandbox::studio();
    let utf16: Vec<u8> = "\u{feff}name\nAcme\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    write(&s, "utf16.csv", utf16);
    write(&s, "latin.csv", b"name\nM\xfcller\n");
    write(&s, "nul.csv", b"name\nA\0B\n");
    write(&s, "empty.csv", b"");
    write(&s, "one.csv", b"some text\nof lines\n");
    let large = std::fs::File::create(s.path("large.csv")).unwrap();
    std::io::Write::write_all(&mut &large, b"name,notes\n").unwrap();
    let line = format!("Acme,{}\n", "x".repeat(99_000));
    for _ in 0..1100 {
        std::io::Write::write_all(&mut &large, line.as_bytes()).unwrap();
    }
    let before = s.books();
    for (file, exit, code) in [
        ("utf16.csv", 2, "import.encoding"),
        ("latin.csv", 2, "import.encoding"),
        ("nul.csv", 2, "import.encoding"),
        ("empty.csv", 2, "import.empty"),
        ("one.csv", 2, "import.header"),
        ("large.csv", 2, "import.too_large"),
        ("gone.csv", 3, "file"),
    ] {
        s.fails(&format!("client import {file}"), exit, code);
    }
    assert_eq!(s.books(), before);
}

#[test]
fn people_come_from_and_go_to_vcards() {
    let s = Sandbox::acme();
    write(
        &s,
        "people.vcf",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jane Öhm\r\nORG:Acme\r\nTITLE:CFO\r\nEMAIL;TYPE=pref:jane@acme.example\r\nEND:VCARD\r\n",
    );
    s.ok("client contact import acme people.vcf")
        .says("1 added");
    s.ok("client contact import acme people.vcf")
        .says("0 added, 0 updated, 1 unchanged");
    let contact = &s.json("client contact list acme")[0];
    assert_eq!(contact["position"], "CFO");
    assert_eq!(contact["primary"], true);
    let card = s.ok("client contact export acme --output -").stdout;
    assert!(
        card.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane Öhm\r\nORG:Acme GmbH\r\n"),
        "{card}"
    );
    s.ok("client contact export acme 'jane öhm'")
        .says("wrote acme-jane-oehm.vcf");
    write(&s, "old.vcf", "BEGIN:VCARD\nVERSION:2.1\nFN:x\nEND:VCARD\n");
    s.fails("client contact import acme old.vcf", 2, "import.vcard");
    write(
        &s,
        "mixed.vcf",
        "BEGIN:VCARD\nVERSION:2.1\nFN:x\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Sue\nEMAIL:sue@acme.example\n\
         EMAIL:sue@home.example\nEND:VCARD\n",
    );
    s.fails("client contact import acme mixed.vcf", 4, "import.rows");
    s.ok("client contact import acme mixed.vcf --skip-bad")
        .says("1 added, 0 updated, 0 unchanged, 1 left out")
        .tells("line 5: not taken, since a contact has no room for it: sue@home.example");
    s.ok("undo");
    write(&s, "people.csv", "name,email\nJane,\n");
    for (line, code, hint) in [
        (
            "client contact import acme old.vcf",
            "import.vcard",
            "vCard 3.0 or 4.0",
        ),
        (
            "client contact import acme people.csv",
            "import.vcard",
            "`loggia client import FILE`",
        ),
        (
            "client import people.vcf",
            "import.header",
            "`loggia client contact import CLIENT FILE`",
        ),
    ] {
        let error = s.fails(line, 2, code);
        assert!(error["hint"].as_str().unwrap().contains(hint), "{error}");
    }
    write(
        &s,
        "bad.vcf",
        "BEGIN:VCARD\nVERSION:4.0\nFN:x\nTEL:call me\nEND:VCARD\n",
    );
    s.fails("client contact import acme bad.vcf", 4, "import.rows");
    s.fails("client contact export acme nobody", 3, "contact.not_found");
    write(
        &s,
        "group.vcf",
        "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Board\nEND:VCARD\n\
         BEGIN:VCARD\nVERSION:4.0\nFN:Bob\nEMAIL:MAILTO:bob@acme.example\nEND:VCARD\n",
    );
    s.ok("client contact import acme group.vcf")
        .says("1 added")
        .tells("a card of a group or company was passed over");
    let names: Vec<_> = s
        .json("client contact list acme")
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_file_in_another_encoding_is_told_how_to_be_saved() {
    let s = Sandbox::acme();
    write(&s, "latin.csv", b"name\nM\xfcller\n");
    write(
        &s,
        "latin.vcf",
        b"BEGIN:VCARD\nVERSION:4.0\nFN:M\xfcller\nEND:VCARD\n",
    );
    write(&s, "utf16.vcf", b"\xff\xfeB\0E\0");
    write(&s, "book.csv", b"PK\x03\x04");
    for (line, hint) in [
        (
            "client import latin.csv",
            "save the file as CSV in UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 IN > OUT",
        ),
        (
            "client contact import acme latin.vcf",
            "save the file as vCard in UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 IN > OUT",
        ),
        (
            "client contact import acme utf16.vcf",
            "save the file as vCard in UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 IN > OUT",
        ),
        (
            "client import book.csv",
            "save what is in it as CSV in UTF-8",
        ),
    ] {
        assert_eq!(s.fails(line, 2, "import.encoding")["hint"], hint, "{line}");
    }
}
