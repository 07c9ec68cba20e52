//! Activity codes: what kind of work it is, with an explanation in words that a client understands.

use crate::values::id::ProjectRef;
use crate::values::text::{Line, Note};

use super::Refusal;
use super::key::{ActivityKey, ProjectKey};

/// A kind of work, of the whole business or of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub key: ActivityKey,
    /// None: of the whole business.
    pub project: Option<ProjectKey>,
    /// What is typed: `DEV`.
    pub code: Line,
    pub name: Line,
    pub explanation: Option<Note>,
    pub archived: bool,
}

/// The longest code.
pub const LONGEST_CODE: usize = 20;

impl Activity {
    /// Refuses new work under an archived code. `project` is how the user names the project that it belongs to.
    pub fn takes_work(&self, project: Option<&ProjectRef>) -> Result<(), Refusal> {
        if self.archived {
            return Err(Refusal::ActivityArchived {
                activity: self.code.to_string(),
                project: project.cloned(),
            });
        }
        Ok(())
    }
}

/// A code is one short word, so that it can be typed fifty times a day.
pub fn check_code(code: &Line) -> Result<(), Refusal> {
    let text = code.as_str();
    if text.contains(char::is_whitespace) || text.chars().count() > LONGEST_CODE {
        return Err(Refusal::NoCode {
            code: text.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_short_word() {
        let cases = [
            ("DEV", true),
            ("dev-2.1", true),
            ("Entwurf/ä", true),
            ("12345678901234567890", true),
            ("123456789012345678901", false),
            ("on site", false),
        ];
        for (code, good) in cases {
            let checked = check_code(&Line::parse(code).unwrap());
            assert_eq!(checked.is_ok(), good, "{code}");
        }
    }
}
