// What an action does in a situation, or null where it has no object.

import type { Call, Command } from '@balie/host'
import { actsUpon, aside, joinable, rings, waiting } from '../calls.ts'
import type { ActionName } from './actions.ts'
import type { Situation } from './meaning.ts'

export type Place = 'outstanding' | 'colleagues' | 'caller' | 'note' | 'settings' | 'help'
export type Subject = 'call' | 'outstanding' | 'target' | 'again'

export type Meaning =
  | { kind: 'command'; command: Command; clears: boolean }
  | { kind: 'choose'; step: 1 | -1 }
  | { kind: 'home' }
  | { kind: 'go'; place: Place }
  | { kind: 'speak'; subject: Subject }
  /** The key is Balie's, or one that a page must not have, and does nothing now. */
  | { kind: 'nothing' }

/** So long a ring must be there before Enter answers it. */
const GRACE_MS = 300

const SUBJECTS = { speakCall: 'call', speakOutstanding: 'outstanding', speakTarget: 'target', speakAgain: 'again' } as const

export function act(name: ActionName, desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  switch (name) {
    case 'waiting':
      return focusedCall(desk) ?? (desk.takes === null ? whatWaits(desk) : command({ kind: 'pickUp', colleague: desk.takes }))
    case 'hangUp':
      return hangUp(desk, hand)
    case 'hold':
      return hand && (verb(hand, 'resume', { kind: 'resume', call: hand.id }) ?? verb(hand, 'hold', { kind: 'hold', call: hand.id }))
    case 'mute':
      return hand && verb(hand, 'mute', { kind: 'mute', call: hand.id, on: !hand.muted })
    case 'swap':
      return swap(desk)
    case 'threeWay':
      return hand && threeWay(desk, hand)
    case 'consult':
      return hand && desk.target !== null ? verb(hand, 'transferConsult', { kind: 'transferConsult', call: hand.id, to: desk.target }, true) : null
    case 'cancel':
      return hand && verb(hand, 'transferCancel', { kind: 'transferCancel', call: hand.id })
    case 'suggested1':
    case 'suggested2':
    case 'suggested3':
      return suggested(hand, Number(name.at(-1)) - 1)
    case 'available':
    case 'doNotDisturb':
      return command({ kind: 'setDoNotDisturb', on: name === 'doNotDisturb' })
    case 'speakCall':
    case 'speakOutstanding':
    case 'speakTarget':
    case 'speakAgain':
      return { kind: 'speak', subject: SUBJECTS[name] }
    case 'home':
      return { kind: 'home' }
    case 'outstanding':
    case 'colleagues':
    case 'caller':
    case 'note':
    case 'settings':
    case 'help':
      return { kind: 'go', place: name }
  }
}

/** Enter at home: connect, complete, answer or dial. */
export function confirm(desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  if (hand && desk.target !== null) {
    return verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: desk.target }, true) ?? { kind: 'nothing' }
  }
  if (desk.text.trim() !== '') return desk.target !== null && !hand ? command({ kind: 'dial', to: desk.target }, true) : null
  if (hand?.verbs.includes('transferComplete')) return command({ kind: 'transferComplete', call: hand.id })
  // A ring that has only just begun does not exist yet for Enter, and takes no place before one that does.
  const old = (call: Call) => desk.now - desk.rangAt(call) >= GRACE_MS
  const [caller] = waiting(desk.calls.filter((call) => !rings(call) || old(call)))
  if (caller) return command({ kind: 'answer', call: caller.id })
  return desk.calls.some(rings) ? { kind: 'nothing' } : null
}

/** A digit that goes to the other side. */
export function digit(digits: string, desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  return hand && verb(hand, 'digits', { kind: 'digits', call: hand.id, digits })
}

/** The call whose card has the focus, taken to hand. */
function focusedCall(desk: Situation): Meaning | null {
  const call = desk.calls.find((other) => other.id === desk.focused)
  if (!call) return null
  return (
    verb(call, 'answer', { kind: 'answer', call: call.id }) ??
    verb(call, 'transferCancel', { kind: 'transferCancel', call: call.id }) ??
    verb(call, 'resume', { kind: 'resume', call: call.id })
  )
}

/** "The thing that waits for me": a recalled call, then a transfer that can be taken back, then a ring. */
function whatWaits(desk: Situation): Meaning | null {
  const [first] = waiting(desk.calls)
  const undone = desk.calls.find((call) => call.state.kind === 'transferring' && call.state.stage.kind === 'blind' && call.verbs.includes('transferCancel'))
  if (undone && first?.state.kind !== 'recalled') return command({ kind: 'transferCancel', call: undone.id })
  return first ? command({ kind: 'answer', call: first.id }) : null
}

function hangUp(desk: Situation, hand: Call | null): Meaning | null {
  const [caller] = waiting(desk.calls)
  if (hand?.verbs.includes('transferCancel')) return command({ kind: 'transferCancel', call: hand.id })
  const ended = hand && verb(hand, 'hangUp', { kind: 'hangUp', call: hand.id })
  return ended ?? (caller ? verb(caller, 'reject', { kind: 'reject', call: caller.id }) : null)
}

function swap(desk: Situation): Meaning | null {
  const other = aside(desk.calls).find((call) => call.verbs.includes('resume'))
  return other ? command({ kind: 'resume', call: other.id }) : null
}

function threeWay(desk: Situation, hand: Call): Meaning | null {
  const other = hand.state.kind === 'transferring' ? null : (joinable(desk.calls, hand)?.id ?? null)
  return verb(hand, 'threeWay', { kind: 'threeWay', call: hand.id, with: other })
}

function suggested(hand: Call | null, place: number): Meaning | null {
  const suggestion = hand?.suggestions[place]
  return hand && suggestion ? verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: suggestion.to }) : null
}

function command(command: Command, clears = false): Meaning {
  return { kind: 'command', command, clears }
}

function verb(call: Call, wanted: Call['verbs'][number], meant: Command, clears = false): Meaning | null {
  return call.verbs.includes(wanted) ? command(meant, clears) : null
}
