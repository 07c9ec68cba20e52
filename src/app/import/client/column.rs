//! Which column of a file is what of a client: by its name, in English and German, or as the user says.

use std::collections::{HashMap, HashSet};

use crate::values::text::{Line, fold};

use super::super::problem::ImportError;

/// What a column can be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    ExternalId,
    Slug,
    Name,
    Kind,
    Stage,
    Email,
    Phone,
    Website,
    Currency,
    Language,
    Address,
    Street,
    Postcode,
    City,
    Country,
    TaxId,
    Notes,
    Tags,
    Billable,
    ContactName,
    ContactFirstName,
    ContactLastName,
    ContactEmail,
    ContactPhone,
    /// For a contact without another number.
    ContactMobile,
    ContactPosition,
    ContactRoles,
    ContactPrimary,
    /// A field of the owner's, by name.
    Custom(Line),
}

/// Fields with their words and the names that columns have for them, as [`bare`] writes them; the more telling first.
const FIELDS: &[(Field, &str, &[&str])] = &[
    (
        Field::ExternalId,
        "external_id",
        &[
            "externalid",
            "id",
            "clientid",
            "customerid",
            "clientnumber",
            "customernumber",
            "customerno",
            "reference",
            "kundennummer",
            "kundennr",
            "kdnr",
            "fremdnummer",
            "nummer",
        ],
    ),
    (
        Field::Slug,
        "slug",
        &["slug", "shortname", "kurzname", "kürzel", "kuerzel"],
    ),
    (
        Field::Name,
        "name",
        &[
            "name",
            "client",
            "clientname",
            "customer",
            "customername",
            "kunde",
            "kundenname",
            "mandant",
            "auftraggeber",
        ],
    ),
    (
        Field::Kind,
        "kind",
        &[
            "kind",
            "type",
            "clienttype",
            "customertype",
            "art",
            "typ",
            "kundentyp",
        ],
    ),
    (
        Field::Stage,
        "stage",
        &["stage", "status", "stufe", "phase"],
    ),
    (
        Field::Email,
        "email",
        &[
            "email",
            "emailaddress",
            "mail",
            "email1value",
            "emailadresse",
            "mailadresse",
        ],
    ),
    (
        Field::Phone,
        "phone",
        &[
            "phone",
            "phonenumber",
            "officephone",
            "workphone",
            "businessphone",
            "telephone",
            "tel",
            "mobile",
            "mobilephone",
            "phone1value",
            "telefon",
            "telefonnummer",
            "rufnummer",
            "mobil",
            "handy",
        ],
    ),
    (
        Field::Website,
        "website",
        &[
            "website",
            "web",
            "url",
            "homepage",
            "webseite",
            "internet",
            "internetseite",
            "website1value",
        ],
    ),
    (
        Field::Currency,
        "currency",
        &["currency", "currencycode", "währung", "waehrung"],
    ),
    (
        Field::Language,
        "language",
        &["language", "locale", "sprache"],
    ),
    (
        Field::Address,
        "address",
        &[
            "address",
            "postaladdress",
            "billingaddress",
            "adresse",
            "anschrift",
            "rechnungsadresse",
        ],
    ),
    (
        Field::Street,
        "street",
        &[
            "street",
            "streetaddress",
            "address1",
            "addressline1",
            "straße",
            "strasse",
            "strassehausnummer",
            "straßehausnummer",
            "strassenr",
            "straßenr",
        ],
    ),
    (
        Field::Postcode,
        "postcode",
        &[
            "postcode",
            "postalcode",
            "zip",
            "zipcode",
            "plz",
            "postleitzahl",
        ],
    ),
    (
        Field::City,
        "city",
        &["city", "town", "ort", "stadt", "wohnort"],
    ),
    (
        Field::Country,
        "country",
        &["country", "countrycode", "land", "länderkürzel"],
    ),
    (
        Field::TaxId,
        "tax_id",
        &[
            "taxid",
            "taxnumber",
            "vatid",
            "vatnumber",
            "vat",
            "vatno",
            "ustid",
            "ustidnr",
            "umsatzsteuerid",
            "steuernummer",
            "uid",
            "uidnummer",
        ],
    ),
    (
        Field::Notes,
        "notes",
        &[
            "notes",
            "note",
            "comment",
            "comments",
            "description",
            "notizen",
            "notiz",
            "bemerkung",
            "bemerkungen",
            "kommentar",
        ],
    ),
    (
        Field::Tags,
        "tags",
        &[
            "tags",
            "tag",
            "labels",
            "label",
            "groups",
            "categories",
            "schlagwörter",
            "schlagworte",
            "stichwörter",
            "gruppen",
        ],
    ),
    (Field::Billable, "billable", &["billable", "abrechenbar"]),
    (
        Field::ContactName,
        "contact",
        &[
            "contact",
            "contactname",
            "contactperson",
            "primarycontact",
            "fullname",
            "person",
            "ansprechpartner",
            "ansprechpartnerin",
            "kontakt",
            "kontaktperson",
            "kontaktname",
        ],
    ),
    (
        Field::ContactFirstName,
        "contact_first_name",
        &["contactfirstname", "firstname", "givenname", "vorname"],
    ),
    (
        Field::ContactLastName,
        "contact_last_name",
        &[
            "contactlastname",
            "lastname",
            "familyname",
            "surname",
            "nachname",
            "familienname",
        ],
    ),
    (
        Field::ContactEmail,
        "contact_email",
        &[
            "contactemail",
            "contactemailaddress",
            "contactmail",
            "kontaktemail",
            "emailansprechpartner",
            "ansprechpartneremail",
        ],
    ),
    (
        Field::ContactPhone,
        "contact_phone",
        &[
            "contactphone",
            "contactphonenumber",
            "contactofficephone",
            "kontakttelefon",
            "telefonansprechpartner",
            "ansprechpartnertelefon",
            "durchwahl",
        ],
    ),
    (
        Field::ContactMobile,
        "contact_mobile",
        &["contactmobile", "contactmobilephone", "kontaktmobil"],
    ),
    (
        Field::ContactPosition,
        "contact_position",
        &[
            "contactposition",
            "contacttitle",
            "position",
            "title",
            "jobtitle",
            "organizationtitle",
            "funktion",
            "stelle",
        ],
    ),
    (
        Field::ContactRoles,
        "contact_roles",
        &[
            "contactroles",
            "contactrole",
            "roles",
            "role",
            "rolle",
            "rollen",
        ],
    ),
    (
        Field::ContactPrimary,
        "contact_primary",
        &[
            "contactprimary",
            "primary",
            "pointofcontact",
            "hauptkontakt",
        ],
    ),
];

