// Generated from phone::view by `cargo xtask types`. Do not edit.

/**
 * Everything that a window shows, at one moment.
 */
export type ViewModel = { 
/**
 * The account in use; absent until somebody has signed in.
 */
account: Account | null, 
/**
 * The accounts that are signed in, the one in use among them; calls to each of them ring here.
 */
accounts: Array<AccountChoice>, 
/**
 * The sign-in form; present exactly while it must be shown, also while one more account signs in.
 */
signIn: SignIn | null, 
/**
 * The calls in hand, in the order in which they began.
 */
calls: Array<Call>, 
/**
 * The colleagues of the account, in the order in which they are listed.
 */
colleagues: Array<Colleague>, 
/**
 * The latest calls, newest first.
 */
recents: Array<Recent>, 
/**
 * The answer to what stands in the search box.
 */
search: Search, 
/**
 * What went wrong and has not been dismissed, oldest first.
 */
problems: Array<Problem>, 
/**
 * What this account can do, and why it cannot do the rest.
 */
capabilities: Capabilities, 
/**
 * People outside the company whom this person has written down.
 */
contacts: Contacts, 
/**
 * [`Colleague::id`] of those who stand first, in their order (F-183).
 */
favourites: Array<string>, 
/**
 * What is set on this computer.
 */
settings: Settings, 
/**
 * The sound devices that can be chosen.
 */
devices: Devices, 
/**
 * What the microphone hears, while it is tried out.
 */
hearing: Hearing | null, 
/**
 * A number from a link or the command line that waits for one key.
 */
prefill: Prefill | null, 
/**
 * An invitation from a link that waits for somebody to use it.
 */
invited: Invited | null, 
/**
 * What the desktop can do.
 */
desktop: Desktop, };

/**
 * A change with its number. The first of a subscription is [`Change::Everything`].
 */
export type Update = { 
/**
 * One more than the update before; after a snapshot any number may stand.
 */
sequence: number, 
/**
 * What changed.
 */
change: Change, };

/**
 * What changed; each variant replaces the part of [`ViewModel`] that it is named after.
 */
export type Change = { "part": "everything", "value": ViewModel } | { "part": "account", "value": Account | null } | { "part": "accounts", "value": Array<AccountChoice> } | { "part": "signIn", "value": SignIn | null } | { "part": "calls", "value": Array<Call> } | { "part": "colleagues", "value": Array<Colleague> } | { "part": "lamps", "value": Array<[string, Lamp]> } | { "part": "recents", "value": Array<Recent> } | { "part": "search", "value": Search } | { "part": "problems", "value": Array<Problem> } | { "part": "capabilities", "value": Capabilities } | { "part": "contacts", "value": Contacts } | { "part": "favourites", "value": Array<string> } | { "part": "settings", "value": Settings } | { "part": "devices", "value": Devices } | { "part": "hearing", "value": Hearing | null } | { "part": "prefill", "value": Prefill | null } | { "part": "invited", "value": Invited | null } | { "part": "desktop", "value": Desktop };

/**
 * A command with the number under which its outcome comes back.
 */
export type Instruction = { 
/**
 * Chosen by the window; rising, unique per window.
 */
id: number, 
/**
 * What is asked.
 */
command: Command, };

/**
 * What may be asked. `call` is a [`super::Call::id`]; `to` is what a person would dial: an extension, a
 * number in any notation, an access code or a SIP address.
 */
