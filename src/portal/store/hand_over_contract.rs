//! What every store must hold of notices that an account hands over; a part of [`super::contract`].

use chrono::TimeDelta;

use crate::published::Digest;
use crate::published::notice::{Kind, NoticeAbout, NoticeMail};
use crate::published::protocol::Role;
use crate::values::id::{PublicId, Token};

use super::super::tests::sample::Sample;
use super::super::viewer::AccountId;
use super::contract::Scene;
use super::{HandOver, MailKind, MailOutcome, MailState, NewNotice, Removal};

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

fn new(id: &str, mail: NoticeMail) -> NewNotice {
    NewNotice {
        id: id.to_owned(),
        mail,
        most: 4,
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
            .take_notice(account, new(id, mail), now)
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

    // Once, however often it is handed over; the address as people write it.
    let both = letter("Reader@Reader.Example", &[week, other, week]);
    let before = store.verify_audit().await.unwrap();
    assert_eq!(take("n-1", both.clone()).await, HandOver::Taken);
    for _ in 0..2 {
        assert_eq!(take("n-1", both.clone()).await, HandOver::Before);
    }
    assert_ne!(store.verify_audit().await.unwrap(), before);
    let claimed = scene.claim("unused", now).await.unwrap();
    assert_eq!(
        (claimed.message_id.as_str(), claimed.kind),
        ("n-1", MailKind::Notice)
    );
    let sent: NoticeMail = serde_json::from_value(claimed.params).unwrap();
    assert_eq!(sent, both);
    let done = store
        .settle_mail(claimed.id, 1, MailOutcome::Sent, now)
        .await;
    assert!(done.unwrap());
    assert_eq!(
        take("n-1", both.clone()).await,
        HandOver::Before,
        "once for all"
    );
    assert_eq!(scene.claim("unused", now).await, None);

    // What was ended, here or since it was handed over, is not sent.
    assert_eq!(take("n-2", letter(READER, &[week])).await, HandOver::Taken);
    let ended = vec![Kind::WeeklySummary];
    assert!(store.mute(secret.hash(), ended, now).await.unwrap());
    assert_eq!(
        take("n-3", letter(READER, &[week])).await,
        HandOver::Unwanted
    );
    assert_eq!(scene.claim("unused", now).await, None);
    let state = async |id: &str| {
        let mails = store.mails(None, 10).await.unwrap().into_iter();
        let mut found = mails.filter(|mail| mail.message_id == id);
        found.next().map(|mail| mail.state)
    };
    assert_eq!(state("n-2").await, Some(MailState::Dropped));

    // Nor what is about a client who is gone, in a role that does not see it any more, or of somebody who is switched off.
    let reply = (&omega_id, Kind::CommentReply);
    let invoice = (&omega_id, Kind::InvoiceIssued);
    assert_eq!(
        take("n-4", letter(READER, &[reply, invoice])).await,
        HandOver::Taken
    );
    omega.user(READER).role = Role::Work;
    scene.push(account, &omega, 3).await;
    assert_eq!(scene.claim("unused", now).await, None);
    assert_eq!(state("n-4").await, Some(MailState::Dropped));
    assert_eq!(
        take("n-5", letter(READER, &[invoice])).await,
        HandOver::NoReader
    );
    assert_eq!(
        take("n-5", letter(READER, &[reply, other])).await,
        HandOver::Taken
    );
    let gone = store.remove_client(account, theta.id.clone(), 99, now);
    assert_eq!(gone.await.unwrap(), Removal::Removed);
    assert_eq!(scene.claim("unused", now).await, None);
    assert!(matches!(
        state("n-5").await,
        None | Some(MailState::Dropped)
    ));
    // So many a day, whatever became of those to whom they went.
    assert_eq!(take("n-6", letter(READER, &[reply])).await, HandOver::Full);
    let tomorrow = now + TimeDelta::days(1);
    let later = store.take_notice(account, new("n-6", letter(READER, &[reply])), tomorrow);
    assert_eq!(later.await.unwrap(), HandOver::Taken);
    omega.user(READER).enabled = false;
    scene.push(account, &omega, 4).await;
    assert_eq!(scene.claim("unused", tomorrow).await, None);

    // With the client goes all that was to be told of it.
    let gone = store.remove_client(account, omega.id.clone(), 99, now);
    assert_eq!(gone.await.unwrap(), Removal::Removed);
    let left = store.mails(None, 10).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}
