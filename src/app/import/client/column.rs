//! Which column of a file is what of a client: by its name, in English and German, or as the user says.

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
            "contactmobile",
            "kontakttelefon",
            "telefonansprechpartner",
            "ansprechpartnertelefon",
            "durchwahl",
        ],
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

impl Field {
    /// The words of all fields but the owner's.
    pub fn words() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(_, word, _)| *word)
    }

    /// The field of a word; `field:Industry` is one of the owner's. Dashes do for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("field:") {
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
    /// Reads a header. What the user says comes first; a column is one field, and a field the column that tells it best.
    pub(super) fn find(header: &[String], said: &[(Field, String)]) -> Result<Self, ImportError> {
        let mut columns = Self {
            count: header.len(),
            ..Self::default()
        };
        for (field, named) in said {
            columns.take_said(field, named, header)?;
        }
        columns.find_company(header);
        for (field, word, names) in FIELDS {
            let names =
                std::iter::once(bare(word)).chain(names.iter().map(|name| (*name).to_owned()));
            for name in names {
                columns.find_free(field, &name, header);
            }
        }
        if columns.of(&Field::Name).is_none() {
            return Err(ImportError::NoColumn {
                what: "the name of the client",
                found: shown(header),
            });
        }
        let taken = |number: usize| columns.found.iter().any(|(_, other, _)| *other == number);
        let ignored = header
            .iter()
            .enumerate()
            .filter(|(number, name)| !taken(*number) && !name.is_empty())
            .map(|(_, name)| name.clone());
        columns.ignored = ignored.collect();
        Ok(columns)
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
    fn find_company(&mut self, header: &[String]) {
        for name in COMPANY {
            self.find_free(&Field::Name, name, header);
        }
        let is_company = |(field, _, name): &&(Field, usize, String)| {
            *field == Field::Name && COMPANY.contains(&bare(name).as_str())
        };
        if self.found.iter().find(is_company).is_none() {
            return;
        }
        let person = [
            "name",
            "fullname",
            "firstname",
            "givenname",
            "vorname",
            "lastname",
            "nachname",
        ];
        if !header
            .iter()
            .any(|name| person.contains(&bare(name).as_str()))
        {
            return;
        }
        self.find_free(&Field::ContactName, "name", header);
        let theirs = [
            (Field::Email, Field::ContactEmail),
            (Field::Phone, Field::ContactPhone),
        ];
        for (field, of_contact) in theirs {
            let names = FIELDS.iter().filter(|(known, ..)| *known == of_contact);
            for name in names.flat_map(|(_, _, names)| *names) {
                self.find_free(&of_contact, name, header);
            }
            let names = FIELDS.iter().filter(|(known, ..)| *known == field);
            for name in names.flat_map(|(_, _, names)| *names) {
                self.find_free(&of_contact, name, header);
            }
        }
    }

    /// Takes the column of this name for a field, if both are free.
    fn find_free(&mut self, field: &Field, name: &str, header: &[String]) {
        if self.of(field).is_some() {
            return;
        }
        let free = |number: usize| !self.found.iter().any(|(_, other, _)| *other == number);
        let found = header
            .iter()
            .enumerate()
            .find(|(number, column)| free(*number) && bare(column) == name);
        if let Some((number, _)) = found {
            self.take(field.clone(), number, header);
        }
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
