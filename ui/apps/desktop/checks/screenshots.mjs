// Pictures of every scene, in both languages and colour schemes, for people to look at:
// `node apps/desktop/checks/screenshots.mjs FOLDER [scene ...]`. Fails when anything is cut off.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { clipped, withBrowser } from './page.mjs'
import { PANEL } from './panel.mjs'
import { SETTINGS } from './settings-scenes.mjs'
import { SOFTPHONE } from './softphone.mjs'

const [folder = 'screenshots', ...only] = process.argv.slice(2)
const SCENES = ['rest', 'ringing', 'call', 'search', 'second', 'held', 'consult', 'recall', 'stale', 'dial', 'foreign']
const LOOKS = [
  { name: 'light-nl', scheme: 'light', language: 'nl' },
  { name: 'dark-en', scheme: 'dark', language: 'en' },
  { name: 'zoom-nl', scheme: 'light', language: 'nl', width: 420, height: 760, zoom: 2 },
  { name: 'wide-nl', scheme: 'light', language: 'nl', width: 1180, height: 760 },
  { name: 'wide-dark-en', scheme: 'dark', language: 'en', width: 1180, height: 760 },
]
/** The smallest window that the shell allows. */
const SMALL = { name: 'small-nl', scheme: 'light', language: 'nl', width: 320, height: 480 }

const isWanted = (name) => only.length === 0 || only.includes(name)

let failed = 0
await mkdir(folder, { recursive: true })
await withBrowser(async (open) => {
  for (const scene of SCENES.filter(isWanted)) {
    for (const look of LOOKS) {
      const steps = async (page) => {
        if (scene === 'search') await page.fill('#search', 'bas')
        if (scene === 'recall') await page.waitForTimeout(1_250)
      }
      await take(open, { scene: scene === 'search' ? 'call' : scene, ...look }, steps, `${scene}-${look.name}`)
    }
  }
  for (const { name, scene, steps } of SETTINGS.filter(({ name }) => isWanted(name))) {
    // Twice magnified is the limit; what is large by its setting is not magnified once more.
    for (const look of [...LOOKS, SMALL].filter((look) => !name.includes('large') || !look.zoom)) {
      await take(open, { scene, ...look }, steps, `${name}-${look.name}`)
    }
  }
  for (const { state, name, options, act } of [...SOFTPHONE, ...PANEL].filter(({ state }) => isWanted(state))) {
    await take(open, options, act, name)
  }
})

/** Opens, plays, takes the picture, and says what is wrong with it. */
async function take(open, options, steps, name) {
  const { page, faults, close } = await open(options)
  await steps?.(page)
  await page.waitForTimeout(250)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  for (const fault of [...faults, ...(await clipped(page))]) {
    console.log(`${name}: ${fault}`)
    failed++
  }
  await close()
}

process.exitCode = failed === 0 ? 0 : 1