export type Command = { "kind": "signIn", 
/**
 * Host, or host and port, of the exchange.
 */
server: string, 
/**
 * `user@domain`.
 */
user: string, 
/**
 * The password.
 */
password: Secret, } | { "kind": "confirmFingerprint", 
/**
 * The fingerprint that was on the screen, so that a change meanwhile is noticed.
 */
fingerprint: string, } | { "kind": "offerInvitation", 
/**
 * As in [`Command::UseInvitation`].
 */
link: Secret, } | { "kind": "acceptInvitation" } | { "kind": "dismissInvitation" } | { "kind": "useInvitation", 
/**
 * `balie://host:port/invitation#…`, as the exchange made it.
 */
link: Secret, } | { "kind": "cancelSignIn" } | { "kind": "signOut" } | { "kind": "switchAccount", 
/**
 * [`super::AccountChoice::id`].
 */
account: string, } | { "kind": "retryRegistration" } | { "kind": "setDoNotDisturb", 
/**
 * Whether it is to be on.
 */
on: boolean, } | { "kind": "dial", 
/**
 * Whom.
 */
to: string, } | { "kind": "pickUp", 
/**
 * [`super::Colleague::id`].
 */
colleague: string, } | { "kind": "answer", 
/**
 * Which.
 */
call: string, } | { "kind": "reject", 
/**
 * Which.
 */
call: string, } | { "kind": "hold", 
/**
 * Which.
 */
call: string, } | { "kind": "resume", 
/**
 * Which.
 */
call: string, } | { "kind": "mute", 
/**
 * Which.
 */
call: string, 
/**
 * Whether the microphone is to be silent.
 */
on: boolean, } | { "kind": "digits", 
/**
 * Which.
 */
call: string, 
/**
 * One or more of `0`-`9`, `*`, `#`, `A`-`D`.
 */
digits: string, } | { "kind": "transferBlind", 
/**
 * Which.
 */
call: string, 
/**
 * To whom.
 */
to: string, } | { "kind": "transferConsult", 
/**
 * Which.
 */
call: string, 
/**
 * Whom to ask.
 */
to: string, } | { "kind": "transferComplete", 
/**
 * Which.
 */
call: string, } | { "kind": "transferCancel", 
/**
 * Which.
 */
call: string, } | { "kind": "threeWay", 
/**
 * The call that stays.
 */
call: string, 
/**
 * The call that is joined to it; absent: the consultation within `call`.
 */
with: string | null, } | { "kind": "muteMember", 
/**
 * Which.
 */
call: string, 
/**
 * [`super::Member::id`].
 */
member: string, 
/**
 * Whether nobody is to hear them.
 */
on: boolean, } | { "kind": "dropMember", 
/**
 * Which.
 */
call: string, 
/**
 * [`super::Member::id`].
 */
member: string, } | { "kind": "hangUp", 
/**
 * Which.
 */
call: string, } | { "kind": "search", 
/**
 * The text, as typed.
 */
text: string, } | { "kind": "dismissProblem", 
/**
 * [`Problem::id`].
 */
id: number, } | { "kind": "dismissCall", 
/**
 * Which.
 */
call: string, } | { "kind": "note", 
/**
 * Which.
 */
call: string, 
/**
 * All of it, at most 1,000 characters.
 */
text: string, } | { "kind": "changeSettings", 
/**
 * All of them.
 */
settings: Settings, } | { "kind": "setFavourite", 
/**
 * [`super::Colleague::id`].
 */
colleague: string, 
/**
 * Whether they are to stand there.
 */
on: boolean, } | { "kind": "listContacts", 
/**
 * As in the search box; all of them where it is empty.
 */
text: string, 
/**
 * From which place on, from 0.
 */
from: number, } | { "kind": "saveContact", 
/**
 * Whom; without an id somebody new.
 */
contact: Contact, } | { "kind": "removeContact", 
/**
 * [`Contact::id`].
 */
id: string, } | { "kind": "tryMicrophone", 
/**
 * Whether it is to be shown.
 */
on: boolean, } | { "kind": "trySound", 
/**
 * Which.
 */
sample: Sample, } | { "kind": "prefill", 
/**
 * As it was given: a `tel:`, `sip:`, `sips:` or `callto:` link, or a number in any notation.
 */
text: string, 
/**
 * The site that the link stood on, where the system tells.
 */
site: string | null, } | { "kind": "dialPrefill" } | { "kind": "dismissPrefill" };

/**
 * How a command ended.
 */
export type CommandOutcome = { 
/**
 * [`Instruction::id`].
 */
id: number, 
/**
 * Done or failed.
 */
result: CommandResult, };

/**
 * Done, or failed with a name.
 */
export type CommandResult = { "kind": "done" } | { "kind": "failed", 
/**
 * Why, and what to do.
 */
problem: Problem, };

/**
 * A password on its way; never printed.
 */
export type Secret = string;

/**
 * The account in use: it dials, and the window shows its people.
 */
