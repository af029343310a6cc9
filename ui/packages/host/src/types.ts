// What the user interface knows of the world around it: one way to ask and one way to be told.
//
// The shell, a browser session and the mock each implement it; nothing else in the user interface may
// import the shell's packages.

import type { Command, CommandResult, Update } from './generated/view.ts'

/** The bar while something else is worked on, the softphone, and the reception panel. */
export type Shape = 'mini' | 'phone' | 'panel'

/** The real window around the page; absent in a browser session, which cannot change its own size. */
export interface HostWindow {
  /** Gives the window the size and the place of `shape`. */
  shape(shape: Shape): Promise<void>
}

export interface Host {
  /** Asks something of the phone. Settles in done or in a named problem; it rejects only when the shell is gone. */
  perform(command: Command): Promise<CommandResult>
  /** Subscribes: first the snapshot, then numbered changes. Returns the way to end the subscription. */
  updates(listener: (update: Update) => void): () => void
  window?: HostWindow
}
