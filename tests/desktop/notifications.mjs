// Notifications of a real daemon (dunst) where the window of an incoming call is switched off, and a session in which
// there is neither a daemon nor a key store nor a bus: the window says so and the phone works on.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Company, settle } from './company.mjs'
import { windows } from './display.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const inCall = 'section[aria-label=Gesprek] .state'

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const dunst = (...words) => execFileSync('dunstctl', words, { timeout: 5_000, encoding: 'utf8' }).trim()
const shown = (count) => until(`${count} notifications`, () => dunst('count', 'displayed') === `${count}`)

/** The daemon asks a menu which button is meant; this one always takes the first that is named so. */
function menu(button) {
  const choose = join(folder, 'choose')
  writeFileSync(choose, `#!/bin/sh\ngrep -m1 '${button}'\n`, { mode: 0o755 })
  const settings = join(process.env.XDG_CONFIG_HOME, 'dunst')
  mkdirSync(settings, { recursive: true })
  writeFileSync(join(settings, 'dunstrc'), `[global]\n    dmenu = ${choose}\n    font = DejaVu Sans 10\n    origin = top-left\n`)
}

/** As if the daemon told of a button of a notification that is no longer there. */
function staleButton(id) {
  const signal = ['--session', '--type=signal', '/org/freedesktop/Notifications', 'org.freedesktop.Notifications.ActionInvoked']
  execFileSync('dbus-send', [...signal, `uint32:${id}`, 'string:answer'], { timeout: 5_000 })
}

await stage.play(async () => {
  const bert = await company.colleague('bert')
  menu('Aannemen')
  settle({ calls: { incomingWindow: false }, looks: { language: 'nl' } })
  let window = await company.open(stage, 'sanne')
  await step('a desktop that shows notifications and keeps secrets is told so', async () => {
    await until('both are present', async () => {
      const { notifications, keyStore } = (await window.model()).desktop
      return notifications.kind === 'present' && keyStore.kind === 'present'
    })
  })
  await step('a call is notified, and answered by its button', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await shown(1)
    await stage.picture('notification')
    if (windows('^Inkomende oproep$').length !== 0) throw new Error('the window is there as well')
    dunst('context')
    await window.find(inCall, 'In gesprek')
    await shown(0)
    await bert.hangUp()
    await window.find(inCall, 'Gesprek beëindigd')
  })
  await step('it goes when the caller gives up, and its button comes too late', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await shown(1)
    await bert.hangUp()
    await shown(0)
    for (let id = 1; id < 6; id++) staleButton(id)
    await new Promise((later) => setTimeout(later, 500))
    const calls = (await window.model()).calls.filter(({ state }) => state.kind !== 'ended')
    if (calls.length !== 0) throw new Error(`a ghost: ${JSON.stringify(calls)}`)
  })
  await step('a call is refused by the button', async () => {
    menu('Weigeren')
    await bert.ask({ kind: 'dial', to: '206' })
    await shown(1)
    dunst('context')
    await shown(0)
    await bert.sees('that it was refused', (model) => model.calls.some(({ state }) => state.kind === 'ended'))
  })
  await stage.leave()
  await step('without a bus there is neither, which is said, and calls go on', async () => {
    window = await company.open(stage, 'sanne', { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'nobody')}` })
    await until('both are absent', async () => {
      const { notifications, keyStore } = (await window.model()).desktop
      return notifications.reason?.nl.includes('meldingendienst') && keyStore.reason?.en.includes('key store')
    })
    await bert.ask({ kind: 'dial', to: '206' })
    await window.press('\uE03B')
    await window.find(inCall, 'In gesprek')
    await bert.hangUp()
  })
})
await company.stop()
process.exit()
