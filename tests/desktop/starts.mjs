// How long a start takes, of somebody who was signed in before: until the window can be used, and until calls come in.
// The clock begins with the program, as the system counts it. Beside it, on the same display and at the same exchange,
// Linphone's desktop, of which only can be told when a window stands there.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** Sanne's account for Linphone: the transport that Balie takes, and no questions. */
function settleLinphone() {
  const { server, domain, user, password } = company.account('sanne')
  const folder = join(process.env.XDG_CONFIG_HOME, 'linphone')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'linphonerc'), `[sip]
default_proxy=0
[net]
mtu=1300
[auth_info_0]
username=${user}
passwd=${password}
realm=${domain}
domain=${domain}
[proxy_0]
reg_proxy=<sip:${server}>
reg_route=<sip:${server};lr>
reg_identity=sip:${user}@${domain}
reg_expires=60
reg_sendregister=1
[app]
version_check_url_root=
[ui]
check_for_update_enabled=0
`)
}

/** Starts Linphone; gives the milliseconds until a window of it is there, and until a colleague sees that Sanne can be called. */
async function startLinphone(colleague) {
  const from = Date.now()
  const other = spawn('linphone', ['--verbose'], { stdio: 'ignore' })
  process.on('exit', () => other.kill('SIGKILL'))
  try {
    const reachable = colleague.sees('Sanne', (model) => lampOfSanne(model) === 'available').then(() => Date.now() - from)
    await until('a window of Linphone', () => windows('[Ll]inphone').length > 0)
    const there = Date.now() - from
    return { there, registered: await reachable }
  } finally {
    other.kill()
    await until('Linphone ends', () => other.exitCode !== null || other.signalCode !== null)
  }
}

/** What is known of Sanne for certain. */
function lampOfSanne(model) {
  const lamp = model.colleagues.find(({ extension }) => extension === '206')?.lamp
  return lamp?.staleSince === null ? lamp.state : null
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
  await stage.leave()
  const bert = await company.colleague('bert')
  settleLinphone()
  const others = []
  for (let start = 0; start < STARTS; start++) {
    // It does not sign off when it is ended, and an exchange that starts anew knows of nobody.
    company.kill()
    await company.serve()
    await bert.sees('that Sanne is away', (model) => lampOfSanne(model) === 'offline')
    others.push(await startLinphone(bert))
  }
  console.log(`    linphone: a window after ms: ${figures(others.map(({ there }) => there))}`)
  console.log(`    linphone: registered after ms: ${figures(others.map(({ registered }) => registered))}`)
})
await company.stop()
process.exit()
