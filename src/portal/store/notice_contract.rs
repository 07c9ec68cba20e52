//! What every store must hold of what users do not want to be told; a part of [`super::contract`].

use crate::published::Digest;
use crate::published::notice::Kind;
use crate::published::protocol::{EventKind, RawEvent};
use crate::values::id::Token;

use super::super::tests::sample::Sample;
use super::super::viewer::AccountId;
use super::Removal;
use super::contract::Scene;

const READER: &str = "chooser@reader.example";

pub(super) async fn check(scene: &Scene<'_>, account: AccountId) {
    let mut lambda = Sample::new("lambda", "Lambda Inc");
    let mut sigma = Sample::new("sigma", "Sigma Ltd");
    let viewer = scene.viewer(account, &mut lambda, 1, "chooser").await;
    let stranger = scene.viewer(account, &mut sigma, 1, "stranger").await;
    let Scene { store, now } = *scene;
    let secret = Token::random().unwrap();
    let hash = secret.hash();

    // Nobody has a secret that was not published, nor another's.
    assert_eq!(store.mail_reader(hash.clone()).await.unwrap(), None);
    let week = vec![Kind::WeeklySummary];
    assert!(!store.mute(hash.clone(), week.clone(), now).await.unwrap());
    lambda.user(READER).unsubscribe_hash = Digest::try_from(hash.clone()).ok();
    scene.push(account, &lambda, 2).await;
    let reader = store.mail_reader(hash.clone()).await.unwrap().unwrap();
    assert_eq!(reader.business, lambda.console.business);
    assert!(reader.muted.is_empty());
    let other = Token::random().unwrap().hash();
    assert_eq!(store.mail_reader(other.clone()).await.unwrap(), None);
    assert!(!store.mute(other, week.clone(), now).await.unwrap());

    // Once more changes nothing, and tells nothing.
    let before = store.status(account).await.unwrap();
    for _ in 0..2 {
        assert!(store.mute(hash.clone(), week.clone(), now).await.unwrap());
    }
    assert_eq!(store.muted(&viewer).await.unwrap(), week);
    assert!(store.muted(&stranger).await.unwrap().is_empty());
    let both = vec![Kind::BudgetThreshold, Kind::WeeklySummary];
    let budget = vec![Kind::BudgetThreshold];
    assert!(store.mute(hash.clone(), budget.clone(), now).await.unwrap());
    assert_eq!(store.muted(&viewer).await.unwrap(), both);
    for _ in 0..2 {
        store.choose(&viewer, budget.clone(), now).await.unwrap();
    }
    store.choose(&stranger, Vec::new(), now).await.unwrap();
    let events = store.events(account, before.last_event, 10).await.unwrap();
    let told: Vec<_> = events.events.iter().filter_map(RawEvent::read).collect();
    let changed = |muted: &Vec<Kind>| EventKind::NotificationsChanged {
        muted: muted.clone(),
    };
    assert_eq!(told, [changed(&week), changed(&both), changed(&budget)]);
    let user = lambda.user(READER).id.clone();
    assert!(
        events
            .events
            .iter()
            .all(|one| one.user == Some(user.clone()))
    );

    // A push that does not know of it yet takes nothing back; one that does is what holds from then on.
    lambda.user(READER).muted = week.clone();
    scene.push(account, &lambda, 3).await;
    assert_eq!(store.muted(&viewer).await.unwrap(), budget);
    lambda.user(READER).muted = budget.clone();
    scene.push(account, &lambda, 4).await;
    lambda.user(READER).muted = Vec::new();
    scene.push(account, &lambda, 5).await;
    assert!(store.muted(&viewer).await.unwrap().is_empty());

    // Whoever is gone has no mails to end.
    let id = lambda.user(READER).id.clone();
    lambda.users.users.retain(|user| user.id != id);
    scene.push(account, &lambda, 6).await;
    assert_eq!(store.mail_reader(hash).await.unwrap(), None);
    for client in [&lambda, &sigma] {
        let removal = store.remove_client(account, client.id.clone(), u64::MAX, now);
        assert_eq!(removal.await.unwrap(), Removal::Removed);
    }
}