export type Account = { 
/**
 * Stable name of the account on this computer.
 */
id: string, 
/**
 * Name of the person, as colleagues see it.
 */
name: string, 
/**
 * Address of record without scheme: `user@domain`.
 */
address: string, 
/**
 * The person's extension, where the exchange gives one.
 */
extension: string | null, 
/**
 * The number that people outside see, in E.164, where the exchange tells.
 */
shownNumber: string | null, 
/**
 * Whether the exchange can reach this phone.
 */
registration: Registration, 
/**
 * Do not disturb (F-069) is on.
 */
doNotDisturb: boolean, };

/**
 * An account that is signed in; another one than that in use may be switched to.
 */
export type AccountChoice = { 
/**
 * Stable name of the account on this computer.
 */
id: string, 
/**
 * Name of the person.
 */
name: string, 
/**
 * Address of record without scheme.
 */
address: string, 
/**
 * The person's extension, where the exchange gives one.
 */
extension: string | null, 
/**
 * Whether the exchange can reach this phone for it.
 */
registration: Registration, };

/**
 * Whether the exchange can reach this phone.
 */
export type Registration = { "kind": "connecting", 
/**
 * When it began.
 */
since: Moment, } | { "kind": "registered", 
/**
 * When the exchange first accepted this registration.
 */
since: Moment, } | { "kind": "stale", 
/**
 * When it was lost.
 */
since: Moment, 
/**
 * Number of the attempt that is waited for, from 1.
 */
attempt: number, 
/**
 * When that attempt is made.
 */
retryAt: Moment | null, 
/**
 * Why it was lost.
 */
problem: Problem, } | { "kind": "refused", 
/**
 * Why.
 */
problem: Problem, };

/**
 * The sign-in form.
 */
export type SignIn = { 
/**
 * Server address to start from: the last one used, or the one the installation names.
 */
server: string, 
/**
 * `user@domain` to start from.
 */
user: string, 
/**
 * Where signing in stands.
 */
stage: SignInStage, 
/**
 * Why the last attempt failed.
 */
problem: Problem | null, };

/**
 * Where signing in stands.
 */
export type SignInStage = { "kind": "form" } | { "kind": "connecting", 
/**
 * When it began.
 */
since: Moment, } | { "kind": "confirm", 
/**
 * What the exchange showed.
 */
authority: Authority, };

/**
 * The certificate authority of an exchange, which is pinned once a person has confirmed it.
 */
export type Authority = { 
/**
 * Host that was asked.
 */
server: string, 
/**
 * Common name in the authority's certificate.
 */
name: string, 
/**
 * SHA-256 of the certificate: 64 hexadecimal digits in upper case, without separators.
 */
fingerprint: string, 
/**
 * The fingerprint that was pinned before and differs: a warning, never a formality.
 */
pinnedBefore: string | null, };

/**
 * A call in hand. During a consultation this is the caller's call; the consultation lives in its state.
 */
export type Call = { 
/**
 * Stable identity while the call is shown.
 */
id: string, 
/**
 * Who began it.
 */
direction: Direction, 
/**
 * The other party.
 */
party: Party, 
/**
 * Further parties that are heard: not empty in a three-way call (F-025).
 */
joined: Array<Party>, 
/**
 * Everybody in it, this person among them, where the exchange has brought more than two together (F-026).
 */
members: Array<Member>, 
/**
 * Where the call stands.
 */
state: CallState, 
/**
 * When that state began.
 */
since: Moment, 
/**
 * When both could first speak, while and after they could.
 */
connectedSince: Moment | null, 
/**
 * The microphone is silent for this call.
 */
muted: boolean, 
/**
 * The name of the account by which it goes, where there is more than one.
 */
account: string | null, 
/**
 * The line, group or number that was dialled, where that is not this person's own.
 */
via: string | null, 
/**
 * Who sent the call on to here (F-064 to F-067, or a transfer).
 */
sentBy: Party | null, 
/**
 * DTMF digits sent in this call.
 */
digits: string, 
/**
 * How it sounds, while there is sound.
 */
sound: Sound | null, 
/**
 * An emergency call: hold and transfer do not exist in it.
 */
emergency: boolean, 
/**
 * Whom this caller probably wants, best first, at most three.
 */
suggestions: Array<Suggestion>, 
/**
 * What somebody wrote about this call; it goes with the call to whoever gets it. At most 1,000 characters.
 */
note: string, 
/**
 * Earlier calls of this number with anybody in the company, newest first, as far as this person may know.
 */
earlier: Array<EarlierCall>, 
/**
 * What may be done now; see [`Call::offer`].
 */
verbs: Array<Verb>, };

