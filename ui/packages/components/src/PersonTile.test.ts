// A tile is read without colour: by its shape, its fill and its word.

import type { Lamp, LampState } from '@balie/host'
import { fireEvent, render } from '@testing-library/svelte'
import { beforeEach, describe, expect, it } from 'vitest'
import PersonTile from './PersonTile.svelte'
import { surroundings } from './surroundings.svelte.ts'

const STATES: LampState[] = [
  'available', 'ringing', 'busy', 'onHold', 'doNotDisturb', 'forwarded', 'meeting', 'wrapUp', 'recall', 'offline', 'unknown',
]

function tile(lamp: Partial<Lamp>, more: object = {}) {
  const { container } = render(PersonTile, {
    colleague: {
      id: '412', name: 'Bas', extension: '412', department: 'Service', dial: '412',
      lamp: { state: 'available', since: null, until: null, towards: null, waits: null, staleSince: null, ...lamp },
    },
    action: 'Bellen', onclick: () => {}, ...more,
  })
  return container
}

/** What a grey picture still shows of a lamp. */
function grey(lamp: Partial<Lamp>): string {
  const container = tile(lamp)
  const shapes = [...container.querySelectorAll('svg > *')].map((shape) => {
    const fill = shape.getAttribute('fill') === 'none' ? (shape.hasAttribute('stroke-dasharray') ? 'dashed' : 'hollow') : 'solid'
    return `${fill} ${shape.tagName}`
  })
  return `${shapes.join(' + ')}: ${container.querySelector('.state')?.textContent}`
}

beforeEach(() => surroundings.wear({ language: 'nl', theme: 'light', zoom: 100 }))

describe('PersonTile', () => {
  it('tells every state apart in grey', () => {
    expect(STATES.map((state) => grey({ state }))).toEqual([
      'hollow circle: Vrij',
      'solid path + hollow path: Gaat over',
      'solid rect + solid path: In gesprek',
      'solid circle + solid path: In wacht',
      'solid circle + solid path: Niet storen',
      'hollow path: Doorgeschakeld',
      'hollow circle + hollow path: Overleg',
      'hollow path: Nawerk',
      'hollow path: Terugval',
      'dashed circle: Niet aangemeld',
      'dashed circle: Status onbekend',
    ])
  })

  it('claims nothing of a state that is not confirmed, and says for how long', () => {
    expect(grey({ state: 'busy', staleSince: Date.now() - 125_000 })).toBe('dashed circle: Status onbekend 2\u00a0min')
  })

  it('says who is parked there, while that is certain', () => {
    const waits = { kind: 'parked', who: '0612345678' } as const
    expect(grey({ waits })).toBe('hollow circle: Vrij · 0612345678 geparkeerd')
    expect(grey({ waits, staleSince: Date.now() - 125_000 })).toBe('dashed circle: Status onbekend 2\u00a0min')
  })

  it('takes a call that is dropped on it only where it could go', async () => {
    let dropped = 0
    const open = tile({}, { ondropped: () => dropped++ }).querySelector('[data-person="412"]')
    await fireEvent.drop(open!)
    await fireEvent.drop(tile({}).querySelector('[data-person="412"]')!)
    expect(dropped).toBe(1)
  })
})
