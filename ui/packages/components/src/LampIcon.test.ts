import type { Lamp, LampState } from '@balie/host'
import { render } from '@testing-library/svelte'
import { describe, expect, it } from 'vitest'
import LampIcon from './LampIcon.svelte'

const STATES: LampState[] = [
  'available', 'ringing', 'busy', 'onHold', 'doNotDisturb', 'forwarded', 'meeting', 'wrapUp', 'recall', 'offline',
]

function drawing(lamp: Partial<Lamp>): string {
  const { container } = render(LampIcon, {
    lamp: { state: 'available', since: null, until: null, towards: null, waits: null, staleSince: null, ...lamp },
  })
  return [...container.querySelectorAll('svg > *')].map((shape) => shape.outerHTML.replace(/class="[^"]*"/g, '')).join('')
}

describe('LampIcon', () => {
  it('draws another shape for each state, so that it is read without colour', () => {
    const drawings = STATES.map((state) => drawing({ state }))

    expect(new Set(drawings).size).toBe(STATES.length)
  })

  it('draws nothing where there is no lamp', () => {
    expect(drawing({ state: 'none' })).toBe('')
  })

  it('draws a state that is not confirmed as unknown', () => {
    expect(drawing({ state: 'busy', staleSince: 1 })).toBe(drawing({ state: 'unknown' }))
  })
})
