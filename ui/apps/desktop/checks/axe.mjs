// Checks every scene with axe-core: no violation of WCAG 2.2 A and AA in either colour scheme:
// `node apps/desktop/checks/axe.mjs [scene ...]`.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { withBrowser } from './page.mjs'
import { PANEL } from './panel.mjs'
import { SETTINGS } from './settings-scenes.mjs'
import { SOFTPHONE } from './softphone.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const only = process.argv.slice(2)
const isWanted = (scene) => only.length === 0 || only.includes(scene)
const SCENES = ['rest', 'ringing', 'call', 'second', 'held', 'consult', 'stale', 'foreign']
const LOOKS = [{ scheme: 'light', language: 'nl' }, { scheme: 'dark', language: 'en', width: 1180, height: 760 }]
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let violations = 0
let passes = 0
await withBrowser(async (open) => {
  for (const scene of SCENES.filter(isWanted)) {
    await inspect(open, scene, scene, async (page) => {
      if (scene === 'call') await page.fill('#search', 'bas')
    })
  }
  for (const { name, scene, steps } of SETTINGS.filter(({ name }) => isWanted(name))) await inspect(open, name, scene, steps)
  for (const { name, options, act } of [...SOFTPHONE, ...PANEL].filter(({ state }) => isWanted(state))) {
    const { page, close } = await open(options)
    await act?.(page)
    await page.waitForTimeout(200)
    await check(page, name)
    await close()
  }
})

async function inspect(open, name, scene, steps) {
  for (const look of LOOKS) {
    const { page, close } = await open({ scene, ...look })
    await steps(page)
    await page.waitForTimeout(200)
    await check(page, `${name} ${look.scheme}`)
    await close()
  }
}

async function check(page, where) {
  await page.evaluate(axe)
  const result = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), TAGS)
  passes += result.passes.length
  for (const violation of result.violations) {
    violations++
    console.log(`${where}: ${violation.id}: ${violation.help}`)
    for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.target}  ${node.any[0]?.message ?? ''}`)
  }
}

console.log(`axe: ${violations} violations, ${passes} passes`)
process.exitCode = violations === 0 && passes > 0 ? 0 : 1
