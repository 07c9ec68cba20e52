//! The words of the portal's mails, in one table a language. `{}` stands for what is filled in, in this order.

use super::super::store::SecurityChange;

/// All words of one language.
#[derive(Debug)]
pub(super) struct MailWords {
    pub(super) tag: &'static str,
    /// Above all mails.
    pub(super) hello: &'static str,
    /// Where nobody knows in whose name.
    pub(super) portal: &'static str,
    /// Business, client.
    pub(super) invitation_subject: &'static str,
    /// Business, client.
    pub(super) invitation_lead: &'static str,
    pub(super) invitation_link: &'static str,
    pub(super) invitation_life: &'static str,
    /// Business.
    pub(super) invitation_stray: &'static str,
    /// Business.
    pub(super) reset_subject: &'static str,
    pub(super) reset_lead: &'static str,
    pub(super) reset_link: &'static str,
    pub(super) reset_life: &'static str,
    pub(super) reset_stray: &'static str,
    /// Business.
    pub(super) security_subject: &'static str,
    /// Instant.
    pub(super) security_when: &'static str,
    pub(super) security_stray: &'static str,
    pub(super) security_link: &'static str,
    security: [&'static str; 7],
    /// Address of the portal.
    pub(super) foot: &'static str,
}

impl MailWords {
    /// The table of a BCP 47 tag; English where there is none.
    pub(super) fn of(tag: &str) -> &'static Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        [&GERMAN, &FRENCH]
            .into_iter()
            .find(|words| words.tag.eq_ignore_ascii_case(primary))
            .unwrap_or(&ENGLISH)
    }

    /// What was changed, as a sentence.
    pub(super) fn change(&self, change: SecurityChange) -> &'static str {
        let [password, added, removed, passkey, passkey_gone, codes, code] = self.security;
        match change {
            SecurityChange::Password => password,
            SecurityChange::FactorAdded => added,
            SecurityChange::FactorRemoved => removed,
            SecurityChange::PasskeyAdded => passkey,
            SecurityChange::PasskeyRemoved => passkey_gone,
            SecurityChange::RecoveryCodes => codes,
            SecurityChange::RecoveryCodeUsed => code,
        }
    }
}

static ENGLISH: MailWords = MailWords {
    tag: "en",
    hello: "Hello,",
    portal: "the portal",
    invitation_subject: "{} invites you to the portal of {}",
    invitation_lead: "{} shows you on a portal how the work for {} stands. Choose a password there to come in:",
    invitation_link: "Choose a password",
    invitation_life: "The link works once, for seven days. Please do not pass it on: it lets whoever has it in.",
    invitation_stray: "If you do not know {}, you can ignore this message.",
    reset_subject: "A new password for the portal of {}",
    reset_lead: "Somebody asked for a new password for this address. If that was you, choose it here:",
    reset_link: "Choose a new password",
    reset_life: "The link works once, for one hour.",
    reset_stray: "If it was not you, nothing needs to be done: your password stays as it is.",
    security_subject: "Your sign-in at the portal of {} was changed",
    security_when: "That was on {} (UTC).",
    security_stray: "If it was not you, ask for a new password at once, and tell the people who work for you:",
    security_link: "To the portal",
    security: [
        "Your password was changed.",
        "A second factor was added to your sign-in.",
        "A second factor was removed from your sign-in.",
        "A passkey was added to your sign-in.",
        "A passkey was removed from your sign-in.",
        "New recovery codes were made for your sign-in. The ones from before no longer work.",
        "One of your recovery codes was used to sign in.",
    ],
    foot: "Sent by {}. Nobody reads answers to this message.",
};

