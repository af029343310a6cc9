//! What went wrong, in the person's language, with one thing to do about it.
//!
//! The code is stable: support, tests and documentation name it. The sentence says what it means for the
//! person; what a programmer wants to know goes to the log, and at most a short detail to the screen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Moment;

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Unique per session; 0 for a problem that is only the answer to a command.
    pub id: u32,
    /// Stable name.
    pub code: ProblemCode,
    /// What happened.
    pub sentence: Words,
    /// What to do.
    pub remedy: Words,
    /// A short fact for support: `SIP 503`, a host name.
    pub detail: Option<String>,
    /// The name of the account that it is about, where there is more than one.
    pub account: Option<String>,
    /// When.
    pub at: Moment,
}

impl Problem {
    /// The problem named `code`, at `at`.
    #[must_use]
    pub fn new(code: ProblemCode, at: Moment) -> Self {
        let [sentence_nl, sentence_en, remedy_nl, remedy_en] = code.texts();
        Self {
            id: 0,
            code,
            sentence: Words::new(sentence_nl, sentence_en),
            remedy: Words::new(remedy_nl, remedy_en),
            detail: None,
            account: None,
            at,
        }
    }

    /// The same problem with a short fact for support.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Words {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

impl Words {
    /// A text in Dutch and in English.
    #[must_use]
    pub fn new(nl: &str, en: &str) -> Self {
        Self { nl: nl.to_owned(), en: en.to_owned() }
    }
}

/// Stable names of what can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// The server's name has no address.
    ServerNotFound,
    /// The server does not answer.
    ServerSilent,
    /// What answers there is no Balie exchange.
    NotBalie,
    /// Nobody with this name and password exists there.
    WrongPassword,
    /// The session at the exchange is over: its directory and lamps are out of reach.
    SessionEnded,
    /// The account was signed out before the exchange answered.
    SignedOut,
    /// The exchange says no, in words of its own.
    ExchangeRefused,
    /// `user@domain` or the server cannot be read.
    AddressInvalid,
    /// The exchange shows another authority than the one pinned.
    AuthorityChanged,
    /// The certificate does not belong to this server, or is out of date.
    CertificateInvalid,
    /// What was given is not an invitation, or only a part of one.
    InvitationInvalid,
    /// Where the invitation leads, another authority answers than the one that it names.
    InvitationForeign,
    /// The connection with the exchange is lost.
    ExchangeLost,
    /// The exchange started anew while a call ran, and the call is gone.
    CallCut,
    /// This computer has no network.
    NetworkLost,
    /// A command that needs a registration came without one.
    NotSignedIn,
    /// What was typed is not a number.
    NumberInvalid,
    /// The number does not exist.
    NumberUnknown,
    /// The party called is in a call.
    TargetBusy,
    /// The party called refused.
    TargetRejected,
    /// The party called did not answer.
    TargetNoAnswer,
    /// No phone of the party called is signed in.
    TargetUnreachable,
    /// This person may not call there.
    Forbidden,
    /// The call was over before the command arrived.
    CallGone,
    /// The call is not in a state in which this can be done.
    NotNow,
    /// The transfer failed; the caller is still here.
    TransferFailed,
    /// The account cannot do this.
    NotOffered,
    /// So many accounts are signed in that one more is not taken.
    AccountsFull,
    /// So many colleagues are favourites that one more is not taken.
    FavouritesFull,
    /// There is no microphone, or it may not be used.
    NoMicrophone,
    /// The loudspeaker of calls cannot be opened.
    DeviceLost,
    /// No sound arrives from the other end.
    NoSound,
    /// The exchange cannot take more calls.
    ExchangeFull,
    /// A fault of ours.
    Internal,
}

