// The host inside Balie's own window: one command and one channel of the shell.

import { Channel, invoke } from '@tauri-apps/api/core'
import type { CommandOutcome, Update } from '../generated/view.ts'
import type { Host } from '../types.ts'

let lastInstruction = 0

export const host: Host = {
  async perform(command) {
    const outcome = await invoke<CommandOutcome>('perform', { instruction: { id: ++lastInstruction, command } })
    return outcome.result
  },
  updates(listener) {
    let listening = true
    const channel = new Channel<Update>((update) => {
      if (listening) listener(update)
    })
    void invoke('updates', { channel })
    return () => {
      listening = false
    }
  },
  window: { shape: (shape) => invoke<void>('shape', { shape }) },
}