/// Names of columns for the client where a person may stand beside it.
const COMPANY: &[&str] = &[
    "company",
    "companyname",
    "organization",
    "organisation",
    "organizationname",
    "organization1name",
    "organisationname",
    "business",
    "businessname",
    "account",
    "accountname",
    "firma",
    "firmenname",
    "unternehmen",
];

/// The same where the name of a person stands beside it in parts.
const CLIENT: &[&str] = &[
    "client",
    "clientname",
    "customer",
    "customername",
    "kunde",
    "kundenname",
    "mandant",
    "auftraggeber",
];

const PERSON_PARTS: &[&str] = &[
    "firstname",
    "givenname",
    "vorname",
    "lastname",
    "familyname",
    "surname",
    "nachname",
    "familienname",
];

const MOBILE: &[&str] = &["mobile", "mobilephone", "mobil", "handy"];

/// The most columns of a file: tables have far fewer, and what has more is something else.
const MOST_COLUMNS: usize = 2000;

impl Field {
    /// The words of all fields but the owner's.
    pub fn words() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(_, word, _)| *word)
    }

    /// The field of a word; `field:Industry` is one of the owner's. Dashes do for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, name)) = text
            .split_once(':')
            .filter(|(key, _)| key.eq_ignore_ascii_case("field"))
        {
            return Line::parse(name).ok().map(Self::Custom);
        }
        let wanted = text.to_lowercase().replace('-', "_");
        FIELDS
            .iter()
            .find(|(_, word, _)| *word == wanted)
            .map(|(field, ..)| field.clone())
    }

    /// Whether both are the same; the owner's fields are so in any case.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Custom(one), Self::Custom(other)) => fold(one.as_str()) == fold(other.as_str()),
            (one, other) => one == other,
        }
    }

    /// The word on the command line and in reports.
    pub fn word(&self) -> String {
        match self {
            Self::Custom(name) => format!("field:{name}"),
            known => FIELDS
                .iter()
                .find(|(field, ..)| field == known)
                .map_or(String::new(), |(_, word, _)| (*word).to_owned()),
        }
    }
}

