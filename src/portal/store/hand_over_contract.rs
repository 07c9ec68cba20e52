//! What every store must hold of notices that an account hands over; a part of [`super::contract`].

use chrono::{DateTime, TimeDelta, Utc};

use crate::published::Digest;
use crate::published::notice::{Kind, NoticeAbout, NoticeMail};
use crate::published::protocol::Role;
use crate::values::id::{PublicId, Token};

use super::super::tests::sample::Sample;
use super::super::viewer::AccountId;
use super::contract::Scene;
use super::{HandOver, MailKind, MailOutcome, MailState, NewNotice, NoticeClaim, Removal};

const READER: &str = "reader@reader.example";

fn letter(to: &str, about: &[(&PublicId, Kind)]) -> NoticeMail {
    let about = about.iter().map(|(client, kind)| NoticeAbout {
        client: (*client).clone(),
        kind: *kind,
    });
    NoticeMail {
        to: to.to_owned(),
        about: about.collect(),
        business: "Studio North".to_owned(),
        reply_to: "mara@studio.example".to_owned(),
        subject: "The week".to_owned(),
        text: "8 h\n".to_owned(),
        html: None,
        unsubscribe: None,
    }
}

fn new(id: &str, mail: NoticeMail, now: DateTime<Utc>) -> NewNotice {
    NewNotice {
        id: id.to_owned(),
        mail,
        most: 6,
        until: now + TimeDelta::minutes(15),
    }
}

/// What is to be sent now.
fn claimed(taken: HandOver) -> NoticeClaim {
    match taken {
        HandOver::Taken(claim) => claim,
        other => panic!("{other:?}"),
    }
}

pub(super) async fn check(scene: &Scene<'_>, account: AccountId) {
    let mut omega = Sample::new("omega", "Omega Inc");
    let mut theta = Sample::new("theta", "Theta Ltd");
    scene.viewer(account, &mut omega, 1, "reader").await;
    scene.viewer(account, &mut theta, 1, "reader").await;
    omega.invite("guest@reader.example", Role::Full);
    let secret = Token::random().unwrap();
    omega.user(READER).unsubscribe_hash = Digest::try_from(secret.hash()).ok();
    scene.push(account, &omega, 2).await;
    let Scene { store, now } = *scene;
    let (omega_id, theta_id) = (omega.id.clone(), theta.id.clone());
    let week = (&omega_id, Kind::WeeklySummary);
    let other = (&theta_id, Kind::InvoiceIssued);
    let stranger = Sample::new("kappa", "Kappa");
    let take = async |id: &str, mail| {
        store
            .take_notice(account, new(id, mail, now), now)
            .await
            .unwrap()
    };

    // Nobody but a user who has come in, and nothing but what that user may be told.
    for (to, about, why) in [
        ("nobody@reader.example", vec![week], "no user"),
        ("guest@reader.example", vec![week], "not in yet"),
        (
            READER,
            vec![week, (&stranger.id, Kind::WeeklySummary)],
            "no client",
        ),
        (READER, vec![], "about nothing"),
    ] {
        assert_eq!(
            take("n-0", letter(to, &about)).await,
            HandOver::NoReader,
            "{why}"
        );
    }
    // Whoever accepted twice was told of the password. That goes out long ago, so that what is settled next clears it away.
    while let Some(told) = scene.claim("unused", now).await {
        assert_ne!(told.kind, MailKind::Notice);
        let then = now - TimeDelta::days(60);
        let settled = store.settle_mail(told.id, told.attempt, MailOutcome::Sent, then);
        assert!(settled.await.unwrap());
    }

    // One at a time; the address as people write it. Nobody but who handed it over sends it.
    let both = letter("Reader@Reader.Example", &[week, other, week]);
    let before = store.verify_audit().await.unwrap();
    let claim = claimed(take("n-1", both.clone()).await);
    assert_eq!((claim.id.as_str(), claim.attempt), ("n-1", 1));
    assert_ne!(store.verify_audit().await.unwrap(), before);
    assert_eq!(take("n-1", both.clone()).await, HandOver::Underway);
    let late = now + TimeDelta::hours(1);
    assert_eq!(scene.claim("unused", late).await, None);

    // What was not sent is forgotten, and may come again with other words; what was sent is not sent again.
    let settle = async |claim: &NoticeClaim, is_sent| {
        let settled = store.settle_notice(claim.clone(), is_sent, now);
        settled.await.unwrap()
    };
    assert!(settle(&claim, false).await);
    assert!(!settle(&claim, false).await);
    assert_eq!(store.mails(None, 10).await.unwrap(), []);
    let words = letter(READER, &[week]);
    let again = claimed(take("n-1", words.clone()).await);
    assert!(settle(&again, true).await);
    assert!(!settle(&again, false).await);
    for mail in [words.clone(), both] {
        assert_eq!(take("n-1", mail).await, HandOver::Before);
    }
    let mails = store.mails(None, 10).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].kind, mails[0].state),
        (MailKind::Notice, MailState::Sent)
    );
    assert!(!store.retry_mail(mails[0].id, now).await.unwrap());

    // A process that dies in the midst leaves it to who comes when its claim is over, and does not write down its end any more.
    let left = claimed(take("n-2", words.clone()).await);
    let then = now + TimeDelta::minutes(15);
    let taken = store.take_notice(account, new("n-2", words.clone(), then), then);
    let second = claimed(taken.await.unwrap());
    assert_eq!(second.attempt, 2);
    assert!(!settle(&left, true).await);
    assert!(settle(&second, false).await);

    // What its reader has ended is not taken,
    let ended = vec![Kind::WeeklySummary];
    assert!(store.mute(secret.hash(), ended, now).await.unwrap());
    assert_eq!(take("n-3", words).await, HandOver::Unwanted);
    // nor what is not for the role, of a client who is gone, or for somebody who is switched off.
    let reply = (&omega_id, Kind::CommentReply);
    let invoice = (&omega_id, Kind::InvoiceIssued);
    let sent = claimed(take("n-4", letter(READER, &[reply, invoice])).await);
    assert!(settle(&sent, true).await);
    omega.user(READER).role = Role::Work;
    scene.push(account, &omega, 3).await;
    assert_eq!(
        take("n-5", letter(READER, &[invoice])).await,
        HandOver::NoReader
    );
    // One that is on its way when its client goes: that it was sent is told to nobody.
    let under_way = claimed(take("n-5", letter(READER, &[other, reply])).await);
    let gone = store.remove_client(account, theta.id.clone(), 99, now);
    assert_eq!(gone.await.unwrap(), Removal::Removed);
    settle(&under_way, true).await;

    // So many a day, whatever became of them and of those to whom they went.
    assert_eq!(take("n-6", letter(READER, &[reply])).await, HandOver::Full);
    let tomorrow = then + TimeDelta::days(1);
    let later = new("n-6", letter(READER, &[reply]), tomorrow);
    let later = store.take_notice(account, later, tomorrow);
    assert!(settle(&claimed(later.await.unwrap()), true).await);
    omega.user(READER).enabled = false;
    scene.push(account, &omega, 4).await;
    let off = new("n-7", letter(READER, &[reply]), tomorrow);
    let off = store.take_notice(account, off, tomorrow);
    assert_eq!(off.await.unwrap(), HandOver::NoReader);

    // With the client goes all that was told of it.
    let gone = store.remove_client(account, omega.id.clone(), 99, now);
    assert_eq!(gone.await.unwrap(), Removal::Removed);
    let left = store.mails(None, 10).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}
