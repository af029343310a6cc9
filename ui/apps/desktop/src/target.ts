// Whom a verb would reach, and what would happen there, before it is pressed.

import type { Consequence, Party } from '@balie/host'

export type Target = { to: string; party: Party; consequence: Consequence | null }