/// Letters and digits alone, in small: `E-Mail 1 - Value` is `email1value`.
fn bare(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where each field stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Columns {
    pub(super) count: usize,
    /// Fields with the number of their column, and its name as in the file.
    pub(super) found: Vec<(Field, usize, String)>,
    /// Columns that mean nothing.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads a header. What the user says comes first, then columns `field:NAME`; a column is one field, and a field the column that
    /// tells it best.
    pub(super) fn find(header: &[String], said: &[(Field, String)]) -> Result<Self, ImportError> {
        if header.len() > MOST_COLUMNS {
            return Err(ImportError::TooManyColumns {
                found: header.len(),
                most: MOST_COLUMNS,
            });
        }
        let mut columns = Self {
            count: header.len(),
            ..Self::default()
        };
        for (field, named) in said {
            columns.take_said(field, named, header)?;
        }
        columns.take_fields(header)?;
        let header = Header::of(header);
        columns.find_company(&header);
        for (field, word, names) in FIELDS {
            columns.find_free(field, &bare(word), &header);
            for name in *names {
                columns.find_free(field, name, &header);
            }
        }
        if columns.of(&Field::Name).is_none() {
            return Err(ImportError::NoColumn {
                what: "the name of the client",
                found: shown(header.names),
            });
        }
        let taken: HashSet<usize> = columns.found.iter().map(|(_, number, _)| *number).collect();
        let ignored = header
            .names
            .iter()
            .enumerate()
            .filter(|(number, name)| !taken.contains(number) && !name.is_empty())
            .map(|(_, name)| name.clone());
        columns.ignored = ignored.collect();
        Ok(columns)
    }

    /// Takes columns that are called `field:NAME`, as the list of clients exports them.
    fn take_fields(&mut self, header: &[String]) -> Result<(), ImportError> {
        for (number, name) in header.iter().enumerate() {
            let field = Field::parse(name).filter(|field| matches!(field, Field::Custom(_)));
            let Some(field) = field.filter(|_| self.is_free(number)) else {
                continue;
            };
            match self.found.iter().find(|(known, ..)| known.is_same(&field)) {
                // The user says from where it is read.
                Some((_, _, first))
                    if Field::parse(first).is_none_or(|own| !own.is_same(&field)) => {}
                Some((_, _, first)) => {
                    return Err(ImportError::TwoColumns {
                        field: field.word(),
                        columns: shown(&[first.clone(), name.clone()]),
                    });
                }
                None => self.take(field, number, header),
            }
        }
        Ok(())
    }

    /// Takes the column that the user names: as it stands there, or but for case and signs.
    fn take_said(
        &mut self,
        field: &Field,
        named: &str,
        header: &[String],
    ) -> Result<(), ImportError> {
        let wanted = bare(named);
        let as_named = header.iter().position(|name| name == named);
        let alike = |name: &String| !wanted.is_empty() && bare(name) == wanted;
        let Some(number) = as_named.or_else(|| header.iter().position(alike)) else {
            return Err(ImportError::NotAColumn {
                named: named.to_owned(),
                found: shown(header),
            });
        };
        if let Some((_, _, first)) = self.found.iter().find(|(known, ..)| known.is_same(field)) {
            return Err(ImportError::TwoColumns {
                field: field.word(),
                columns: shown(&[first.clone(), named.to_owned()]),
            });
        }
        if let Some((first, _, name)) = self.found.iter().find(|(_, taken, _)| *taken == number) {
            return Err(ImportError::TwoFields {
                column: name.chars().take(80).collect(),
                fields: [first.word(), field.word()],
            });
        }
        self.take(field.clone(), number, header);
        Ok(())
    }

    /// Where a company stands beside a person, `Name`, `Email` and `Phone` are the person's.
    fn find_company(&mut self, header: &Header<'_>) {
        for name in COMPANY {
            self.find_free(&Field::Name, name, header);
        }
        let in_parts = PERSON_PARTS.iter().any(|name| header.has(name));
        if in_parts {
            for name in CLIENT {
                self.find_free(&Field::Name, name, header);
            }
        }
        let company = self.found.iter().find(|(field, ..)| *field == Field::Name);
        let company = company.map(|(_, _, name)| bare(name)).unwrap_or_default();
        let company = company.as_str();
        let whole = || header.has("name") || header.has("fullname");
        let beside = (COMPANY.contains(&company) && (in_parts || whole()))
            || (CLIENT.contains(&company) && in_parts);
        if !beside {
            return;
        }
        self.find_free(&Field::ContactName, "name", header);
        let theirs = [
            (Field::Email, Field::ContactEmail),
            (Field::Phone, Field::ContactPhone),
        ];
        for (field, of_contact) in theirs {
            for name in names_of(&of_contact).chain(names_of(&field)) {
                self.find_free(&of_contact, name, header);
            }
        }
        for name in MOBILE {
            self.find_free(&Field::ContactMobile, name, header);
        }
    }

    /// Takes the column of this name for a field, if both are free.
    fn find_free(&mut self, field: &Field, name: &str, header: &Header<'_>) {
        if self.of(field).is_some() {
            return;
        }
        let mut numbers = header.numbers(name);
        if let Some(number) = numbers.find(|number| self.is_free(*number)) {
            self.take(field.clone(), number, header.names);
        }
    }

    fn is_free(&self, number: usize) -> bool {
        !self.found.iter().any(|(_, taken, _)| *taken == number)
    }

    fn take(&mut self, field: Field, number: usize, header: &[String]) {
        let name = header.get(number).cloned().unwrap_or_default();
        self.found.push((field, number, name));
    }

    /// The name of the column of a field, as in the file; of an address in parts that of its first part.
    pub(super) fn heading(&self, field: &Field) -> String {
        let parts: &[Field] = match field {
            Field::Address => &[Field::Address, Field::Street, Field::City, Field::Postcode],
            other => std::slice::from_ref(other),
        };
        let found = parts
            .iter()
            .find_map(|part| self.found.iter().find(|(known, ..)| known == part));
        found.map_or_else(|| field.word(), |(_, _, name)| name.clone())
    }

    /// The column of a field.
    pub(super) fn of(&self, field: &Field) -> Option<usize> {
        self.found
            .iter()
            .find(|(known, ..)| known == field)
            .map(|(_, number, _)| *number)
    }
}

/// The names that columns have for a field.
fn names_of(field: &Field) -> impl Iterator<Item = &'static str> {
    let known = FIELDS.iter().filter(move |(known, ..)| known == field);
    known.flat_map(|(_, _, names)| names.iter().copied())
}

