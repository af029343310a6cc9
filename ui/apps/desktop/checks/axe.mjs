// Checks every state with axe-core: no violation of WCAG 2.2 A and AA, nor of its best practice, as light and narrow
// as the state can be seen, dark and wide, and as small as can be where much must be seen at once. Nothing is cut off there,
// nor would it be in a language of longer words:
// `node apps/desktop/checks/axe.mjs [state ...]`.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { each, misplaced, misplacedWhenLonger, withBrowser } from './page.mjs'
import { STATES } from './states.mjs'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const only = process.argv.slice(2)
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const checks = STATES.filter(({ name }) => only.length === 0 || only.includes(name)).flatMap(({ name, scene, query, windows, steps, atOnce }) => {
  const narrow = windows.phone ?? windows.own ?? Object.values(windows)[0]
  const wide = windows.wide ?? windows.low ?? narrow
  return [
    { name: `${name} light nl`, steps, options: { scene, query, scheme: 'light', language: 'nl', ...narrow } },
    { name: `${name} dark en`, steps, options: { scene, query, scheme: 'dark', language: 'en', ...wide } },
    ...(atOnce ? [{ name: `${name} small nl`, steps, atOnce, options: { scene, query, scheme: 'light', language: 'nl', ...windows.small } }] : []),
  ]
})

/** What is asked of a page. Where the system forces its colours on it, they are the reader's choice. */
const asked = ({ forced }) => ({ runOnly: TAGS, resultTypes: ['violations'], rules: { 'color-contrast': { enabled: !forced } } })

let faults = 0
let passes = 0
await withBrowser((open) => each(checks, async ({ name, steps, atOnce, options }) => {
  const { page, faults: said, close } = await open(options)
  try {
    await steps?.(page)
    await page.evaluate(axe)
    const result = await page.evaluate((wanted) => globalThis.axe.run(wanted), asked(options))
    passes += result.passes.length
    const violations = result.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ target }) => target).join(', ')}`)
    for (const fault of [...violations, ...said, ...(await misplaced(page, atOnce)), ...(await misplacedWhenLonger(page))]) tell(name, fault)
  } catch (error) {
    tell(name, error.message)
  }
  await close()
}))

function tell(name, fault) {
  faults++
  console.log(`${name}: ${fault}`)
}

console.log(`axe: ${checks.length} pages, ${passes} rules kept, ${faults} faults`)
process.exitCode = faults === 0 && passes > 0 ? 0 : 1
