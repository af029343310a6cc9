// The settings as the person has just set them.
//
// Every change is sent to the phone at once and as a whole. Until the phone has answered, what was wished is
// shown, so that sliders do not jump back and a second change does not undo the first.

import type { Settings } from '@balie/host'
import type { Desk } from '../desk.svelte.ts'

export class Preferences {
  #desk: Desk
  #wished: Settings | null = $state.raw(null)
  #turn = 0

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get now(): Settings {
    return this.#wished ?? this.#desk.model.settings
  }

  /** Changes some of one part; the rest stays. */
  change<Part extends keyof Settings>(part: Part, change: Partial<Settings[Part]>) {
    this.#wished = { ...this.now, [part]: { ...this.now[part], ...change } }
    const turn = ++this.#turn
    void this.#desk.ask({ kind: 'changeSettings', settings: this.#wished }).then(() => {
      if (turn === this.#turn) this.#wished = null
    })
  }
}
