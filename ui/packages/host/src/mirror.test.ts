import { describe, expect, it } from 'vitest'
import { emptyModel } from './empty.ts'
import type { Colleague, Update } from './generated/view.ts'
import { apply, follow } from './mirror.ts'
import type { Host } from './types.ts'

const anna: Colleague = {
  id: 'anna', name: 'Anna', extension: '201', department: 'Service', dial: '201',
  lamp: { state: 'available', since: 1, until: null, towards: null, waits: null, staleSince: null },
}

describe('apply', () => {
  it('replaces only the lamp that changed', () => {
    const bert = { ...anna, id: 'bert' }
    const before = { ...emptyModel(), colleagues: [anna, bert] }

    const after = apply(before, { part: 'lamps', value: [['bert', { ...anna.lamp, state: 'busy' }]] })

    expect(after.colleagues[0]).toBe(anna)
    expect(after.colleagues[1]?.lamp.state).toBe('busy')
  })

  it('ignores the lamp of somebody who is not in the list', () => {
    const before = { ...emptyModel(), colleagues: [anna] }

    expect(apply(before, { part: 'lamps', value: [['carl', anna.lamp]] }).colleagues).toEqual([anna])
  })
})

describe('follow', () => {
  it('asks for a snapshot again when a number is missing', () => {
    const listeners: ((update: Update) => void)[] = []
    const host: Host = {
      perform: async () => ({ kind: 'done' }),
      updates: (listener) => {
        listeners.push(listener)
        listener({ sequence: 4, change: { part: 'everything', value: emptyModel() } })
        return () => {}
      },
    }
    const seen: number[] = []
    const stop = follow(host, (model) => seen.push(model.colleagues.length))

    listeners[0]?.({ sequence: 5, change: { part: 'colleagues', value: [anna] } })
    listeners[0]?.({ sequence: 7, change: { part: 'colleagues', value: [anna, anna] } })

    expect(listeners).toHaveLength(2)
    expect(seen).toEqual([0, 1, 0])
    listeners[0]?.({ sequence: 8, change: { part: 'colleagues', value: [anna] } })
    expect(seen).toHaveLength(3)
    stop()
    listeners[1]?.({ sequence: 5, change: { part: 'colleagues', value: [anna] } })
    expect(seen).toHaveLength(3)
  })
})
