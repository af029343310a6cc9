// After sleep, and with another address, the phone asks the exchange anew within 3 s.
//
// The session's bus plays the system's, on which logind tells of sleep. Another address takes root; without it that
// step says that it was not run.

import { execFileSync } from 'node:child_process'
import { Company, settle } from './company.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const run = (program, ...flags) => execFileSync(program, flags, { timeout: 5_000, stdio: ['ignore', 'pipe', 'pipe'] })

/** How often somebody began to listen to the exchange. */
const listened = () => company.asked('/events', 101)

async function within3s(what, happens) {
  const before = listened()
  const begun = Date.now()
  await happens()
  await until(`${what}: the phone asks anew`, () => listened() > before, 3_000)
  await until(`${what}: reachable, with certain lamps`, async () => {
    const { account, colleagues } = await stage.window.model()
    return account.registration.kind === 'registered' && colleagues.every(({ lamp }) => lamp.staleSince === null)
  }, 3_000)
  console.log(`    ${Date.now() - begun} ms`)
}

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  await company.open(stage, 'sanne', { DBUS_SYSTEM_BUS_ADDRESS: process.env.DBUS_SESSION_BUS_ADDRESS })
  await new Promise((quiet) => setTimeout(quiet, 1_500))
  const tell = (sleeps) => run('dbus-send', '--session', '--type=signal', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager.PrepareForSleep', `boolean:${sleeps}`)
  await step('waking', () => within3s('after sleep', () => {
    tell(true)
    tell(false)
  }))
  await step('another address', async () => {
    const address = '192.0.2.77/32'
    try {
      run('ip', 'address', 'add', address, 'dev', 'lo')
    } catch {
      return console.log('    not run: changing addresses takes root')
    }
    try {
      await within3s('an address that came', () => {})
      await within3s('an address that went', () => run('ip', 'address', 'delete', address, 'dev', 'lo'))
    } finally {
      try {
        run('ip', 'address', 'delete', address, 'dev', 'lo')
      } catch {
        // It is gone, as it should be.
      }
    }
  })
})
await company.stop()
process.exit()
