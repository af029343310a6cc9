// The shapes of the window: a bar above everything, a telephone and a panel, each where it stood, also after a restart.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { looks, manage, windows, xdotool } from './display.mjs'
import { settle } from './company.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const stage = new Stage(folder)
const step = (name, act) => stage.step(name, act)
const id = () => windows('^Balie$')[0]

/** Moves the window, and tells where it stands then: xdotool counts the frame of the window manager. */
async function move(x, y) {
  xdotool('windowmove', id(), `${x}`, `${y}`)
  await new Promise((settled) => setTimeout(settled, 500))
  return until('it stands somewhere', () => {
    const seen = looks(id())
    return seen.properties !== undefined && seen
  })
}

async function has(width, height, at) {
  let seen
  await until(`a window of ${width}x${height}${at ? ` at ${at.x},${at.y}` : ''}`, () => {
    seen = looks(id())
    return seen.width === width && seen.height === height && (!at || (Math.abs(seen.x - at.x) < 4 && Math.abs(seen.y - at.y) < 4))
  }, 5_000).catch((error) => {
    throw new Error(`${error.message}: ${seen?.width}x${seen?.height} at ${seen?.x},${seen?.y}`)
  })
  return seen
}

let bar

await stage.play(async () => {
  await manage('openbox')
  settle()
  let window = await openWindow(application, [])
  stage.window = window
  const shape = (name) => window.run('return window.__TAURI_INTERNALS__.invoke("shape", { shape: arguments[0] })', name)
  await step('it opens as a telephone', () => has(420, 760))
  await step('the bar stays above everything, and the telephone comes back where it stood', async () => {
    const telephone = await move(60, 8)
    if ((await shape('mini')) !== 'mini') throw new Error('the shape is not told')
    const isAbove = () => looks(id()).properties?.includes('_NET_WM_STATE_ABOVE')
    await has(340, 64)
    await until('it is above', isAbove)
    bar = await move(700, 600)
    await stage.picture('mini')
    await shape('phone')
    await has(420, 760, telephone)
    await shape('mini')
    await has(340, 64, bar)
    await until('it is above again', isAbove)
  })
  await step('after a restart it is where and what it was', async () => {
    await stage.leave()
    await until('it has ended', () => windows('^Balie$').length === 0)
    window = await openWindow(application, [])
    stage.window = window
    await has(340, 64, bar)
    if ((await shape(null)) !== 'mini') throw new Error('the page is told another shape')
    if (!existsSync(join(process.env.XDG_CONFIG_HOME, 'nl.balie.app/window.json'))) throw new Error('nothing is written')
  })
})
process.exit()
