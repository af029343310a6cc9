// Pictures of every state in every window, both languages and colour schemes, and a page that shows them beside each
// other: `node apps/desktop/checks/screenshots.mjs FOLDER [state ...]`. Fails when anything is cut off.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { each, misplaced, withBrowser } from './page.mjs'
import { pictures, STATES } from './states.mjs'

const [folder = 'screenshots', ...only] = process.argv.slice(2)
const states = STATES.filter(({ name }) => only.length === 0 || only.includes(name))
const all = pictures(states)

let failed = 0
await mkdir(folder, { recursive: true })
await withBrowser((open) => each(all, async ({ state, name, atOnce, options }) => {
  const { page, faults, close } = await open(options)
  try {
    await state.steps?.(page)
    await page.waitForTimeout(150)
    await page.screenshot({ path: join(folder, `${name}.png`) })
    for (const fault of [...faults, ...(await misplaced(page, atOnce))]) {
      console.log(`${name}: ${fault}`)
      failed++
    }
  } catch (error) {
    console.log(`${name}: ${error.message}`)
    failed++
  }
  await close()
}))
await writeFile(join(folder, 'index.html'), overview())
console.log(`${all.length} pictures of ${states.length} states, ${failed} faults: ${join(folder, 'index.html')}`)
process.exitCode = failed === 0 && all.length > 0 ? 0 : 1

function overview() {
  const picture = (name) => `<figure><a href="${name}.png"><img loading="lazy" src="${name}.png" alt=""></a><figcaption>${name}</figcaption></figure>`
  const section = (state) => `<h2 id="${state.name}">${state.name}</h2>\n<div>${all.filter((one) => one.state === state).map(({ name }) => picture(name)).join('\n')}</div>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Balie: every state</title>
<style>body{font:13px system-ui;margin:16px}div{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0}img{max-width:420px;max-height:320px;border:1px solid #888}nav a{margin-right:8px}</style>
<h1>Every state</h1><nav>${states.map(({ name }) => `<a href="#${name}">${name}</a>`).join(' ')}</nav>
${states.map(section).join('\n')}</html>\n`
}
