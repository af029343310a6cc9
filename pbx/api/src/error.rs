//! How a refusal looks: a stable code, a sentence in Dutch and English, and one thing to do.
//!
//! Programs act on the code, people read the sentence, and what went wrong inside is in the log,
//! not here. The sentences stand beside the codes so that neither is ever missing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::LicenceHolder;

/// The body of every answer that is not 2xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema, thiserror::Error)]
#[error("{}: {message_en}", code.name())]
#[ts(export)]
pub struct ApiError {
    /// Stable; what programs act on.
    pub code: ErrorCode,
    /// What happened, Dutch.
    pub message_nl: String,
    /// What happened, English.
    pub message_en: String,
    /// One thing to do about it, Dutch.
    pub what_to_do_nl: String,
    /// One thing to do about it, English.
    pub what_to_do_en: String,
    /// The field or value that it is about, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub about: Option<String>,
    /// Everything that is wrong with a company file, in the order of its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FileProblem>>", optional)]
    pub problems: Vec<FileProblem>,
    /// Everybody who holds a licence of which there are too few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<LicenceHolder>>", optional)]
    pub holders: Vec<LicenceHolder>,
}

/// Something that is wrong with a company file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct FileProblem {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Stable; what programs act on.
    pub code: String,
    /// What is wrong, Dutch.
    pub message_nl: String,
    /// What is wrong, English.
    pub message_en: String,
}

impl ApiError {
    /// The error with the code's own sentences.
    pub fn new(code: ErrorCode) -> Self {
        let words = code.words();
        Self {
            code,
            message_nl: words.message_nl.to_owned(),
            message_en: words.message_en.to_owned(),
            what_to_do_nl: words.what_to_do_nl.to_owned(),
            what_to_do_en: words.what_to_do_en.to_owned(),
            about: None,
            problems: Vec::new(),
            holders: Vec::new(),
        }
    }

    /// Names the field or value that it is about.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// HTTP status that carries it.
    pub const fn status(&self) -> u16 {
        self.code.words().status
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// Everything that belongs to a code.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// As on the wire.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What happened, Dutch.
    pub message_nl: &'static str,
    /// What happened, English.
    pub message_en: &'static str,
    /// What to do, Dutch.
    pub what_to_do_nl: &'static str,
    /// What to do, English.
    pub what_to_do_en: &'static str,
}

macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident $name:literal $status:literal
        nl $nl:literal do $do_nl:literal
        en $en:literal do $do_en:literal; )+) => {
        /// Why something was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[ts(export)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $( $(#[$doc])* $variant, )+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The status and the sentences.
            pub const fn words(self) -> Words {
                match self {
                    $( Self::$variant => Words {
                        name: $name,
                        status: $status,
                        message_nl: $nl,
                        message_en: $en,
                        what_to_do_nl: $do_nl,
                        what_to_do_en: $do_en,
                    }, )+
                }
            }

            /// The code as on the wire.
            pub const fn name(self) -> &'static str {
                self.words().name
            }
        }
    };
}

