// A little exchange in the page: it rings, answers, transfers and hangs up like the real one, so that the
// window can be designed and tested without a telephone. It runs on the page's timers.

import type {
  AccountChoice, Call, CallState, Colleague, Command, Contact, CommandResult, Lamp, LampState, Member, Party, Problem, ProblemCode, Registration, Suggestion, Update, ViewModel,
} from '../generated/view.ts'
import { consequenceOf } from '../consequence.ts'
import { emptyModel } from '../empty.ts'
import type { Host } from '../types.ts'
import { choice, live, signedIn, TOWN } from './company.ts'
import { contactsOf, listed } from './contacts.ts'
import { verbsOf } from './verbs.ts'
import { MockWindow } from './window.ts'

const SOUND = { codec: 'Opus', wideband: true, level: 4 }
const ANSWERS_AFTER_MS = 3_000
const LEAVES_AFTER_MS = 4_000
const RETURNS_AFTER_MS = 24_000
const MOST_ACCOUNTS = 6
const MOST_FAVOURITES = 100
const FINGERPRINT = '7F3A91C04E22B8D65A0913FFC2D47E8896B1E05D3C7742AA18F6509BDE23C471'

export class MockExchange implements Host {
  model: ViewModel = emptyModel()
  readonly window = new MockWindow()
  /** Nothing is told yet, as while the phone still starts. */
  silent = false
  #sequence = 0
  #lastId = 0
  #contacts: Contact[] = contactsOf()
  #hears: ReturnType<typeof setInterval> | undefined
  #wished: { server: string; user: string } | null = null
  #listeners = new Set<(update: Update) => void>()