/// The names of the columns, found as [`bare`] writes them.
struct Header<'h> {
    names: &'h [String],
    by_bare: HashMap<String, Vec<usize>>,
}

impl<'h> Header<'h> {
    fn of(names: &'h [String]) -> Self {
        let mut by_bare: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, name) in names.iter().enumerate() {
            by_bare.entry(bare(name)).or_default().push(number);
        }
        Self { names, by_bare }
    }

    fn has(&self, name: &str) -> bool {
        self.by_bare.contains_key(name)
    }

    /// The columns of a name, in order.
    fn numbers(&self, name: &str) -> impl Iterator<Item = usize> + use<'_> {
        self.by_bare.get(name).into_iter().flatten().copied()
    }
}

/// Names of columns for a message.
fn shown(header: &[String]) -> Vec<String> {
    let names = header.iter().take(20);
    names.map(|name| name.chars().take(80).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str, said: &[(&str, &str)]) -> Result<Columns, ImportError> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let said: Vec<(Field, String)> = said
            .iter()
            .map(|(field, name)| (Field::parse(field).unwrap(), (*name).to_owned()))
            .collect();
        Columns::find(&header, &said)
    }

    /// `name=Company, contact=Name`.
    fn found(header: &str, said: &[(&str, &str)]) -> String {
        let columns = find(header, said).unwrap();
        let mut pairs: Vec<_> = columns.found.iter().collect();
        pairs.sort_by_key(|(_, number, _)| *number);
        let pairs = pairs
            .iter()
            .map(|(field, _, name)| format!("{}={name}", field.word()));
        pairs.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn columns_are_known_by_name_in_any_order_and_case() {
        for (header, expected) in [
            ("Name,E-Mail,PHONE", "name=Name, email=E-Mail, phone=PHONE"),
            (
                "tax-id,Website,client",
                "tax_id=tax-id, website=Website, name=client",
            ),
            (
                "Kundennr.,Firma,Straße,PLZ,Ort,Land,USt-IdNr.",
                "external_id=Kundennr., name=Firma, street=Straße, postcode=PLZ, city=Ort, country=Land, tax_id=USt-IdNr.",
            ),
            (
                "slug,name,kind,stage,website,phone,email,currency,language,billable,address,country,tax_id,notes,tags,external_id",
                "slug=slug, name=name, kind=kind, stage=stage, website=website, phone=phone, email=email, currency=currency, \
                 language=language, billable=billable, address=address, country=country, tax_id=tax_id, notes=notes, tags=tags, \
                 external_id=external_id",
            ),
            (
                "Name,contact,contact_email",
                "name=Name, contact=contact, contact_email=contact_email",
            ),
        ] {
            assert_eq!(found(header, &[]), expected, "{header}");
        }
    }

    #[test]
    fn beside_a_company_a_name_is_a_person() {
        assert_eq!(
            found("Name,Company,Email,Phone,Title", &[]),
            "contact=Name, name=Company, contact_email=Email, contact_phone=Phone, contact_position=Title"
        );
        assert_eq!(
            found("Vorname,Nachname,Firma,E-Mail", &[]),
            "contact_first_name=Vorname, contact_last_name=Nachname, name=Firma, contact_email=E-Mail"
        );
        assert_eq!(
            found("Company,Contact,Contact Email,Email", &[]),
            "name=Company, contact=Contact, contact_email=Contact Email, email=Email"
        );
        assert_eq!(found("Company,Email", &[]), "name=Company, email=Email");
        assert_eq!(
            found(
                "Client,First Name,Last Name,Title,Email,Office Phone,Mobile Phone",
                &[]
            ),
            "name=Client, contact_first_name=First Name, contact_last_name=Last Name, contact_position=Title, \
             contact_email=Email, contact_phone=Office Phone, contact_mobile=Mobile Phone"
        );
        assert_eq!(
            found("Client,Last Name,Mobile", &[]),
            "name=Client, contact_last_name=Last Name, contact_phone=Mobile"
        );
        assert_eq!(
            found("Client,Email,Mobile", &[]),
            "name=Client, email=Email, phone=Mobile"
        );
    }

    #[test]
    fn columns_of_fields_are_read_as_they_are_exported() {
        assert_eq!(
            found("name,contacts,field:Source,Field: Industry", &[]),
            "name=name, field:Source=field:Source, field:Industry=Field: Industry"
        );
        // What the user says comes first.
        assert_eq!(
            found(
                "name,field:Source,Origin",
                &[("notes", "field:Source"), ("field:source", "Origin")]
            ),
            "name=name, notes=field:Source, field:source=Origin"
        );
        assert_eq!(
            found("name,field:Source,Origin", &[("field:source", "Origin")]),
            "name=name, field:source=Origin"
        );
        assert_eq!(
            find("name,field:Film,field:film", &[])
                .unwrap_err()
                .to_string(),
            "`field:film` is to be read from two columns: `field:Film`, `field:film`"
        );
        assert_eq!(find("name,field:", &[]).unwrap().ignored, ["field:"]);
    }

    #[test]
    fn a_table_without_end_is_refused() {
        let wide = format!("name{}", ",c".repeat(100_000));
        assert_eq!(
            find(&wide, &[]).unwrap_err().to_string(),
            "the file has 100001 columns; 2000 are the most that are imported"
        );
    }

    #[test]
    fn what_the_user_says_comes_first() {
        assert_eq!(
            found(
                "Bezeichnung,Name,Branche",
                &[("name", "bezeichnung"), ("field:Industry", "Branche")]
            ),
            "name=Bezeichnung, field:Industry=Branche"
        );
        assert_eq!(
            found(",#,Name", &[("external_id", "#")]),
            "external_id=#, name=Name"
        );
        assert_eq!(
            found("E-Mail,email,Name", &[("email", "email")]),
            "email=email, name=Name"
        );
        let columns = find("Name,Other,Email 2,", &[]).unwrap();
        assert_eq!(columns.ignored, ["Other", "Email 2"]);
    }

    #[test]
    fn a_header_without_a_name_is_refused_with_what_it_has() {
        for (header, said, message) in [
            (
                "foo,bar",
                &[][..],
                "the file has no column for the name of the client; its columns are `foo`, `bar`",
            ),
            (
                "foo|bar",
                &[][..],
                "the file has no column for the name of the client; its only column is `foo|bar`",
            ),
            (
                "Name",
                &[("email", "Mail")][..],
                "the file has no column `Mail`; its only column is `Name`",
            ),
            (
                "A,B",
                &[("name", "A"), ("name", "B")][..],
                "`name` is to be read from two columns: `A`, `B`",
            ),
            (
                "A,B",
                &[("name", "A"), ("field:Film", "B"), ("field:film", "A")][..],
                "`field:film` is to be read from two columns: `B`, `A`",
            ),
            (
                "A,B",
                &[("name", "A"), ("email", "a")][..],
                "the column `A` is to be two fields: `name`, `email`",
            ),
            (
                ",Name",
                &[("external_id", "#")][..],
                "the file has no column `#`; its columns are ``, `Name`",
            ),
        ] {
            assert_eq!(find(header, said).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn words_read_back() {
        for word in Field::words() {
            assert_eq!(Field::parse(word).unwrap().word(), word);
        }
        assert_eq!(Field::parse("xyzzy"), None);
    }
}