/**
 * Who began a call.
 */
export type Direction = "incoming" | "outgoing";

/**
 * A party as far as it is known.
 */
export type Party = { 
/**
 * Name, where known.
 */
name: string | null, 
/**
 * What to dial to reach the party; absent when the caller withheld it.
 */
number: string | null, 
/**
 * [`super::Colleague::id`], where the party is one.
 */
colleague: string | null, };

/**
 * Somebody in a conference at the exchange.
 */
export type Member = { 
/**
 * Stable identity while they are in it.
 */
id: string, 
/**
 * Who.
 */
party: Party, 
/**
 * It is this person.
 */
own: boolean, 
/**
 * The others do not hear them.
 */
muted: boolean, 
/**
 * They brought the others together, and mute and drop them.
 */
steers: boolean, };

/**
 * Where a call stands.
 */
export type CallState = { "kind": "offered" } | { "kind": "ringing" } | { "kind": "answering" } | { "kind": "active" } | { "kind": "held", 
/**
 * Who holds.
 */
by: HeldBy, } | { "kind": "transferring", 
/**
 * To whom.
 */
to: Party, 
/**
 * In which way, and how far.
 */
stage: TransferStage, } | { "kind": "released", 
/**
 * With whom.
 */
to: Party, } | { "kind": "recalled", 
/**
 * From whom.
 */
from: Party, 
/**
 * Why.
 */
reason: RecallReason, } | { "kind": "ended", 
/**
 * Why.
 */
cause: EndCause, };

/**
 * Who put a call on hold.
 */
export type HeldBy = "us" | "them" | "both";

/**
 * The way and the progress of a transfer.
 */
export type TransferStage = { "kind": "blind", 
/**
 * When it comes back by itself unless somebody answers; absent where it does not.
 */
returnsAt: Moment | null, } | { "kind": "consult", 
/**
 * How far the consultation is.
 */
stage: ConsultStage, 
/**
 * Since when.
 */
since: Moment, };

/**
 * How far a consultation is.
 */
export type ConsultStage = "ringing" | "active";

/**
 * Why a transfer came back.
 */
export type RecallReason = "noAnswer" | "busy" | "rejected" | "unreachable" | "timeout";

/**
 * Why a call is over.
 */
export type EndCause = { "kind": "hungUp" } | { "kind": "cancelled" } | { "kind": "busy" } | { "kind": "rejected" } | { "kind": "noAnswer" } | { "kind": "unreachable" } | { "kind": "unknownNumber" } | { "kind": "forbidden" } | { "kind": "answeredElsewhere" } | { "kind": "lost" } | { "kind": "failed", 
/**
 * The SIP status code (RFC 3261 section 21).
 */
status: number, };

/**
 * How a call sounds.
 */
export type Sound = { 
/**
 * Name of the codec as in SDP: `opus`, `G722`, `PCMA`.
 */
codec: string, 
/**
 * More than the telephone band of 3.4 kHz is heard.
 */
wideband: boolean, 
/**
 * From 1 (bad) to 5 (perfect), from loss, delay and jitter.
 */
level: number, };

/**
 * Something that may be done with a call.
 */
export type Verb = "answer" | "reject" | "mute" | "hold" | "resume" | "digits" | "transferBlind" | "transferConsult" | "transferComplete" | "transferCancel" | "threeWay" | "hangUp" | "dismiss";

/**
 * Somebody in the same company.
 */
export type Colleague = { 
/**
 * Stable identity in the exchange's directory.
 */
id: string, 
/**
 * Name as it is shown: `Sanne de Wit`.
 */
name: string, 
/**
 * Extension; empty where the exchange gives none.
 */
extension: string, 
/**
 * Department; empty where the exchange gives none.
 */
department: string, 
/**
 * What to dial to reach this person.
 */
dial: string, 
/**
 * What this person is doing.
 */
lamp: Lamp, };

