// What stands on the X display around Balie: a window manager, another program's window, who has the keyboard.

import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { until } from './stage.mjs'

const run = (program, ...flags) => execFileSync(program, flags, { timeout: 10_000, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** Starts a window manager, and returns the way to end it. */
export async function manage(name) {
  const manager = spawn(name, { stdio: 'ignore' })
  process.on('exit', () => manager.kill())
  // It names itself by a window that is not the one of the manager before it.
  await until(`${name} manages windows`, () => manager.exitCode !== null || named().toLowerCase() === name)
  if (manager.exitCode !== null) throw new Error(`${name} does not start`)
  return async () => {
    manager.kill()
    await until(`${name} ends`, () => manager.exitCode !== null || manager.signalCode !== null)
  }
}

/** What the window manager calls itself. */
function named() {
  try {
    const window = /0x[0-9a-f]+/.exec(run('xprop', '-root', '_NET_SUPPORTING_WM_CHECK'))
    return /= "(.*)"/.exec(run('xprop', '-id', window[0], '_NET_WM_NAME'))?.[1] ?? ''
  } catch {
    return ''
  }
}

/** A window of another program that writes down the keys it gets. */
export class Other {
  #program
  #keys = 0
  id = null

  static async open() {
    const other = new Other()
    other.#program = spawn('xev', ['-name', 'other', '-geometry', '500x300+40+40', '-event', 'keyboard'])
    createInterface({ input: other.#program.stdout }).on('line', (line) => {
      if (line.startsWith('KeyPress')) other.#keys++
    })
    process.on('exit', () => other.#program.kill())
    other.id = await until('another window', () => windows('^other$')[0])
    await other.activate()
    return other
  }

  async activate() {
    run('xdotool', 'windowactivate', this.id)
    await until('the other window has the keyboard', () => active() === this.id)
  }

  /** Types a key wherever the keyboard is, and tells how many came here since the start. */
  async typed() {
    const before = this.#keys
    run('xdotool', 'key', 'a')
    await until('the key arrives in the other window', () => this.#keys > before, 3_000)
  }

  close() {
    this.#program.kill()
  }
}

/** Closes Balie's window as a person does, under a window manager. */
export async function closeWindow() {
  const [id] = windows('^Balie$')
  run('xdotool', 'windowactivate', id)
  await until('the window has the keyboard', () => active() === id)
  run('xdotool', 'key', 'alt+F4')
}

/** The window that has the keyboard, as the window manager says it. */
export function active() {
  try {
    return run('xdotool', 'getactivewindow')
  } catch {
    return null
  }
}

/** The windows on the screen whose title matches. */
export function windows(title) {
  try {
    return run('xdotool', 'search', '--onlyvisible', '--name', title).split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** Where a window is, how large, and what it told the window manager; nothing of one that is away, as a window is for a
    moment while it takes another shape. */
export function looks(id) {
  if (id === undefined) return {}
  try {
    const shape = Object.fromEntries(run('xdotool', 'getwindowgeometry', '--shell', id).split('\n').map((line) => line.split('=')))
    return { x: Number(shape.X), y: Number(shape.Y), width: Number(shape.WIDTH), height: Number(shape.HEIGHT), properties: run('xprop', '-id', id) }
  } catch {
    return {}
  }
}

/** Presses a key or moves the pointer, as xdotool has it. */
export function xdotool(...words) {
  run('xdotool', ...words)
}