impl ProblemCode {
    /// Sentence in Dutch and English, remedy in Dutch and English.
    const fn texts(self) -> [&'static str; 4] {
        match self {
            Self::ServerNotFound => [
                "Dit serveradres bestaat niet.",
                "This server address does not exist.",
                "Controleer het serveradres.",
                "Check the server address.",
            ],
            Self::ServerSilent => [
                "De centrale antwoordt niet.",
                "The exchange does not answer.",
                "Controleer het netwerk en het serveradres.",
                "Check the network and the server address.",
            ],
            Self::NotBalie => [
                "Op dit adres antwoordt geen Balie-centrale.",
                "No Balie exchange answers at this address.",
                "Controleer het adres. Voor een andere centrale: zet sip: ervoor, zoals sip:centrale.bedrijf.nl.",
                "Check the address. For another exchange write sip: before it, as in sip:exchange.company.com.",
            ],
            Self::WrongPassword => [
                "Deze naam en dit wachtwoord horen niet bij elkaar.",
                "This name and password do not match.",
                "Typ het wachtwoord opnieuw of vraag de beheerder.",
                "Type the password again or ask the administrator.",
            ],
            Self::SessionEnded => [
                "Uw aanmelding is verlopen. Bellen kan nog; de status van collega's is niet meer bekend.",
                "Your sign-in has expired. Calls still work; the status of colleagues is not known any more.",
                "Meld u af en weer aan wanneer het uitkomt.",
                "Sign out and in again when it suits you.",
            ],
            Self::SignedOut => [
                "Het account is afgemeld voordat de centrale antwoordde.",
                "The account was signed out before the exchange answered.",
                "Meld u weer aan en kijk of de wijziging is doorgevoerd.",
                "Sign in again and see whether the change was made.",
            ],
            Self::ExchangeRefused => [
                "De centrale doet dit niet.",
                "The exchange does not do this.",
                "Probeer het later opnieuw of vraag de beheerder.",
                "Try again later or ask the administrator.",
            ],
            Self::AddressInvalid => [
                "Dit is geen geldig adres.",
                "This is not a valid address.",
                "Schrijf het als naam@bedrijf.nl.",
                "Write it as name@company.com.",
            ],
            Self::AuthorityChanged => [
                "De centrale toont een andere vingerafdruk dan eerst.",
                "The exchange shows another fingerprint than before.",
                "Meld u niet aan voordat de beheerder dit bevestigt.",
                "Do not sign in before the administrator confirms this.",
            ],
            Self::CertificateInvalid => [
                "Het certificaat van de centrale klopt niet.",
                "The certificate of the exchange is not valid.",
                "Vraag de beheerder om het te vernieuwen.",
                "Ask the administrator to renew it.",
            ],
            Self::InvitationInvalid => [
                "Dit is geen uitnodiging.",
                "This is not an invitation.",
                "Plak de hele link die u van uw beheerder kreeg.",
                "Paste the whole link that your administrator gave you.",
            ],
            Self::InvitationForeign => [
                "De centrale heeft een andere vingerafdruk dan in de uitnodiging staat.",
                "The exchange has another fingerprint than the invitation names.",
                "Vraag uw beheerder om een nieuwe uitnodiging.",
                "Ask your administrator for a new invitation.",
            ],
            Self::ExchangeLost => [
                "De verbinding met de centrale is weg.",
                "The connection to the exchange is lost.",
                "Balie probeert het zelf opnieuw.",
                "Balie tries again by itself.",
            ],
            Self::CallCut => [
                "De centrale is opnieuw gestart; uw gesprek is daardoor afgebroken.",
                "The exchange was restarted, which cut off your call.",
                "Bel de ander opnieuw.",
                "Call the other party again.",
            ],
            Self::NetworkLost => [
                "Deze computer heeft geen netwerk.",
                "This computer has no network.",
                "Controleer wifi of kabel.",
                "Check the Wi-Fi or the cable.",
            ],
            Self::NotSignedIn => [
                "U bent niet aangemeld.",
                "You are not signed in.",
                "Wacht tot de verbinding terug is of meld u opnieuw aan.",
                "Wait for the connection or sign in again.",
            ],
            Self::NumberInvalid => [
                "Dit is geen nummer of naam.",
                "This is not a number or a name.",
                "Typ een nummer, toestel of naam.",
                "Type a number, an extension or a name.",
            ],
            Self::NumberUnknown => [
                "Dit nummer bestaat niet.",
                "This number does not exist.",
                "Controleer het nummer.",
                "Check the number.",
            ],
            Self::TargetBusy => [
                "In gesprek.",
                "Busy.",
                "Probeer het later of kies iemand anders.",
                "Try later or choose somebody else.",
            ],
            Self::TargetRejected => [
                "De oproep is geweigerd.",
                "The call was declined.",
                "Kies iemand anders.",
                "Choose somebody else.",
            ],
            Self::TargetNoAnswer => [
                "Er is niet opgenomen.",
                "There was no answer.",
                "Probeer het later of kies iemand anders.",
                "Try later or choose somebody else.",
            ],
            Self::TargetUnreachable => [
                "Niet bereikbaar: geen toestel aangemeld.",
                "Not reachable: no phone is signed in.",
                "Kies iemand anders of een mobiel nummer.",
                "Choose somebody else or a mobile number.",
            ],
            Self::Forbidden => [
                "Uw toestel mag dit nummer niet bellen.",
                "Your phone may not call this number.",
                "Vraag de beheerder.",
                "Ask the administrator.",
            ],
            Self::CallGone => [
                "Dit gesprek was al beëindigd.",
                "This call had already ended.",
                "U hoeft niets te doen.",
                "There is nothing to do.",
            ],
            Self::NotNow => [
                "Dat kan op dit moment niet met dit gesprek.",
                "That cannot be done with this call now.",
                "Wacht tot het gesprek verbonden is.",
                "Wait until the call is connected.",
            ],
            Self::TransferFailed => [
                "Doorverbinden is niet gelukt. De beller is nog bij u.",
                "The transfer failed. The caller is still with you.",
                "Kies iemand anders of praat verder.",
                "Choose somebody else or go on talking.",
            ],
            Self::NotOffered => [
                "Deze centrale biedt dit niet.",
                "This exchange does not offer this.",
                "Vraag de beheerder wat mogelijk is.",
                "Ask the administrator what is possible.",
            ],
            Self::AccountsFull => [
                "Er zijn al zes accounts aangemeld; meer kan niet.",
                "Six accounts are signed in already, which is the most.",
                "Meld eerst een ander account af.",
                "Sign out of another account first.",
            ],
            Self::FavouritesFull => [
                "U hebt al honderd favorieten; meer kan niet.",
                "You have a hundred favourites already, which is the most.",
                "Haal eerst bij een ander de ster weg.",
                "Take the star from somebody else first.",
            ],
            Self::NoMicrophone => [
                "Geen microfoon. Anderen horen u niet.",
                "No microphone. Others cannot hear you.",
                "Sluit een headset aan of geef toestemming.",
                "Connect a headset or give permission.",
            ],
            Self::DeviceLost => [
                "De luidspreker of headset is niet te openen. U hoort niets.",
                "The loudspeaker or headset cannot be opened. You hear nothing.",
                "Sluit hem weer aan of kies een andere bij Geluid. Balie probeert het intussen opnieuw.",
                "Connect it again or choose another one in the sound settings. Balie keeps trying.",
            ],
            Self::NoSound => [
                "Er komt geen geluid van de andere kant.",
                "No sound arrives from the other end.",
                "Vraag of de ander u hoort en bel zo nodig opnieuw.",
                "Ask whether the other hears you and call again if needed.",
            ],
            Self::ExchangeFull => [
                "Alle lijnen zijn bezet.",
                "All lines are busy.",
                "Probeer het over een minuut opnieuw.",
                "Try again in a minute.",
            ],
            Self::Internal => [
                "Er ging iets mis in Balie.",
                "Something went wrong in Balie.",
                "Probeer het opnieuw; meld het als het terugkomt.",
                "Try again; report it when it returns.",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Problem, ProblemCode};

    #[test]
    fn the_code_on_the_wire_is_the_stable_name() {
        let problem = Problem::new(ProblemCode::TargetNoAnswer, Moment(3)).with_detail("SIP 480");

        let json = serde_json::to_value(&problem).unwrap();

        assert_eq!(json["code"], "target-no-answer");
        assert_eq!(json["sentence"]["nl"], "Er is niet opgenomen.");
        assert_eq!(json["detail"], "SIP 480");
    }
}