/**
 * What a colleague is doing, since when, and whether that is certain.
 */
export type Lamp = { 
/**
 * The state that wins when several apply.
 */
state: LampState, 
/**
 * When the state began, where known.
 */
since: Moment | null, 
/**
 * When the state ends by itself (a meeting, do not disturb until an hour), where known.
 */
until: Moment | null, 
/**
 * Where calls go instead, in [`LampState::Forwarded`].
 */
towards: string | null, 
/**
 * Somebody waits at this person and can be taken from there with [`super::Command::PickUp`].
 */
waits: Waits | null, 
/**
 * The moment from which this state is no longer confirmed; absent while it is.
 */
staleSince: Moment | null, };

/**
 * States of a lamp. When several apply, the first of recall, ringing, busy, on hold, wrap-up, do not
 * disturb, forwarded, meeting, available wins; offline overrides all of them.
 */
export type LampState = "recall" | "ringing" | "busy" | "onHold" | "wrapUp" | "doNotDisturb" | "forwarded" | "meeting" | "available" | "offline" | "unknown" | "none";

/**
 * How somebody waits at a colleague.
 */
export type Waits = { "kind": "ringing" } | { "kind": "parked", 
/**
 * Who, as the exchange names them.
 */
who: string | null, };

/**
 * A call that is over.
 */
export type Recent = { 
/**
 * Stable identity of the record.
 */
id: string, 
/**
 * Who began the call.
 */
direction: Direction, 
/**
 * The other party.
 */
party: Party, 
/**
 * How it ended.
 */
outcome: RecentOutcome, 
/**
 * When it began.
 */
at: Moment, 
/**
 * The line, group or number that was dialled, where that is not this person's own.
 */
via: string | null, };

/**
 * How a call ended, for the list of recent calls.
 */
export type RecentOutcome = { "kind": "answered", 
/**
 * Length of the conversation in whole seconds.
 */
seconds: number, } | { "kind": "missed" } | { "kind": "answeredElsewhere" } | { "kind": "rejected" } | { "kind": "notAnswered" } | { "kind": "failed" };

/**
 * The answer to what stands in the search box.
 */
export type Search = { 
/**
 * The text that was asked for.
 */
text: string, 
/**
 * What fits, best first; the first one is meant by Enter.
 */
rows: Array<Suggestion>, };

/**
 * Somebody or something that can be called, or a call transferred to.
 */
export type Suggestion = { 
/**
 * Stable among the rows of one answer.
 */
id: string, 
/**
 * Where it comes from.
 */
source: SuggestionSource, 
/**
 * Whom it would reach.
 */
party: Party, 
/**
 * What to dial.
 */
to: string, 
/**
 * What happens instead of ringing; absent where it would ring.
 */
consequence: Consequence | null, };

/**
 * Where a suggestion comes from.
 */
export type SuggestionSource = { "kind": "colleague" } | { "kind": "contact", 
/**
 * The company of the contact; empty where none was written.
 */
company: string, } | { "kind": "recent" } | { "kind": "number" } | { "kind": "spokeBefore", 
/**
 * How often.
 */
times: number, };

/**
 * What happens to a call that goes to somebody now.
 */
export type Consequence = { "kind": "busy" } | { "kind": "doNotDisturb" } | { "kind": "forwarded", 
/**
 * Where, where known.
 */
towards: string | null, } | { "kind": "offline" };

/**
 * Something that went wrong.
 */
export type Problem = { 
/**
 * Unique per session; 0 for a problem that is only the answer to a command.
 */
id: number, 
/**
 * Stable name.
 */
code: ProblemCode, 
/**
 * What happened.
 */
sentence: Words, 
/**
 * What to do.
 */
remedy: Words, 
/**
 * A short fact for support: `SIP 503`, a host name.
 */
detail: string | null, 
/**
 * The name of the account that it is about, where there is more than one.
 */
account: string | null, 
/**
 * When.
 */
at: Moment, };

/**
 * Stable names of what can go wrong.
 */
