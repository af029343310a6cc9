// Whom a verb would reach, and what would happen there, before it is pressed.

import type { Consequence, Lamp, Party } from '@balie/host'

export type Target = { to: string; party: Party; consequence: Consequence | null }

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
      return null
  }
}
