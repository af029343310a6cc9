// What the phone without a window costs while nothing happens: signed in, three hundred colleagues, the sound devices of the
// computer, no call.

import { readFileSync } from 'node:fs'
import { Company } from './company.mjs'
import { pause, Stage } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
/** So long it is left alone before it is looked at, and then looked at. */
const SETTLED_MS = 10_000
const LOOKED_AT_MS = 60_000
/** The system counts in hundredths of a second. */
const TICKS = 100
/** What is promised, of memory and of one core. */
const MOST_MB = 20
const MOST_PERCENT = 1

const stage = new Stage(folder)
const company = await Company.start(application, folder, { more: 293 })

/** Seconds of processor that a program used so far. */
function used(pid) {
  const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(after[11]) + Number(after[12])) / TICKS
}

/** Megabytes that it holds. */
function memory(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
}

await stage.play(async () => {
  const { process: pid } = await company.colleague('bert', [])
  await pause(SETTLED_MS)
  const before = used(pid)
  await pause(LOOKED_AT_MS)
  const share = ((used(pid) - before) * 100_000) / LOOKED_AT_MS
  const held = memory(pid)
  console.log(`    the phone at rest: ${held.toFixed(1)} MB, ${share.toFixed(2)} % of a processor`)
  if (held > MOST_MB || share > MOST_PERCENT) throw new Error(`more than ${MOST_MB} MB or ${MOST_PERCENT} %`)
})
await company.stop()
process.exit()