  updates(listener: (update: Update) => void): () => void {
    this.#listeners.add(listener)
    if (this.silent) return () => this.#listeners.delete(listener)
    listener({ sequence: this.#sequence, change: { part: 'everything', value: this.model } })
    return () => this.#listeners.delete(listener)
  }

  async perform(command: Command): Promise<CommandResult> {
    const code = this.#perform(command)
    return code === null ? { kind: 'done' } : { kind: 'failed', problem: problem(code) }
  }

  /** Shows the form. */
  signedOut() {
    this.#show('account', null)
    this.#show('signIn', { server: '', user: '', stage: { kind: 'form' }, problem: null })
  }

  /** Everybody is there and Sanne is signed in. */
  start(now = Date.now()) {
    this.model = { ...signedIn(now), settings: this.model.settings }
    this.#sequence++
    for (const listener of this.#listeners) listener({ sequence: this.#sequence, change: { part: 'everything', value: this.model } })
  }

  /** Somebody calls. */
  incoming(party: Party, extra: Partial<Call> = {}): string {
    return this.#begin(party, 'incoming', { kind: 'ringing' }, extra)
  }

  /** Somebody is signed in as well, and calls to them ring here; Sanne stays in use. */
  joined(account: AccountChoice) {
    this.#show('accounts', [...this.model.accounts.filter((other) => other.id !== account.id), account])
  }

  /** The connection with the exchange is lost. */
  lose() {
    const now = Date.now()
    if (!this.model.account) return
    this.#reach({ kind: 'stale', since: now, attempt: 2, retryAt: now + 3_000, problem: { ...problem('exchange-lost'), detail: 'SIP 408' } })
    this.#lamps(this.model.colleagues, (lamp) => ({ ...lamp, staleSince: lamp.staleSince ?? now }))
  }

  /** It is back, and every lamp is confirmed again. */
  recover() {
    if (!this.model.account) return
    this.#reach({ kind: 'registered', since: Date.now() })
    this.#lamps(this.model.colleagues, (lamp) => ({ ...lamp, staleSince: null }))
  }

  /** Other people work here. */
  staffed(people: Colleague[]) {
    this.#show('colleagues', people)
  }

  /** More was found, or other things. */
  found(search: ViewModel['search']) {
    this.#show('search', search)
  }

  /** Sets the lamp of one colleague. */
  lamp(id: string, state: LampState) {
    this.#lamps(this.model.colleagues.filter((person) => person.id === id), () => live(state, Date.now()))
  }

  #perform(command: Command): ProblemCode | null {
    switch (command.kind) {
      case 'signIn':
        return this.#signIn(command.server, command.user, command.password)
      case 'confirmFingerprint':
        return this.#entered()
      case 'cancelSignIn':
        if (this.model.account) this.#show('signIn', null)
        else this.#show('signIn', { server: this.#wished?.server ?? '', user: this.#wished?.user ?? '', stage: { kind: 'form' }, problem: null })
        return null
      case 'signOut':
        return this.#signOut()
      case 'switchAccount':
        return this.#use(this.model.accounts.find((account) => account.id === command.account))
      case 'retryRegistration':
        this.recover()
        return null
      case 'setDoNotDisturb':
        if (this.model.account) this.#show('account', { ...this.model.account, doNotDisturb: command.on })
        return null
      case 'search':
        this.#show('search', { text: command.text, rows: this.#search(command.text) })
        return null
      case 'dismissProblem':
        this.#show('problems', this.model.problems.filter((other) => other.id !== command.id))
        return null
      case 'dial':
        return this.#dial(command.to)
      case 'pickUp':
        return this.#pickUp(command.colleague)
      case 'offerInvitation': {
        const server = invitationServer(command.link)
        if (server === null) return 'invitation-invalid'
        this.#show('invited', { server })
        return null
      }
      case 'acceptInvitation':
        if (!this.model.invited) return 'not-now'
        this.#show('invited', null)
        return this.#entered()
      case 'dismissInvitation':
        this.#show('invited', null)
        return null
      case 'useInvitation':
        return invitationServer(command.link) === null ? 'invitation-invalid' : this.#entered()
      case 'changeSettings':
        this.#show('settings', command.settings)
        return null
      case 'setFavourite':
        return this.#setFavourite(command.colleague, command.on)
      case 'listContacts':
        this.#show('contacts', listed(this.#contacts, command.text, command.from))
        return null
      case 'saveContact':
        return this.#saveContact(command.contact)
      case 'removeContact':
        this.#contactsAre(this.#contacts.filter((other) => other.id !== command.id))
        return null
      case 'tryMicrophone':
        return this.#tryMicrophone(command.on)
      case 'trySound':
        return null
      case 'prefill': {
        const to = /^[\d+*# ()./-]+$/.test(decodeURIComponent(command.text).replace(/^(tel|callto):/i, ''))
          ? decodeURIComponent(command.text).replace(/[^\d+*#]/g, '') : ''
        if (to === '') return 'number-invalid'
        this.#show('prefill', { to, extension: null, site: command.site })
        return null
      }
      case 'dialPrefill': {
        const waits = this.model.prefill
        if (!waits) return 'not-now'
        this.#show('prefill', null)
        return this.#dial(waits.to)
      }
      case 'dismissPrefill':
        this.#show('prefill', null)
        return null
      default:
        return this.#onCall(command)
    }
  }

  /** Whether the exchange can reach the phone for the account in use. */
  #reach(registration: Registration) {
    const account = this.model.account
    if (!account) return
    this.#show('account', { ...account, registration })
    this.#show('accounts', this.model.accounts.map((other) => (other.id === account.id ? { ...other, registration } : other)))
  }

  /** The first account brings the company; a further one stands beside it and is in use. */
  #entered(): ProblemCode | null {
    if (!this.model.account) {
      this.start()
      return null
    }
    const id = this.#wished?.user.split('@')[0] ?? 'receptie'
    const account = choice(id, id, null, Date.now())
    this.joined(account)
    this.#show('signIn', null)
    return this.#use(account)
  }

  #use(account: AccountChoice | undefined): ProblemCode | null {
    if (!account) return 'not-signed-in'
    this.#show('account', { ...account, shownNumber: null, doNotDisturb: false })
    return null
  }

  #signOut(): ProblemCode | null {
    const left = this.model.accounts.filter((account) => account.id !== this.model.account?.id)
    if (left.length > 0) {
      this.#show('accounts', left)
      return this.#use(left[0])
    }
    this.model = { ...emptyModel(), settings: this.model.settings }
    this.signedOut()
    return null
  }

  #signIn(server: string, user: string, password: string): ProblemCode | null {
    if (this.model.accounts.length >= MOST_ACCOUNTS) return 'accounts-full'
    this.#wished = { server, user }
    const form = { server, user, problem: null }
    if (!user.includes('@')) {
      this.#show('signIn', { ...form, stage: { kind: 'form' }, problem: problem('address-invalid') })
      return null
    }
    this.#show('signIn', { ...form, stage: { kind: 'connecting', since: Date.now() } })
    setTimeout(() => {
      if (this.model.signIn?.stage.kind !== 'connecting') return
      if (password === 'fout') this.#show('signIn', { ...form, stage: { kind: 'form' }, problem: problem('wrong-password') })
      else {
        const authority = { server, name: 'Balie Centrale Demo', fingerprint: FINGERPRINT, pinnedBefore: null }
        this.#show('signIn', { ...form, stage: { kind: 'confirm', authority } })
      }
    }, 400)
    return null
  }

