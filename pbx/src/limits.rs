//! Limits of one company's exchange, in one table.
//!
//! Everything that can grow has a bound here, so that no input from outside and no setting can make
//! the exchange grow without end. A limit that a company may lower is the upper end of its setting.

use std::time::Duration;

use jiff::SignedDuration;

/// Redirections of one call when the company does not say otherwise (ruling R-6: ten succeed, the
/// eleventh is refused).
pub const DIVERSIONS_DEFAULT: u32 = 10;
/// The range of the company's own setting for redirections.
pub const DIVERSIONS: std::ops::RangeInclusive<u32> = 1..=100;
/// One ring: two seconds of tone and four of silence. All "rings" settings count these.
pub const RING: Duration = Duration::from_secs(6);
/// Ringing without any no-answer service ends after this time (ruling R-10).
pub const RINGING: Duration = Duration::from_secs(180);
/// A telephone from which nothing has come for so long after it was called is not there (ruling R-13):
/// a forward of calls that cannot be delivered acts within five seconds (F-067).
pub const SILENCE: Duration = Duration::from_secs(4);
/// Rings of a no-answer service; 0 is allowed besides these and means at once (F-066).
pub const RINGS: std::ops::RangeInclusive<u8> = 2..=20;
/// A parked call waits so long before it comes back, unless the site says otherwise (F-085).
pub const PARKED: Duration = Duration::from_secs(45);
/// Seconds that a site may say for that, and for how long it rings before it goes to somebody else (F-085).
pub const PARKED_SECONDS: std::ops::RangeInclusive<u16> = 30..=600;
/// Seconds for which the display shows where a call is parked (F-085).
pub const PARKED_SHOWN: std::ops::RangeInclusive<u8> = 2..=15;
/// Seconds after which a call that waits at a station comes back (F-086).
pub const KEPT_SECONDS: std::ops::RangeInclusive<u16> = 6..=600;
/// Digits of an extension (F-027).
pub const EXTENSION_DIGITS: std::ops::RangeInclusive<usize> = 2..=10;
/// Characters of an access code (section 2).
pub const ACCESS_CODE_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=5;
/// Digits of an international number (E.164 section 6.2); ours are never shorter than seven.
pub const E164_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Characters of a dialled text that are looked at; what is longer is no number of anybody.
pub const DIALLED_CHARACTERS: usize = 128;
/// Rewrites of one dialled text by the caller's own services (`*67*70201` takes two).
pub const REWRITES: usize = 8;
/// Colleagues in one list of busy lamps (F-080).
pub const BUSY_LAMPS: usize = 500;
/// So long after somebody called for help the emergency centre reaches them whatever they screen (ruling R-12).
pub const HELP_CALLS_BACK: SignedDuration = SignedDuration::from_mins(60);

/// What can be pressed to be called back (F-032).
pub const CALLBACK_DIGIT: std::ops::RangeInclusive<u16> = 0..=9;
/// Seconds for which both have to be free before somebody is called back.
pub const CALLBACK_GUARD_SECONDS: std::ops::RangeInclusive<u16> = 5..=300;
/// Rings of six seconds before somebody who wants to be called back is given up.
pub const CALLBACK_RINGS: std::ops::RangeInclusive<u16> = 3..=8;
/// Minutes for which a colleague is waited for.
pub const CALLBACK_MINUTES: std::ops::RangeInclusive<u16> = 5..=180;
/// Colleagues whom one can wait for, and who can wait for one.
pub const CALLBACKS: std::ops::RangeInclusive<u16> = 1..=30;

/// Members of one group (F-110).
pub const HUNT_MEMBERS: usize = 200;

/// Others whom one subscriber can bring into one conversation, and the range of the setting (F-026).
pub const CONFERENCE_OTHERS: std::ops::RangeInclusive<u32> = 4..=15;
/// The same without the service of conferences (F-025).
pub const THREE_WAY_OTHERS: u32 = 2;
/// Numbers that a group call rings at once (F-115).
pub const GROUP_CALL_MEMBERS: usize = 20;
/// Minutes in which whoever a group call rings can answer (F-115).
pub const GROUP_CALL_MINUTES: std::ops::RangeInclusive<u32> = 1..=60;

/// Numbers of a subscriber beside the first (F-045).
pub const ALTERNATE_NUMBERS: std::ops::RangeInclusive<u8> = 1..=10;
/// Entries of one selective service (C-3).
pub const CRITERIA: usize = 100;
/// Characters of an entry's name (C-3).
pub const CRITERION_NAME: usize = 50;
/// Numbers and patterns in one entry (C-3).
pub const CRITERION_NUMBERS: usize = 12;
/// Calls of a capacity group (F-116).
pub const CAPACITY: u32 = 99_999;
/// Lines of a company's price list.
pub const PRICES: usize = 20_000;
/// Digits of a PIN (F-119).
pub const PIN_DIGITS: std::ops::RangeInclusive<usize> = 2..=14;
/// Codes that one plan knows (F-119).
pub const AUTHORIZATION_CODES: usize = 200;
/// The numbers by which records name them.
pub const AUTHORIZATION_IDS: std::ops::RangeInclusive<u32> = 1..=99_999;
/// Rules about numbers in one calling plan (F-117, F-118).
pub const NUMBER_RULES: usize = 100;
/// Characters of all the patterns of such a rule.
pub const PATTERN_CHARACTERS: usize = 160;
/// Characters of a person's, group's or department's name.
pub const NAME_CHARACTERS: usize = 80;
/// Characters of a first name, and of a last name, where the two are apart (F-121).
pub const PART_OF_NAME: usize = 30;
/// Characters of what call records say of calls with a number outside (F-121).
pub const CALL_TYPE: usize = 30;
/// Characters of a mail address (F-072).
pub const MAIL_ADDRESS: usize = 80;
/// Sounds of one company.
pub const SOUNDS: usize = 100;
/// Bytes of one sound's file.
pub const SOUND_BYTES: usize = 5 * 1024 * 1024;
/// Bytes of all files of a company's sounds: written into a company file, they fit in what an import may have.
pub const SOUND_BYTES_TOGETHER: u64 = 40 * 1024 * 1024;
/// How long one sound plays at most.
pub const SOUND_LENGTH: Duration = Duration::from_secs(600);
/// Characters of a login name before the `@` (RFC 5321 section 4.5.3.1.1).
pub const LOGIN_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=64;
/// Earlier redirections that are read from a call that comes in from outside.
pub const OUTSIDE_DIVERSIONS: usize = 20;
