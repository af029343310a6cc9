// What every script that drives the window has in common: named steps with their times, and named pictures.
//
// Pictures are taken of the X display and not through the driver: without the DMABUF renderer, which the
// application switches off, the driver's screenshot command never answers (WebKitGTK 2.50); every other
// command still does.

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where pictures go, and how steps are told. */
export class Stage {
  #folder
  /** The window that pictures show. */
  window = null

  constructor(folder) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** What the display shows, once the page has been drawn. */
  async picture(name) {
    await this.window?.painted()
    execFileSync('import', ['-window', 'root', join(this.#folder, `${name}.png`)], { timeout: 20_000 })
  }

  async step(name, act) {
    const begun = Date.now()
    await act()
    console.log(`ok  ${name}  ${Date.now() - begun} ms`)
  }

  /** Plays the script; what goes wrong leaves a picture and an exit code. */
  async play(script) {
    try {
      await script()
    } catch (error) {
      process.exitCode = 1
      await this.picture('failed').catch(() => {})
      console.error(error)
    }
    await this.leave()
  }

  /** Closes the window. */
  async leave() {
    const window = this.window
    this.window = null
    await window?.close().catch((error) => {
      process.exitCode = 1
      console.error(`the session did not close: ${error.message}`)
    })
  }
}

/** Waits, where time itself is what is looked at. */
export const pause = (ms) => new Promise((over) => setTimeout(over, ms))

/** Waits until something holds, for states outside the window. */
export async function until(what, holds, limit = 15_000) {
  const end = Date.now() + limit
  for (;;) {
    const held = await holds()
    if (held) return held
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${what}`)
    await pause(50)
  }
}