  #dial(to: string): ProblemCode | null {
    const number = to.replace(/[\s().-]/g, '')
    if (!/^[+*#\d][*#\d]*$|@/.test(number)) return 'number-invalid'
    this.#holdActive()
    const party = this.#party(number)
    const colleague = this.#colleague(number)
    const id = this.#begin(party, 'outgoing', { kind: 'ringing' }, { emergency: number === '112' })
    if (colleague?.lamp.state === 'offline') this.#later(id, 800, () => this.#end(id, { kind: 'ended', cause: { kind: 'unreachable' } }))
    else if (colleague?.lamp.state === 'busy') this.#later(id, 800, () => this.#end(id, { kind: 'ended', cause: { kind: 'busy' } }))
    else {
      if (colleague) this.lamp(colleague.id, 'ringing')
      this.#later(id, ANSWERS_AFTER_MS, () => {
        this.#to(id, { kind: 'active' }, { connectedSince: Date.now(), sound: SOUND })
        if (colleague) this.lamp(colleague.id, 'busy')
      })
    }
    return null
  }

  #pickUp(id: string): ProblemCode | null {
    const person = this.model.colleagues.find((other) => other.id === id)
    if (!person?.lamp.waits) return 'call-gone'
    if (this.model.calls.some((call) => call.state.kind === 'active' || (call.state.kind === 'ringing' && call.direction === 'outgoing'))) return 'not-now'
    this.lamp(id, 'available')
    this.#begin(TOWN, 'incoming', { kind: 'active' }, { connectedSince: Date.now(), sound: SOUND })
    return null
  }

  #onCall(command: Extract<Command, { call: string }>): ProblemCode | null {
    const call = this.model.calls.find((other) => other.id === command.call)
    if (!call) return 'call-gone'
    if (command.kind === 'note') {
      this.#change(call.id, { note: command.text.slice(0, 1_000) })
      return null
    }
    if (command.kind === 'muteMember' || command.kind === 'dropMember') {
      if (!call.members.some((member) => member.own && member.steers)) return 'not-now'
      const others = call.members.filter((member) => command.kind === 'muteMember' || member.id !== command.member)
      const members = others.map((member) =>
        command.kind === 'muteMember' && member.id === command.member ? { ...member, muted: command.on } : member)
      this.#change(call.id, { members: members.length > 2 ? members : [] })
      return null
    }
    const wanted = command.kind === 'dismissCall' ? 'dismiss' : command.kind
    if (!call.verbs.includes(wanted)) return call.state.kind === 'ended' ? 'call-gone' : 'not-now'
    const id = call.id
    switch (command.kind) {
      case 'answer':
        this.#holdActive()
        this.#to(id, { kind: 'active' }, { connectedSince: call.connectedSince ?? Date.now(), sound: SOUND })
        return null
      case 'reject':
        this.#end(id, { kind: 'ended', cause: { kind: 'rejected' } })
        return null
      case 'hold':
        this.#to(id, { kind: 'held', by: 'us' })
        return null
      case 'resume':
        this.#holdActive()
        this.#to(id, { kind: 'active' })
        return null
      case 'mute':
        this.#change(id, { muted: command.on })
        return null
      case 'digits':
        this.#change(id, { digits: call.digits + command.digits })
        return null
      case 'transferBlind':
        return this.#transferBlind(call, command.to)
      case 'transferConsult':
        return this.#transferConsult(call, command.to)
      case 'transferComplete':
        if (call.state.kind === 'transferring') this.#end(id, { kind: 'released', to: call.state.to })
        return null
      case 'transferCancel':
        if (call.state.kind === 'transferring') this.#freed(call.state.to)
        this.#to(id, { kind: 'active' })
        return null
      case 'threeWay':
        return this.#threeWay(call, command.with)
      case 'hangUp':
        this.#freed(call.party)
        this.#end(id, { kind: 'ended', cause: { kind: 'hungUp' } })
        return null
      case 'dismissCall':
        this.#remove(id)
        return null
    }
  }

  #setFavourite(colleague: string, on: boolean): ProblemCode | null {
    if (on && !this.model.colleagues.some((person) => person.id === colleague)) return 'number-unknown'
    const others = this.model.favourites.filter((other) => other !== colleague)
    if (on && others.length >= MOST_FAVOURITES) return 'favourites-full'
    this.#show('favourites', on ? [...others, colleague] : others)
    return null
  }

  #saveContact(contact: Contact): ProblemCode | null {
    if (contact.name.trim() === '') return 'exchange-refused'
    const id = contact.id === '' ? `contact-${++this.#lastId}` : contact.id
    this.#contactsAre([...this.#contacts.filter((other) => other.id !== id), { ...contact, id }])
    return null
  }

  #contactsAre(contacts: Contact[]) {
    this.#contacts = contacts.toSorted((a, b) => a.name.localeCompare(b.name, 'nl'))
    this.#show('contacts', listed(this.#contacts, this.model.contacts.text, this.model.contacts.from))
  }

  /** Somebody counts to ten, in the level of a voice. */
  #tryMicrophone(on: boolean): null {
    clearInterval(this.#hears)
    this.#show('hearing', on ? { peak: -96 } : null)
    let beat = 0
    if (on) this.#hears = setInterval(() => this.#show('hearing', { peak: -18 - ((++beat * 7) % 24) }), 100)
    return null
  }

  #transferBlind(call: Call, to: string): ProblemCode | null {
    const party = this.#party(to)
    const colleague = this.#colleague(to)
    this.#to(call.id, { kind: 'transferring', to: party, stage: { kind: 'blind', returnsAt: Date.now() + RETURNS_AFTER_MS } })
    const state = colleague?.lamp.state
    if (state === 'offline' || state === 'busy') {
      const reason = state === 'offline' ? 'unreachable' : 'busy'
      this.#later(call.id, 1_200, () => this.#to(call.id, { kind: 'recalled', from: party, reason }))
    } else {
      if (colleague) this.lamp(colleague.id, 'ringing')
      this.#later(call.id, ANSWERS_AFTER_MS, () => {
        if (colleague) this.lamp(colleague.id, 'busy')
        this.#end(call.id, { kind: 'released', to: party })
      })
    }
    return null
  }

  #transferConsult(call: Call, to: string): ProblemCode | null {
    const party = this.#party(to)
    const colleague = this.#colleague(to)
    if (colleague?.lamp.state === 'offline') return 'target-unreachable'
    const stage = (stage: 'ringing' | 'active'): CallState => ({
      kind: 'transferring', to: party, stage: { kind: 'consult', stage, since: Date.now() },
    })
    if (colleague) this.lamp(colleague.id, 'ringing')
    this.#to(call.id, stage('ringing'))
    this.#later(call.id, ANSWERS_AFTER_MS, () => {
      this.#to(call.id, stage('active'))
      if (colleague) this.lamp(colleague.id, 'busy')
    })
    return null
  }

  /** Who is in a conference that the exchange brought together. */
  members(call: string, members: Member[]) {
    this.#change(call, { members })
  }

  #threeWay(call: Call, other: string | null): ProblemCode | null {
    if (other === null && call.state.kind === 'transferring') {
      this.#to(call.id, { kind: 'active' }, { joined: [call.state.to] })
      return null
    }
    const second = this.model.calls.find((candidate) => candidate.id === other)
    if (!second) return 'call-gone'
    this.#remove(second.id)
    this.#to(call.id, { kind: 'active' }, { joined: [second.party] })
    return null
  }

  #search(text: string): Suggestion[] {
    const wanted = fold(text)
    if (wanted === '') return []
    const hits: Suggestion[] = this.model.colleagues
      .filter((person) => fold(`${person.name} ${person.extension} ${person.department}`).split(' ').some((word) => word.startsWith(wanted)))
      .map((person) => ({
        id: `colleague-${person.id}`, source: { kind: 'colleague' }, party: this.#party(person.dial), to: person.dial,
        consequence: consequenceOf(person.lamp),
      }))
    const isNumber = /^[\d+*#][\d+*# ()-]*$/.test(text.trim())
    const number = text.replace(/[^\d+*#]/g, '')
    if (isNumber && !this.#colleague(number)) {
      hits.unshift({ id: 'number', source: { kind: 'number' }, party: { name: null, number, colleague: null }, to: number, consequence: null })
    }
    return hits
  }

  #colleague(number: string): Colleague | undefined {
    return this.model.colleagues.find((person) => person.dial === number)
  }

  #party(number: string): Party {
    const known = this.#colleague(number)
    if (known) return { name: known.name, number, colleague: known.id }
    return this.model.recents.find((recent) => recent.party.number === number)?.party ?? { name: null, number, colleague: null }
  }

  #begin(party: Party, direction: Call['direction'], state: CallState, extra: Partial<Call>): string {
    const id = `call-${++this.#lastId}`
    const call: Call = {
      id, direction, party, joined: [], members: [], state, since: Date.now(), connectedSince: null, muted: false, account: null, via: null, sentBy: null,
      digits: '', sound: null, emergency: false, suggestions: [], note: '', earlier: [], verbs: [], ...extra,
    }
    this.#calls([...this.model.calls, call])
    return id
  }

  #to(id: string, state: CallState, extra: Partial<Call> = {}) {
    this.#change(id, { state, since: Date.now(), ...extra })
  }

  #change(id: string, change: Partial<Call>) {
    this.#calls(this.model.calls.map((call) => (call.id === id ? { ...call, ...change } : call)))
  }

  #end(id: string, state: CallState) {
    this.#to(id, state)
    setTimeout(() => this.#remove(id), LEAVES_AFTER_MS)
  }

  #remove(id: string) {
    if (this.model.calls.some((call) => call.id === id)) this.#calls(this.model.calls.filter((call) => call.id !== id))
  }

  #holdActive() {
    for (const call of this.model.calls) if (call.state.kind === 'active') this.#to(call.id, { kind: 'held', by: 'us' })
  }

  #freed(party: Party) {
    if (party.colleague) this.lamp(party.colleague, 'available')
  }

  /** Runs `then` unless the call has left the state that it is in now. */
  #later(id: string, milliseconds: number, then: () => void) {
    const state = this.model.calls.find((call) => call.id === id)?.state
    setTimeout(() => {
      if (this.model.calls.find((call) => call.id === id)?.state === state) then()
    }, milliseconds)
  }

  #calls(calls: Call[]) {
    const held = (call: Call) => calls.some((other) => other.id !== call.id && other.state.kind === 'held')
    this.#show('calls', calls.map((call) => ({ ...call, verbs: verbsOf(call, held(call)) })))
  }

  #lamps(people: readonly Colleague[], change: (lamp: Lamp) => Lamp) {
    const lamps = people.map((person): [string, Lamp] => [person.id, change(person.lamp)])
    const changed = new Map(lamps)
    this.model = {
      ...this.model,
      colleagues: this.model.colleagues.map((person) => ({ ...person, lamp: changed.get(person.id) ?? person.lamp })),
    }
    this.#send({ part: 'lamps', value: lamps })
  }

  #show<P extends 'account' | 'accounts' | 'signIn' | 'calls' | 'colleagues' | 'problems' | 'search' | 'settings' | 'favourites' | 'hearing' | 'contacts' | 'prefill' | 'invited' | 'devices' | 'desktop'>(part: P, value: ViewModel[P]) {
    this.model = { ...this.model, [part]: value }
    if (part === 'account' && value !== null) this.model = { ...this.model, signIn: null }
    this.#send({ part, value } as Update['change'])
  }

  #send(change: Update['change']) {
    this.#sequence++
    for (const listener of this.#listeners) listener({ sequence: this.#sequence, change })
  }
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