static GERMAN: MailWords = MailWords {
    tag: "de",
    hello: "Guten Tag,",
    portal: "Portal",
    invitation_subject: "{} lädt Sie zum Portal von {} ein",
    invitation_lead: "{} zeigt Ihnen auf einem Portal, wie die Arbeit für {} steht. Wählen Sie dort ein Passwort:",
    invitation_link: "Passwort wählen",
    invitation_life: "Der Link gilt einmal, sieben Tage lang. Bitte geben Sie ihn nicht weiter: Wer ihn hat, kommt hinein.",
    invitation_stray: "Wenn Ihnen {} nichts sagt, können Sie diese Nachricht ignorieren.",
    reset_subject: "Ein neues Passwort für das Portal von {}",
    reset_lead: "Jemand hat für diese Adresse ein neues Passwort angefordert. Wenn Sie das waren, wählen Sie es hier:",
    reset_link: "Neues Passwort wählen",
    reset_life: "Der Link gilt einmal, eine Stunde lang.",
    reset_stray: "Wenn Sie es nicht waren, ist nichts zu tun: Ihr Passwort bleibt, wie es ist.",
    security_subject: "Ihre Anmeldung am Portal von {} wurde geändert",
    security_when: "Das war am {} (UTC).",
    security_stray: "Wenn Sie es nicht waren, fordern Sie sofort ein neues Passwort an und sagen Sie Ihrem Dienstleister Bescheid:",
    security_link: "Zum Portal",
    security: [
        "Ihr Passwort wurde geändert.",
        "Ihrer Anmeldung wurde ein zweiter Faktor hinzugefügt.",
        "Von Ihrer Anmeldung wurde ein zweiter Faktor entfernt.",
        "Ihrer Anmeldung wurde ein Passkey hinzugefügt.",
        "Von Ihrer Anmeldung wurde ein Passkey entfernt.",
        "Für Ihre Anmeldung wurden neue Wiederherstellungscodes erzeugt. Die vorigen gelten nicht mehr.",
        "Einer Ihrer Wiederherstellungscodes wurde zur Anmeldung benutzt.",
    ],
    foot: "Gesendet von {}. Antworten auf diese Nachricht liest niemand.",
};

static FRENCH: MailWords = MailWords {
    tag: "fr",
    hello: "Bonjour,",
    portal: "le portail",
    invitation_subject: "{} vous invite au portail de {}",
    invitation_lead: "{} vous montre sur un portail où en est le travail pour {}. Choisissez-y un mot de passe :",
    invitation_link: "Choisir un mot de passe",
    invitation_life: "Le lien fonctionne une seule fois, pendant sept jours. Ne le transmettez pas : il donne accès à qui le possède.",
    invitation_stray: "Si vous ne connaissez pas {}, vous pouvez ignorer ce message.",
    reset_subject: "Un nouveau mot de passe pour le portail de {}",
    reset_lead: "Quelqu'un a demandé un nouveau mot de passe pour cette adresse. Si c'est vous, choisissez-le ici :",
    reset_link: "Choisir un nouveau mot de passe",
    reset_life: "Le lien fonctionne une seule fois, pendant une heure.",
    reset_stray: "Si ce n'est pas vous, il n'y a rien à faire : votre mot de passe reste le même.",
    security_subject: "Votre connexion au portail de {} a été modifiée",
    security_when: "C'était le {} (UTC).",
    security_stray: "Si ce n'est pas vous, demandez tout de suite un nouveau mot de passe et prévenez les personnes qui travaillent pour vous :",
    security_link: "Vers le portail",
    security: [
        "Votre mot de passe a été modifié.",
        "Un second facteur a été ajouté à votre connexion.",
        "Un second facteur a été retiré de votre connexion.",
        "Une clé d'accès a été ajoutée à votre connexion.",
        "Une clé d'accès a été retirée de votre connexion.",
        "De nouveaux codes de secours ont été créés pour votre connexion. Les précédents ne fonctionnent plus.",
        "Un de vos codes de secours a servi à la connexion.",
    ],
    foot: "Envoyé par {}. Personne ne lit les réponses à ce message.",
};