codes! {
    /// No token, or one that is not valid.
    NotSignedIn "not_signed_in" 401
        nl "U bent niet aangemeld." do "Meld u opnieuw aan."
        en "You are not signed in." do "Sign in again.";
    /// Wrong name or wrong password; which of the two is not told.
    WrongPassword "wrong_password" 401
        nl "Naam of wachtwoord klopt niet." do "Controleer beide en probeer het opnieuw."
        en "The name or the password is wrong." do "Check both and try again.";
    /// An invitation that was used, ended, replaced or never made; which of these is not told.
    BadInvitation "bad_invitation" 401
        nl "Deze uitnodiging geldt niet of niet meer." do "Vraag uw beheerder om een nieuwe uitnodiging."
        en "This invitation does not work, or not any more." do "Ask your administrator for a new invitation.";
    /// Too many attempts.
    TooManyAttempts "too_many_attempts" 429
        nl "Er is te vaak een verkeerd wachtwoord gegeven." do "Wacht vijf minuten en probeer het opnieuw."
        en "A wrong password was given too often." do "Wait five minutes and try again.";
    /// The account may not do this.
    NotAllowed "not_allowed" 403
        nl "Dit account mag dit niet." do "Vraag uw beheerder om dit te doen of om het recht ertoe."
        en "This account may not do this." do "Ask your administrator to do it or to give you the right.";
    /// The licence of the user lacks the function (F-006).
    NotLicensed "not_licensed" 403
        nl "Deze functie hoort niet bij dit profiel." do "Vraag uw beheerder om de functie toe te voegen."
        en "This function is not part of this profile." do "Ask your administrator to add the function.";
    /// No such thing, or not in this company.
    NotFound "not_found" 404
        nl "Dit bestaat niet." do "Ververs de lijst en kies opnieuw."
        en "This does not exist." do "Refresh the list and choose again.";
    /// The verb is not for this address.
    WrongMethod "wrong_method" 405
        nl "Dit adres kent deze handeling niet." do "Zie /api/v1/openapi.json voor wat er kan."
        en "This address does not know this action." do "See /api/v1/openapi.json for what there is.";
    /// Another thing has this name or number.
    AlreadyExists "already_exists" 409
        nl "Deze naam of dit nummer is al in gebruik." do "Kies een andere naam of een ander nummer."
        en "This name or number is already in use." do "Choose another name or number.";
    /// Something else still uses it.
    StillUsed "still_used" 409
        nl "Dit is nog in gebruik." do "Haal eerst weg wat ernaar verwijst."
        en "This is still in use." do "First remove what refers to it.";
    /// All licences of a kind are in use (F-006); says by whom.
    NoLicenceFree "no_licence_free" 409
        nl "Alle licenties van deze soort zijn in gebruik." do "Verhoog het aantal, of neem de licentie eerst af van een van de genoemde gebruikers."
        en "All licences of this kind are in use." do "Raise the count, or first take the licence from one of the users who are named.";
    /// More users hold a licence than the company would have of it (F-006); says who.
    LicencesInUse "licences_in_use" 409
        nl "Er zijn meer gebruikers met deze licentie dan er overblijven." do "Neem de licentie eerst af van de genoemde gebruikers."
        en "More users hold this licence than would be left." do "First take the licence from the users who are named.";
    /// The body is too large.
    TooLarge "too_large" 413
        nl "Dit is te groot." do "Stuur minder tegelijk."
        en "This is too large." do "Send less at a time.";
    /// The body is not what the address takes.
    BadRequest "bad_request" 400
        nl "Dit verzoek is niet te lezen." do "Zie /api/v1/openapi.json voor de vorm."
        en "This request cannot be read." do "See /api/v1/openapi.json for the shape.";
    /// The body has another content type.
    WrongContentType "wrong_content_type" 415
        nl "Dit verzoek heeft een ander soort inhoud dan dit adres aanneemt." do "Stuur JSON met Content-Type: application/json."
        en "This request has another content type than this address takes." do "Send JSON with Content-Type: application/json.";
    /// A value is outside what is allowed.
    BadValue "bad_value" 422
        nl "Deze waarde mag niet." do "Pas de genoemde waarde aan."
        en "This value is not allowed." do "Change the value that is named.";
    /// The company file has errors.
    BadCompanyFile "bad_company_file" 422
        nl "Het bedrijfsbestand bevat fouten." do "Verbeter de genoemde regels en lees het bestand opnieuw in."
        en "The company file has errors." do "Correct the lines that are named and import the file again.";
    /// The file is no sound that can be read.
    BadSound "bad_sound" 422
        nl "Dit geluidsbestand is niet te lezen." do "Sla het geluid op als WAV, MP3, Ogg Vorbis of FLAC en stuur het opnieuw."
        en "This sound file cannot be read." do "Save the sound as WAV, MP3, Ogg Vorbis or FLAC and send it again.";
    /// The sound plays longer than sounds may.
    SoundTooLong "sound_too_long" 422
        nl "Dit geluid duurt langer dan tien minuten." do "Kort het geluid in en stuur het opnieuw."
        en "This sound plays longer than ten minutes." do "Shorten the sound and send it again.";
    /// The file is larger than that of a sound may be.
    SoundTooLarge "sound_too_large" 413
        nl "Dit geluidsbestand is groter dan 5 MB." do "Sla het geluid kleiner op, bijvoorbeeld als MP3, en stuur het opnieuw."
        en "This sound file is larger than 5 MB." do "Save the sound smaller, for example as MP3, and send it again.";
    /// No such service.
    UnknownFeature "unknown_feature" 404
        nl "Deze dienst bestaat niet." do "Kies een dienst uit /api/v1/features."
        en "This service does not exist." do "Choose a service from /api/v1/features.";
    /// The call is over.
    CallEnded "call_ended" 409
        nl "Dit gesprek is al beëindigd." do "Er is niets meer te doen."
        en "This call has already ended." do "There is nothing left to do.";
    /// The leg cannot do this in its state.
    WrongCallState "wrong_call_state" 409
        nl "Dit kan nu niet met dit gesprek." do "Kijk hoe het gesprek er nu voor staat en kies opnieuw."
        en "This cannot be done with the call now." do "Look at the state of the call and choose again.";
    /// No telephone of the user is registered.
    NoDevice "no_device" 409
        nl "Er is geen toestel aangemeld." do "Zet een toestel aan of meld de app aan."
        en "No telephone is registered." do "Switch a telephone on or sign in with the app.";
    /// The number cannot be dialled.
    UnknownNumber "unknown_number" 422
        nl "Dit nummer is niet te bellen." do "Controleer het nummer."
        en "This number cannot be dialled." do "Check the number.";
    /// A limit of the exchange or the licence.
    LimitReached "limit_reached" 409
        nl "Er kan er niet nog een bij." do "Maak eerst plaats of vraag uw beheerder om meer."
        en "There is no room for another." do "Make room first or ask your administrator for more.";
    /// Too many requests.
    TooManyRequests "too_many_requests" 429
        nl "Er komen te veel verzoeken tegelijk." do "Wacht even en probeer het opnieuw."
        en "There are too many requests at once." do "Wait a moment and try again.";
    /// Signalling does not run, or the exchange is stopping.
    Unavailable "unavailable" 503
        nl "De centrale is nu niet beschikbaar." do "Probeer het over een minuut opnieuw."
        en "The exchange is not available now." do "Try again in a minute.";
    /// The database does not take it.
    NotStored "not_stored" 503
        nl "De wijziging is niet opgeslagen." do "Probeer het opnieuw; blijft het zo, waarschuw dan uw beheerder."
        en "The change was not stored." do "Try again; if it stays so, tell your administrator.";
    /// The disk has no room for it.
    StorageFull "storage_full" 507
        nl "De schijf van de centrale is vol; de wijziging is niet opgeslagen." do "Vraag uw beheerder om ruimte te maken; bellen gaat door."
        en "The disk of the exchange is full; the change was not stored." do "Ask your administrator to make room; calls go on.";
    /// The database can be read and not written.
    StorageReadOnly "storage_read_only" 503
        nl "De database van de centrale is alleen te lezen; de wijziging is niet opgeslagen." do "Vraag uw beheerder om haar weer schrijfbaar te maken; bellen gaat door."
        en "The database of the exchange can only be read; the change was not stored." do "Ask your administrator to make it writable again; calls go on.";
    /// A fault of ours.
    Internal "internal" 500
        nl "Er ging iets mis in de centrale." do "Probeer het opnieuw; blijft het zo, waarschuw dan uw beheerder."
        en "Something went wrong in the exchange." do "Try again; if it stays so, tell your administrator.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_of_the_api_names_the_codes_as_they_are_sent() {
        let described = serde_json::to_value(<ErrorCode as utoipa::PartialSchema>::schema()).unwrap();
        let sent: Vec<_> = ErrorCode::ALL.iter().map(|code| serde_json::to_value(code).unwrap()).collect();

        assert_eq!(described["enum"], serde_json::Value::Array(sent));
    }

    #[test]
    fn every_code_has_the_same_name_in_json_and_in_the_table() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
    }

    #[test]
    fn every_code_speaks_both_languages_and_says_what_to_do() {
        for code in ErrorCode::ALL {
            let words = code.words();
            for sentence in [words.message_nl, words.message_en, words.what_to_do_nl, words.what_to_do_en] {
                assert!(sentence.ends_with('.'), "{sentence:?}");
            }
            assert!((400..600).contains(&words.status));
        }
    }

    #[test]
    fn what_an_error_is_about_is_absent_when_there_is_nothing() {
        let bare = serde_json::to_value(ApiError::new(ErrorCode::NotFound)).unwrap();
        let named = serde_json::to_value(ApiError::new(ErrorCode::BadValue).about("extension")).unwrap();

        assert!(bare.get("about").is_none());
        assert_eq!(named["about"], "extension");
    }
}