export type ProblemCode = "server-not-found" | "server-silent" | "not-balie" | "wrong-password" | "session-ended" | "signed-out" | "exchange-refused" | "address-invalid" | "authority-changed" | "certificate-invalid" | "invitation-invalid" | "invitation-foreign" | "exchange-lost" | "call-cut" | "network-lost" | "not-signed-in" | "number-invalid" | "number-unknown" | "target-busy" | "target-rejected" | "target-no-answer" | "target-unreachable" | "forbidden" | "call-gone" | "not-now" | "transfer-failed" | "not-offered" | "accounts-full" | "favourites-full" | "no-microphone" | "device-lost" | "no-sound" | "exchange-full" | "internal";

/**
 * A text in both languages.
 */
export type Words = { 
/**
 * Dutch.
 */
nl: string, 
/**
 * English.
 */
en: string, };

/**
 * What the account in use can do. The default is that everything is present.
 */
export type Capabilities = { 
/**
 * Put a call on hold (F-022).
 */
hold: Availability, 
/**
 * Transfer without asking first (F-024).
 */
transfer: Availability, 
/**
 * Transfer after consultation (F-024).
 */
consult: Availability, 
/**
 * Join two calls (F-025).
 */
threeWay: Availability, 
/**
 * A list of colleagues.
 */
directory: Availability, 
/**
 * Contacts outside the company kept by the exchange (F-181).
 */
contacts: Availability, 
/**
 * Live lamps beside colleagues (F-080).
 */
lamps: Availability, 
/**
 * Do not disturb kept by the exchange (F-069).
 */
doNotDisturb: Availability, };

/**
 * Whether something can be done.
 */
export type Availability = { "kind": "present" } | { "kind": "absent", 
/**
 * Why, for the person who looks for it.
 */
reason: Words, };

/**
 * An earlier call of the same number with somebody in the company.
 */
export type EarlierCall = { 
/**
 * When it began.
 */
at: Moment, 
/**
 * Who spoke with them; nobody where it was missed.
 */
with: Party | null, 
/**
 * Length of the conversation in whole seconds.
 */
seconds: number, };

/**
 * The contacts of a person, of whom a window shows some at a time: there may be thousands.
 */
export type Contacts = { 
/**
 * How many there are.
 */
count: number, 
/**
 * What was asked for by [`super::Command::ListContacts`].
 */
text: string, 
/**
 * How many fit that text.
 */
fit: number, 
/**
 * Those from [`super::Command::ListContacts`]`::from` on, by name, at most 100.
 */
rows: Array<Contact>, 
/**
 * The place of the first of them among those that fit, from 0.
 */
from: number, };

/**
 * Somebody outside the company whom a person has written down.
 */
export type Contact = { 
/**
 * Stable identity; empty for somebody who is new.
 */
id: string, 
/**
 * Name of the person, or of the company where there is no person.
 */
name: string, 
/**
 * The company; may be empty.
 */
company: string, 
/**
 * What to dial, the usual one first, with what it is for.
 */
numbers: Array<ContactNumber>, 
/**
 * At most 256 characters (F-180).
 */
note: string, };

/**
 * A number of a contact.
 */
export type ContactNumber = { 
/**
 * `mobiel`, `werk`, as the person calls it; may be empty.
 */
label: string, 
/**
 * In any notation.
 */
number: string, };

/**
 * Everything that is set on this computer.
 */
export type Settings = { 
/**
 * Devices and what is done to the voice.
 */
sound: SoundSettings, 
/**
 * Language, colours and size.
 */
looks: Looks, 
/**
 * Which key does what.
 */
keys: KeySettings, 
/**
 * How calls are shown and handled.
 */
calls: CallSettings, 
/**
 * What the desktop does for Balie.
 */
desktop: DesktopSettings, };

/**
 * Devices and what is done to the voice.
 */
export type SoundSettings = { 
/**
 * Where the voice comes from.
 */
microphone: DeviceChoice, 
/**
 * Where calls are heard.
 */
speaker: DeviceChoice, 
/**
 * Where it rings, apart from where calls are heard.
 */
ringer: DeviceChoice, 
/**
 * Loudness of calls in percent, 0 to 100.
 */
speakerVolume: number, 
/**
 * Loudness of the ringing in percent, 0 to 100.
 */
ringerVolume: number, 
/**
 * Take the echo of the loudspeaker out of the voice.
 */
cancelsEcho: boolean, 
/**
 * Take noise out of the voice.
 */
suppressesNoise: boolean, 
/**
 * Keep the voice at one loudness.
 */
levelsVoice: boolean, };

