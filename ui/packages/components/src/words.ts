// Turns states of the view model into words; nothing is decided here.

import type { Call, Colleague, Consequence, Lamp, Party, Recent } from '@balie/host'
import type { Language, Texts } from '@balie/texts'
import { age, duration, phoneNumber, timeOfDay } from './format.ts'

/** The name by which a party is shown. */
export function partyName(party: Party, t: Texts): string {
  return party.name ?? (party.number === null ? t.call.withheld : phoneNumber(party.number))
}

/** The line under the name. */
export function partyDetail(party: Party, t: Texts): string {
  if (party.number === null) return t.call.withheldHint
  return party.name === null ? t.call.unknown : phoneNumber(party.number)
}

/** State, age and validity of a lamp in words, and who is parked there. */
export function lampWords(lamp: Lamp, now: number, t: Texts, language: Language): string {
  const words = stateWords(lamp, now, t, language)
  const { waits } = lamp
  return lamp.staleSince === null && waits?.kind === 'parked' ? `${words} · ${t.lampParked(waits.who)}` : words
}

function stateWords(lamp: Lamp, now: number, t: Texts, language: Language): string {
  if (lamp.staleSince !== null) return `${t.lamp.unknown} ${age(now - lamp.staleSince, language)}`
  const word = t.lamp[lamp.state]
  if (lamp.state === 'forwarded' && lamp.towards) return `→ ${lamp.towards}`
  if (lamp.until !== null) return `${word} ${t.lampUntil(timeOfDay(lamp.until, language))}`
  if (lamp.since === null) return word
  const length = now - lamp.since
  switch (lamp.state) {
    case 'busy':
    case 'ringing':
    case 'onHold':
    case 'wrapUp':
    case 'recall':
      return `${word} ${duration(length)}`
    case 'available':
      return `${word} · ${t.lampSince(age(length, language))}`
    default:
      return word
  }
}

/** Where a call stands, in one line. */
export function callWords(call: Call, t: Texts): string {
  const state = call.state
  switch (state.kind) {
    case 'offered':
      return t.state.offered
    case 'ringing':
      return call.direction === 'incoming' ? t.state.ringingHere : t.state.ringingThere
    case 'answering':
      return t.state.answering
    case 'active':
      if (call.members.length > 0) return t.state.conference(call.members.length)
      return call.joined.length > 0 ? t.state.threeWay : t.state.active
    case 'held':
      return { us: t.state.heldByUs, them: t.state.heldByThem, both: t.state.heldByBoth }[state.by]
    case 'transferring': {
      const to = partyName(state.to, t)
      if (state.stage.kind === 'blind') return t.state.blind(to)
      return state.stage.stage === 'ringing' ? t.state.consultRinging(to) : t.state.consultActive(to)
    }
    case 'released':
      return t.state.released(partyName(state.to, t))
    case 'recalled':
      return t.recalled[state.reason](partyName(state.from, t))
    case 'ended':
      return state.cause.kind === 'failed' ? t.ended.failed(state.cause.status) : t.ended[state.cause.kind]
  }
}

/** What happens instead of ringing. */
export function consequenceWords(consequence: Consequence, t: Texts): string {
  if (consequence.kind !== 'forwarded') return t.consequence[consequence.kind]
  return consequence.towards ? t.consequence.forwarded(consequence.towards) : t.consequence.forwardedAway
}

/** How an earlier call went, and how the colleague of then is now. */
export function recentWords(recent: Recent, colleague: Colleague | undefined, t: Texts): string {
  const words = [t.recent[recent.direction]]
  if (recent.outcome.kind === 'answered') words.push(duration(recent.outcome.seconds * 1000))
  else words.splice(0, 1, t.recent[recent.outcome.kind])
  if (recent.via) words.push(t.call.via(recent.via))
  if (colleague) words.push(t.lamp[colleague.lamp.staleSince === null ? colleague.lamp.state : 'unknown'].toLowerCase())
  return words.join(' · ')
}
