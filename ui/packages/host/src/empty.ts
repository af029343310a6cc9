// The picture before the first snapshot: nothing is known and nothing is claimed.

import type { ViewModel } from './generated/view.ts'

export function emptyModel(): ViewModel {
  return {
    account: null,
    accounts: [],
    signIn: null,
    calls: [],
    colleagues: [],
    recents: [],
    search: { text: '', rows: [] },
    problems: [],
    capabilities: {
      hold: { kind: 'present' },
      transfer: { kind: 'present' },
      consult: { kind: 'present' },
      threeWay: { kind: 'present' },
      directory: { kind: 'present' },
      lamps: { kind: 'present' },
      doNotDisturb: { kind: 'present' },
    },
  }
}
