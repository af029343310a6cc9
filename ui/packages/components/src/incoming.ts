// What is said of a call that rings here, most useful first.

import type { Call, EarlierCall } from '@balie/host'
import type { Language, Texts } from '@balie/texts'
import { duration, moment } from './format.ts'
import { partyDetail, partyName } from './words.ts'

export type CallerFacts = { title: string; detail: string; lines: string[] }

/** Name, the line under it, and up to three lines below: for whom, sent by whom with which note, spoke before. */
export function callerFacts(call: Call, extension: string | null, now: number, t: Texts, language: Language): CallerFacts {
  const name = partyName(call.party, t)
  const note = call.note.trim() === '' ? null : t.ringing.note(call.note.trim())
  const [latest] = call.earlier
  if (call.state.kind === 'recalled') {
    const { from, reason } = call.state
    const whom = from.name !== null && from.number !== null ? `${from.name} (${from.number})` : partyName(from, t)
    const onLine = call.connectedSince === null ? null : t.ringing.onLine(duration(now - call.connectedSince))
    return {
      title: `${name} – ${t.ringing.cameBack(whom)}`,
      detail: joined([t.ringing.recalled[reason], onLine]),
      lines: note === null ? [] : [note],
    }
  }
  // The extension is that of the account in use; a call to another one says to which.
  const asked = [call.via, call.account].filter((name) => name !== null)
  const forWhom = asked.length > 0 ? t.ringing.for(asked.join(' · ')) : extension === null ? null : t.ringing.direct(extension)
  const sentBy = call.sentBy === null ? null : t.ringing.sentBy(partyName(call.sentBy, t))
  const lines = [forWhom, joined([sentBy, note], ' – '), latest ? earlierWords(latest, now, t, language) : null]
  return { title: name, detail: partyDetail(call.party, t), lines: lines.filter((line) => line !== null && line !== '') as string[] }
}

function earlierWords(earlier: EarlierCall, now: number, t: Texts, language: Language): string {
  const when = moment(earlier.at, now, language)
  return earlier.with === null ? t.ringing.missed(when) : t.ringing.spoke(partyName(earlier.with, t), when)
}

function joined(words: (string | null)[], separator = ' · '): string {
  return words.filter((word) => word !== null).join(separator)
}