const SENTENCES: Partial<Record<ProblemCode, [nl: string, en: string, remedyNl: string, remedyEn: string]>> = {
  'exchange-lost': [
    'De verbinding met de centrale is weg.', 'The connection to the exchange is lost.',
    'Balie probeert het zelf opnieuw.', 'Balie tries again by itself.',
  ],
  'wrong-password': [
    'Deze naam en dit wachtwoord horen niet bij elkaar.', 'This name and password do not match.',
    'Typ het wachtwoord opnieuw of vraag de beheerder.', 'Type the password again or ask the administrator.',
  ],
  'invitation-invalid': [
    'Dit is geen uitnodiging.', 'This is not an invitation.',
    'Plak de hele link die u van uw beheerder kreeg.', 'Paste the whole link that your administrator gave you.',
  ],
  'target-unreachable': [
    'Niet bereikbaar: geen toestel aangemeld.', 'Not reachable: no phone is signed in.',
    'Kies iemand anders of een mobiel nummer.', 'Choose somebody else or a mobile number.',
  ],
}

/** A problem as the phone would state it. */
export function problem(code: ProblemCode): Problem {
  const [nl, en, remedyNl, remedyEn] = SENTENCES[code] ?? [`Niet gelukt (${code}).`, `Failed (${code}).`, 'Probeer het opnieuw.', 'Try again.']
  return { id: 0, code, sentence: { nl, en }, remedy: { nl: remedyNl, en: remedyEn }, detail: null, account: null, at: Date.now() }
}

/** The exchange of an invitation, which carries its fingerprint too, so that nothing is left to compare; null where it is none. */
function invitationServer(link: string): string | null {
  return /^balie:\/\/([^/]+)\/invitation#.+$/.exec(link.trim())?.[1] ?? null
}
