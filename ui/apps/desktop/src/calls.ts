// Which call stands where on the screen. What may be done with a call is said by its verbs.

import type { Call } from '@balie/host'

const ORDER: Record<Call['state']['kind'], number> = {
  active: 0, transferring: 1, answering: 2, held: 3, ringing: 4, offered: 4, recalled: 5, released: 6, ended: 7,
}

function place(call: Call): number {
  if (call.state.kind === 'held' && call.state.by === 'them') return 0
  if (call.state.kind === 'ringing' || call.state.kind === 'offered') return call.direction === 'outgoing' ? 2 : 5
  return ORDER[call.state.kind]
}

/** Rings here or came back: somebody waits for an answer. */
export function rings(call: Call): boolean {
  return call.verbs.includes('answer')
}

/** The call that the person is busy with, if any; calls that are over come last. */
export function inHand(calls: readonly Call[]): Call | null {
  const candidates = calls.filter((call) => !rings(call))
  return candidates.reduce<Call | null>((best, call) => (best && place(best) <= place(call) ? best : call), null)
}

/** The same, without calls that are over: what a verb can act upon. */
export function actsUpon(calls: readonly Call[]): Call | null {
  const call = inHand(calls)
  return call && !isOver(call) && !isSent(call) ? call : null
}

/** Sent on without asking: it rings elsewhere, and the hands are free for the next. */
export function isSent(call: Call): boolean {
  return call.state.kind === 'transferring' && call.state.stage.kind === 'blind'
}

/** Somebody is spoken with or called, so that the telephone answers nothing by itself. */
export function engaged(calls: readonly Call[]): boolean {
  return calls.some((call) => !isSent(call) && place(call) < ORDER.held)
}

/** Over, shown only so that its end is noticed. */
export function isOver(call: Call): boolean {
  return call.state.kind === 'ended' || call.state.kind === 'released'
}

/** The calls that ring here, recalled ones first, then the one that waits longest. */
export function waiting(calls: readonly Call[]): Call[] {
  const rank = (call: Call) => (call.state.kind === 'recalled' ? 0 : 1)
  return calls.filter(rings).sort((a, b) => rank(a) - rank(b) || a.since - b.since)
}

/** Calls on hold beside the one in hand. */
export function aside(calls: readonly Call[]): Call[] {
  const hand = inHand(calls)
  return calls.filter((call) => call !== hand && !rings(call) && !isOver(call))
}

/** Another call that could be joined with `call` in a three-way call. */
export function joinable(calls: readonly Call[], call: Call): Call | null {
  return aside(calls).find((other) => other !== call && other.state.kind === 'held') ?? null
}

/** What this person set going and is not settled: recalled first, then sent away, then held, oldest first. */
export function outstanding(calls: readonly Call[]): Call[] {
  const hand = inHand(calls)
  const rank = (call: Call): number | null => {
    const { state } = call
    if (state.kind === 'recalled') return 0
    if (isSent(call)) return 1
    return state.kind === 'held' && state.by !== 'them' ? 2 : null
  }
  const ranked = calls.flatMap((call) => {
    const place = rank(call)
    return place === null || (call === hand && place === 2) ? [] : [{ call, place }]
  })
  return ranked.sort((a, b) => a.place - b.place || a.call.since - b.call.since).map(({ call }) => call)
}
