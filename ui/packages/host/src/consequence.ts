// What a lamp means for a call that goes there now; the phone says the same of the rows that it finds.

import type { Consequence, Lamp } from './generated/view.ts'

/** What happens to a call that goes now to somebody with this lamp; nothing is claimed of a stale one. */
export function consequenceOf(lamp: Lamp): Consequence | null {
  if (lamp.staleSince !== null) return null
  switch (lamp.state) {
    case 'busy':
    case 'onHold':
    case 'ringing':
      return { kind: 'busy' }
    case 'doNotDisturb':
      return { kind: 'doNotDisturb' }
    case 'forwarded':
      return { kind: 'forwarded', towards: lamp.towards }
    case 'offline':
      return { kind: 'offline' }
    case 'recall':
    case 'wrapUp':
    case 'meeting':
    case 'available':
    case 'unknown':
    case 'none':
      return null
  }
}
