// What support needs to know of a registration that failed, in one line without names and numbers: it is
// pasted into mails and tickets, where neither the person nor the company should be readable.

import type { Registration } from '@balie/host'

export type Failed = Extract<Registration, { kind: 'stale' | 'refused' }>

/** `Balie · stale · exchange-lost · SIP 408 · since 2026-11-28T12:52:07Z · attempt 2`. */
export function diagnosis(registration: Failed): string {
  const { problem } = registration
  const facts = ['Balie', registration.kind, problem.code]
  // A detail may also be the name of a host; only an answer of a protocol is told.
  if (problem.detail !== null && /^[A-Z]{2,5} \d{3}$/.test(problem.detail)) facts.push(problem.detail)
  facts.push(`since ${new Date(failedSince(registration)).toISOString().replace(/\.\d+Z$/, 'Z')}`)
  if (registration.kind === 'stale') facts.push(`attempt ${registration.attempt}`)
  return facts.join(' · ')
}

/** When calls stopped coming in. */
export function failedSince(registration: Failed): number {
  return registration.kind === 'stale' ? registration.since : registration.problem.at
}
