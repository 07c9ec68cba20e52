//! Putting a backup in the place of the store.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::domain::Refusal;
use crate::domain::key::ClientKey;
use crate::domain::notice::Given;
use crate::store::{Books, ClientFilter, NewNotice, Store, StoreError};
use crate::values::id::Slug;

use super::{Error, Result, Session, Setting};

/// Puts a backup in the place of the store; gives the path where what was there is kept. A number that was given must not be given
/// again: refused where documents were issued after the backup, unless `lose_documents`. A store that is damaged is set aside.
///
/// What somebody was told since is told again by no run: what was told about clients of the same name is carried over.
pub fn restore(
    path: &Path,
    backup: &Path,
    lose_documents: bool,
    setting: &Setting,
) -> Result<PathBuf> {
    let staged = Store::stage(path, backup)?;
    let mut current = match Store::open(path) {
        Ok(current) => current,
        Err(StoreError::Corrupt(_)) => return Ok(Store::replace_damaged(path, &staged)?),
        Err(other) => return Err(other.into()),
    };
    let kept: HashSet<String> = staged.invoice_numbers()?.into_iter().collect();
    let mut numbers = current.read(|books| books.invoice_numbers())?;
    numbers.retain(|number| !kept.contains(number));
    if !numbers.is_empty() && !lose_documents {
        return Err(Refusal::RestoreLoses { numbers }.into());
    }
    let told = current.read(Told::read)?;
    let kept = current.replace(&staged)?;
    drop(current);
    told.carry(&mut Session::open(path, setting)?)?;
    Ok(kept)
}

/// Who was told what about which clients.
struct Told {
    clients: HashMap<ClientKey, Slug>,
    notices: Vec<Given>,
}

impl Told {
    fn read(books: &Books<'_>) -> Result<Self> {
        let everybody = ClientFilter {
            archived: true,
            ..ClientFilter::default()
        };
        let clients = books.clients(&everybody)?.into_iter();
        Ok(Self {
            clients: clients.map(|client| (client.key, client.slug)).collect(),
            notices: books.notices(None)?,
        })
    }

    /// Puts down what the store does not know, of clients that it has. Another store has others under their keys.
    fn carry(self, session: &mut Session) -> Result<()> {
        let today = session.today();
        session.write(|books| {
            let there = Self::read(books)?;
            for given in self.notices {
                let slug = there.clients.get(&given.client);
                let is_same = slug.is_some() && slug == self.clients.get(&given.client);
                if is_same && !there.notices.contains(&given) {
                    books.add_notice(&NewNotice {
                        given,
                        day: today,
                        mail: None,
                    })?;
                }
            }
            Ok::<_, Error>(())
        })
    }
}
