// Pictures of every scene, in both languages and colour schemes, for people to look at:
// `node apps/desktop/checks/screenshots.mjs FOLDER [scene ...]`. Fails when anything is cut off.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { clipped, withBrowser } from './page.mjs'
import { SETTINGS } from './settings-scenes.mjs'

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

let failed = 0
await mkdir(folder, { recursive: true })
await withBrowser(async (open) => {
  for (const scene of SCENES.filter((name) => only.length === 0 || only.includes(name))) {
    for (const look of LOOKS) {
      const { page, faults, close } = await open({ scene: scene === 'search' ? 'call' : scene, ...look })
      if (scene === 'search') await page.fill('#search', 'bas')
      await page.waitForTimeout(scene === 'recall' ? 1500 : 250)
      await page.screenshot({ path: join(folder, `${scene}-${look.name}.png`) })
      const cut = await clipped(page)
      for (const fault of [...faults, ...cut]) console.log(`${scene} ${look.name}: ${fault}`)
      failed += faults.length + cut.length
      await close()
    }
  }
  for (const { name, scene, steps } of SETTINGS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    // Twice magnified is the limit; what is large by its setting is not magnified once more.
    for (const look of [...LOOKS, SMALL].filter((look) => !name.includes('large') || !look.zoom)) {
      const { page, faults, close } = await open({ scene, ...look })
      await steps(page)
      await page.waitForTimeout(250)
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) })
      const cut = await clipped(page)
      for (const fault of [...faults, ...cut]) console.log(`${name} ${look.name}: ${fault}`)
      failed += faults.length + cut.length
      await close()
    }
  }
})
process.exitCode = failed === 0 ? 0 : 1
