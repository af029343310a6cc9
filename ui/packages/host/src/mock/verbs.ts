// What may be done with a call of the mock; the phone itself says this in Rust.

import type { Call, Verb } from '../generated/view.ts'

export function verbsOf(call: Call, otherCall: boolean): Verb[] {
  switch (call.state.kind) {
    case 'offered':
    case 'ringing':
      return call.direction === 'incoming' ? ['answer', 'reject'] : ['hangUp']
    case 'answering':
      return ['hangUp']
    case 'active': {
      const verbs: Verb[] = ['mute', 'digits', 'hangUp']
      if (call.emergency) return verbs
      verbs.push('hold')
      if (call.joined.length === 0) verbs.push('transferBlind', 'transferConsult')
      if (otherCall && call.joined.length === 0) verbs.push('threeWay')
      return verbs
    }
    case 'held':
      return ['resume', 'transferBlind', 'transferConsult', 'hangUp']
    case 'transferring':
      if (call.state.stage.kind === 'blind') return ['transferCancel']
      return call.state.stage.stage === 'ringing'
        ? ['mute', 'transferComplete', 'transferCancel']
        : ['mute', 'digits', 'transferComplete', 'transferCancel', 'threeWay']
    case 'recalled':
      return ['answer', 'reject']
    case 'released':
    case 'ended':
      return ['dismiss']
  }
}
