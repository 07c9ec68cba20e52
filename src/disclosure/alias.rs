//! Under which name a client sees the people who work for it: one name everywhere.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::domain::key::MemberKey;
use crate::domain::member::Member;
use crate::domain::visibility::Team;
use crate::values::id::PublicId;

use super::{ClientBooks, Noun, Worked};

/// Names of the members whose work is shown.
///
/// Anonymous members are lettered in the order in which their work for this client begins, which the client sees anyway; of two who
/// began on one day, the smaller public id comes first. So a letter stays when people join, and says nothing of the team's list.
pub(super) fn aliases(
    books: &ClientBooks,
    shown: &[&Worked],
    team: Team,
) -> HashMap<MemberKey, String> {
    let mut first: HashMap<MemberKey, NaiveDate> = HashMap::new();
    for worked in shown {
        let work = &worked.entry.work;
        let day = first.entry(work.member).or_insert(work.day);
        *day = work.day.min(*day);
    }
    let appearance: BTreeMap<(NaiveDate, PublicId), MemberKey> = first
        .into_iter()
        .map(|(key, day)| ((day, books.ids.row(Noun::Member, key.0)), key))
        .collect();
    let words = Anonymous::of(books);
    appearance
        .into_values()
        .enumerate()
        .map(|(place, key)| {
            let member = books.members.iter().find(|member| member.key == key);
            (key, alias(member, team, place, words))
        })
        .collect()
}

/// Under which name a member answers: as in the work that is shown, else as the setting says. Who is shown no work of is anonymous
/// without a letter, for the letters tell when somebody began.
pub(super) fn speaker(
    books: &ClientBooks,
    aliases: &HashMap<MemberKey, String>,
    member: MemberKey,
    team: Team,
) -> String {
    if let Some(known) = aliases.get(&member) {
        return known.clone();
    }
    let member = books.members.iter().find(|one| one.key == member);
    let member = member.filter(|_| team != Team::Anonymous);
    alias(member, team, 0, Anonymous::of(books))
}

/// Words for people without a name, in the language of the client.
#[derive(Debug, Clone, Copy)]
struct Anonymous {
    nobody: &'static str,
    member: &'static str,
}

const ENGLISH: Anonymous = Anonymous {
    nobody: "Team member",
    member: "Member",
};
const GERMAN: Anonymous = Anonymous {
    nobody: "Teammitglied",
    member: "Mitglied",
};

impl Anonymous {
    fn of(books: &ClientBooks) -> Self {
        match books.client.details.language.as_str() {
            "de" => GERMAN,
            _ => ENGLISH,
        }
    }
}

fn alias(member: Option<&Member>, team: Team, place: usize, words: Anonymous) -> String {
    let Some(Member {
        key: _,  // local
        slug: _, // often the name
        name,
        email: _, // personal
        role,
        archived: _, // who has left is the owner's
        access: _,   // how the team is ordered is the owner's
        alias,
    }) = member
    else {
        return words.nobody.to_owned();
    };
    let name = alias.as_ref().unwrap_or(name);
    match team {
        Team::Names => name.as_str().to_owned(),
        Team::Initials => initials(name.as_str()),
        Team::Roles => role
            .as_ref()
            .map_or(words.nobody, |role| role.as_str())
            .to_owned(),
        Team::Anonymous => format!("{} {}", words.member, letters(place)),
    }
}

/// `Anna Lena Kurz` is `ALK`.
fn initials(name: &str) -> String {
    let letters: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .flat_map(char::to_uppercase)
        .collect();
    if letters.is_empty() {
        "?".to_owned()
    } else {
        letters
    }
}

/// A to Z, then AA, AB…
fn letters(place: usize) -> String {
    let mut reversed = Vec::new();
    let mut rest = place;
    loop {
        let digit = u8::try_from(rest % 26).unwrap_or_default();
        reversed.push(char::from(b'A' + digit));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    reversed.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::member::Access;
    use crate::values::id::Slug;
    use crate::values::text::Line;

    #[test]
    fn an_alias_stands_wherever_the_name_would() {
        let line = |text: &str| Line::parse(text).unwrap();
        let member = |alias: Option<&str>| Member {
            key: MemberKey(1),
            slug: Slug::parse("anna").unwrap(),
            name: line("Anna Lena Kurz"),
            email: None,
            role: Some(line("Designer")),
            archived: false,
            access: Access::Member,
            alias: alias.map(line),
        };
        let cases = [
            (Team::Names, None, "Anna Lena Kurz"),
            (Team::Names, Some("Studio Night"), "Studio Night"),
            (Team::Initials, None, "ALK"),
            (Team::Initials, Some("Studio Night"), "SN"),
            (Team::Roles, Some("Studio Night"), "Designer"),
            (Team::Anonymous, Some("Studio Night"), "Member B"),
        ];
        for (team, of, expected) in cases {
            assert_eq!(
                alias(Some(&member(of)), team, 1, ENGLISH),
                expected,
                "{team:?} {of:?}"
            );
        }
    }

    #[test]
    fn letters_go_on_after_z() {
        let cases = [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (27, "AB"),
            (51, "AZ"),
            (52, "BA"),
            (702, "AAA"),
        ];
        for (place, expected) in cases {
            assert_eq!(letters(place), expected);
        }
    }

    #[test]
    fn initials_are_of_each_word() {
        for (name, expected) in [
            ("Anna Lena Kurz", "ALK"),
            ("étienne", "É"),
            ("(Jo) O'Neil", "JO"),
            ("--", "?"),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
