// Sentences for those who listen: what happens by itself, and what the keys for speaking say.

import { callWords, consequenceWords, duration, lampWords, partyName, phoneNumber, surroundings as s } from '@balie/components'
import { outstanding, waiting } from './calls.ts'
import type { Desk } from './desk.svelte.ts'
import { keyOf } from './keys/actions.ts'
import type { Subject } from './keys/meaning.ts'

/** What is said unasked: who came back or rings, or that calls do not come in. */
export function urgent({ model }: Desk): string {
  const [first] = waiting(model.calls)
  if (first?.state.kind === 'recalled') return s.t.panel.recalled(callWords(first, s.t), partyName(first.party, s.t))
  if (first) return s.t.call.announce(partyName(first.party, s.t), keyOf('waiting', model.settings.keys))
  return model.account?.registration.kind === 'stale' ? s.t.account.staleTitle : ''
}

/** What another program put before the person, and waits. */
export function fromOutside({ model }: Desk): string {
  if (model.invited) return `${s.t.invited.title}: ${model.invited.server}`
  return model.prefill ? `${s.t.prefill.title} ${phoneNumber(model.prefill.to)}` : ''
}

export function spoken(subject: Subject, desk: Desk, last: string): string {
  const now = Date.now()
  switch (subject) {
    case 'again':
      return last
    case 'call':
      return desk.hand ? `${partyName(desk.hand.party, s.t)}, ${callWords(desk.hand, s.t)}, ${duration(now - desk.hand.since)}` : s.t.panel.speakNoCall
    case 'outstanding': {
      const lines = outstanding(desk.model.calls).map((call) => `${partyName(call.party, s.t)}, ${callWords(call, s.t)}, ${duration(now - call.since)}`)
      return lines.length === 0 ? s.t.panel.speakNothing : lines.join('; ')
    }
    case 'target': {
      const target = desk.target
      if (!target) return s.t.panel.speakNoTarget
      const lamp = desk.model.colleagues.find(({ id }) => id === target.party.colleague)?.lamp
      const then = target.consequence ? consequenceWords(target.consequence, s.t) : lamp ? lampWords(lamp, now, s.t, s.language) : target.to
      return `${partyName(target.party, s.t)}: ${then}`
    }
  }
}
