// The invented company behind the mock: names of nobody, numbers that nobody can own.

import type { AccountChoice, Colleague, Lamp, LampState, Recent, ViewModel } from '../generated/view.ts'
import { emptyModel } from '../empty.ts'

export const OWN_NUMBER = '+31992000421'
export const BAKERY = { name: 'Bakkerij Jansen BV', number: '+31991234567', colleague: null }
export const TOWN = { name: 'Gemeente Delft', number: '+31992600000', colleague: null }

const MINUTE = 60_000

const PEOPLE: readonly [name: string, extension: string, department: string, state: LampState, minutes: number][] = [
  ['Bas Kuiper', '412', 'Service', 'available', 4],
  ['Sander Mulder', '433', 'Verkoop', 'busy', 6],
  ['Sandra Lee', '470', 'HR', 'meeting', 12],
  ['Susan Bakker', '409', 'Inkoop', 'forwarded', 40],
  ['Remco Bos', '418', 'Techniek', 'onHold', 1],
  ['Ilse Vermeer', '401', 'Directie', 'doNotDisturb', 25],
  ['Kim Post', '402', 'Directie', 'wrapUp', 0],
  ['Joost Maas', '415', 'Techniek', 'available', 21],
  ['Fatima El Amrani', '455', 'Finance', 'available', 3],
  ['Peter Groen', '466', 'Magazijn', 'offline', 90],
  ['Lotte Prins', '422', 'Service', 'busy', 1],
  ['Dirk Hoekstra', '434', 'Verkoop', 'available', 33],
  ['Noor Aydin', '481', 'Marketing', 'meeting', 8],
  ['Wim Jonker', '436', 'Verkoop', 'available', 70],
  ['Eva Schouten', '425', 'Service', 'ringing', 0],
  ['Gijs de Boer', '417', 'Techniek', 'busy', 12],
  ['Hanna Kok', '456', 'Finance', 'available', 9],
  ['Milan Janssen', '427', 'Service', 'available', 15],
  ['Tessa Wolf', '472', 'HR', 'available', 2],
  ['Bas van Rijn', '467', 'Magazijn', 'offline', 30],
]

/** A confirmed lamp. */
export function live(state: LampState, since: number): Lamp {
  return { state, since, until: null, towards: null, waits: null, staleSince: null }
}

/** Everybody, as they are at `now`. */
export function colleagues(now: number): Colleague[] {
  return PEOPLE.map(([name, extension, department, state, minutes]) => {
    const lamp = live(state, now - minutes * MINUTE - 6_000)
    if (state === 'meeting') lamp.until = now + 35 * MINUTE
    if (state === 'forwarded') lamp.towards = 'mobiel'
    if (state === 'ringing') lamp.waits = { kind: 'ringing' }
    return { id: extension, name, extension, department, dial: extension, lamp }
  })
}

function recents(now: number, people: readonly Colleague[]): Recent[] {
  const party = (extension: string) => {
    const person = people.find((colleague) => colleague.id === extension)
    return { name: person?.name ?? null, number: extension, colleague: person?.id ?? null }
  }
  return [
    { id: 'r1', direction: 'incoming', party: BAKERY, outcome: { kind: 'missed' }, at: now - 15 * MINUTE, via: 'Algemeen' },
    { id: 'r2', direction: 'outgoing', party: party('412'), outcome: { kind: 'answered', seconds: 200 }, at: now - 27 * MINUTE, via: null },
    { id: 'r3', direction: 'incoming', party: party('422'), outcome: { kind: 'answered', seconds: 44 }, at: now - 182 * MINUTE, via: null },
    { id: 'r4', direction: 'outgoing', party: { name: null, number: '+31699112233', colleague: null }, outcome: { kind: 'answered', seconds: 62 }, at: now - 216 * MINUTE, via: null },
    { id: 'r5', direction: 'incoming', party: party('470'), outcome: { kind: 'missed' }, at: now - 249 * MINUTE, via: null },
    { id: 'r6', direction: 'incoming', party: { name: 'Hendriks Installatie', number: '+31993456789', colleague: null }, outcome: { kind: 'answered', seconds: 370 }, at: now - 295 * MINUTE, via: 'Algemeen' },
  ]
}

/** An account that is signed in since `now`. */
export function choice(id: string, name: string, extension: string | null, now: number): AccountChoice {
  return { id, name, address: `${id}@demo.invalid`, extension, registration: { kind: 'registered', since: now } }
}

/** Sanne de Wit, signed in at `now`. */
export function signedIn(now: number): ViewModel {
  const people = colleagues(now)
  return {
    ...emptyModel(),
    account: {
      id: 'sanne', name: 'Sanne de Wit', address: 'sanne@demo.invalid', extension: '421', shownNumber: OWN_NUMBER,
      registration: { kind: 'registered', since: now }, doNotDisturb: false,
    },
    accounts: [choice('sanne', 'Sanne de Wit', '421', now)],
    colleagues: people,
    recents: recents(now, people),
    favourites: ['412', '422', '401'],
    devices: {
      microphones: [
        { id: 'headset-in', name: 'Engage 65 Mono', isDefault: true },
        { id: 'laptop-in', name: 'Ingebouwde microfoon', isDefault: false },
      ],
      speakers: [
        { id: 'headset-out', name: 'Engage 65 Mono', isDefault: true },
        { id: 'laptop-out', name: 'Ingebouwde luidsprekers', isDefault: false },
      ],
    },
  }
}
