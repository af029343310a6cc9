// What Enter and Escape mean to a number from a link that waits. They mean it only at home with an empty
// box, where Enter has no other meaning: a caller who waits, and a consultation, go before.
//
// A link comes when it comes: for 300 ms Enter does not dial it, so that nobody dials by typing.

import type { Call, Command } from '@balie/host'
import { actsUpon, waiting } from './calls.ts'

type Desk = {
  calls: readonly Call[]
  text: string
  home: boolean
}

const GRACE_MS = 300

/** Whether the keys belong to the number. */
export function prefillHasKeys(desk: Desk): boolean {
  return (
    desk.home && desk.text.trim() === '' && waiting(desk.calls).length === 0 &&
    !actsUpon(desk.calls)?.verbs.includes('transferComplete')
  )
}

/** What `event` asks of a number that came at `arrived`; null where the key means something else. */
export function prefillKey(event: KeyboardEvent, desk: Desk, arrived: number, now: number): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !prefillHasKeys(desk)) return null
  if (event.key === 'Escape') return { kind: 'dismissPrefill' }
  return event.key === 'Enter' && !event.repeat && now - arrived >= GRACE_MS ? { kind: 'dialPrefill' } : null
}
