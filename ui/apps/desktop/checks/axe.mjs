// Checks every scene with axe-core: no violation of WCAG 2.2 A and AA in either colour scheme.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { withBrowser } from './page.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SCENES = ['signin', 'fingerprint', 'rest', 'ringing', 'call', 'second', 'held', 'consult', 'stale', 'foreign']
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let violations = 0
let passes = 0
await withBrowser(async (open) => {
  for (const scene of SCENES) {
    for (const look of [{ scheme: 'light', language: 'nl' }, { scheme: 'dark', language: 'en', width: 1180, height: 760 }]) {
      const { page, close } = await open({ scene, ...look })
      if (scene === 'call') await page.fill('#search', 'bas')
      await page.waitForTimeout(scene === 'fingerprint' ? 800 : 200)
      await page.evaluate(axe)
      const result = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), TAGS)
      passes += result.passes.length
      for (const violation of result.violations) {
        violations++
        console.log(`${scene} ${look.scheme}: ${violation.id}: ${violation.help}`)
        for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.target}  ${node.any[0]?.message ?? ''}`)
      }
      await close()
    }
  }
})
console.log(`axe: ${violations} violations, ${passes} passes`)
process.exitCode = violations === 0 && passes > 0 ? 0 : 1
