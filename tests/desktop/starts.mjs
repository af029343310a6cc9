// How long a start takes, of somebody who was signed in before: until the window can be used, and until calls come in.
// The clock begins with the program, as the system counts it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Company, settle } from './company.mjs'
import { windows } from './display.mjs'
import { signInByHand, trySound } from './newcomer.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const STARTS = 5
/** The system counts in hundredths of a second since it began. */
const TICKS = 100

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** When the program behind Balie's window began, in milliseconds since 1970. */
async function began() {
  const id = await until('a window', () => windows('^Balie$')[0])
  const pid = execFileSync('xdotool', ['getwindowpid', id], { timeout: 5_000, encoding: 'utf8' }).trim()
  const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const up = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return Date.now() - (up - Number(after[19]) / TICKS) * 1_000
}

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  const open = async () => (stage.window = await openWindow(application, []))
  let window = await open()
  await stage.step('somebody signs in, and is kept', async () => {
    await signInByHand(window, company, 'sanne')
    await trySound(window)
    await window.find('header p', 'Beschikbaar')
  })
  const usable = []
  const registered = []
  for (let start = 0; start < STARTS; start++) {
    await stage.leave()
    window = await open()
    await window.find('header p', 'Beschikbaar')
    const from = await began()
    usable.push((await window.run("return performance.timeOrigin + performance.getEntriesByName('usable')[0].startTime")) - from)
    const { account } = await window.model()
    registered.push(account.registration.since - from)
  }
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0]
  const figures = (values) => `${values.map(Math.round).join(', ')}; median ${Math.round(median(values))}`
  console.log(`    usable after ms: ${figures(usable)}`)
  console.log(`    registered after ms: ${figures(registered)}`)
  console.log(`    load ${load}`)
})
await company.stop()
process.exit()