/**
 * Which device.
 */
export type DeviceChoice = { "kind": "system" } | { "kind": "device", 
/**
 * [`super::Device::id`].
 */
id: string, };

/**
 * Language, colours and size.
 */
export type Looks = { 
/**
 * Language of the screens.
 */
language: Language, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * Size of everything in percent, 80 to 200.
 */
zoom: number, };

/**
 * A language of the screens.
 */
export type Language = "system" | "nl" | "en";

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Which key does what.
 */
export type KeySettings = { 
/**
 * The table to start from.
 */
profile: KeyProfile, 
/**
 * Keys that differ from the table, by the name of what they do: `"hold": "F8"`. An empty key switches one off.
 */
changed: { [key in string]: string }, 
/**
 * Keys that work while another program is in front.
 */
global: boolean, };

/**
 * A table of keys.
 */
export type KeyProfile = "bedienpost" | "laptop";

/**
 * How calls are shown and handled.
 */
export type CallSettings = { 
/**
 * A window of its own for a call that comes in.
 */
incomingWindow: boolean, 
/**
 * A notification of the system for a call that comes in, where the window of its own cannot be.
 */
notifications: boolean, 
/**
 * A click on a colleague transfers the call in hand at once.
 */
oneClickTransfer: boolean, 
/**
 * After so many seconds on hold a call asks for attention, 0 to 600; 0 is never.
 */
holdReminder: number, };

/**
 * What the desktop does for Balie.
 */
export type DesktopSettings = { 
/**
 * Start when the person signs in to the computer.
 */
startsWithSystem: boolean, 
/**
 * Closing the window leaves Balie reachable.
 */
staysWhenClosed: boolean, 
/**
 * Links with numbers open Balie, as far as nobody else opens them.
 */
opensLinks: boolean, 
/**
 * Dial a link without asking, when it comes from one of these sites (`crm.example.nl`).
 */
trustedSites: Array<string>, };

/**
 * The sound devices of this computer.
 */
export type Devices = { 
/**
 * What can hear.
 */
microphones: Array<Device>, 
/**
 * What can sound.
 */
speakers: Array<Device>, };

/**
 * A sound device.
 */
export type Device = { 
/**
 * Stable between starts: `pulseaudio:alsa_input.usb-headset.mono`.
 */
id: string, 
/**
 * As the system calls it.
 */
name: string, 
/**
 * The system uses it where nothing else is chosen.
 */
isDefault: boolean, };

/**
 * What the microphone hears while it is tried out.
 */
export type Hearing = { 
/**
 * The loudest of the last tenth of a second in dB below full scale: 0 is as loud as it can be, −96 is silence.
 */
peak: number, };

/**
 * A sound to try a device with.
 */
export type Sample = "speaker" | "ringer";

/**
 * What the desktop around Balie can do. The default is that everything is present.
 */
export type Desktop = { 
/**
 * An icon in the system's tray.
 */
tray: Availability, 
/**
 * Keys that work while another program is in front.
 */
globalKeys: Availability, 
/**
 * Notifications of the system.
 */
notifications: Availability, 
/**
 * A place where passwords are kept.
 */
keyStore: Availability, 
/**
 * `tel:`, `sip:` and `callto:` links open Balie.
 */
links: Availability, 
/**
 * Balie can start with the system.
 */
autostart: Availability, };

/**
 * A number that came from outside Balie and waits for one key: nothing dials it by itself.
 */
export type Prefill = { 
/**
 * What to dial.
 */
to: string, 
/**
 * The extension to ask for once somebody answers, where the link named one.
 */
extension: string | null, 
/**
 * The site that it stood on, where the system tells.
 */
site: string | null, };

/**
 * An invitation that came from outside Balie and waits for somebody to use it: nothing is sent before.
 */
export type Invited = { 
/**
 * The exchange that it is of, as host and port.
 */
server: string, };

/**
 * Milliseconds since 1970-01-01T00:00:00Z.
 */
export type Moment = number;
