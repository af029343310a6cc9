// Keys that work while another program is in front, one of which another program has already.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Company, settle } from './company.mjs'
import { active, looks, manage, Other, windows, xdotool } from './display.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const inCall = 'section[aria-label=Gesprek] .state'
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)

/** Openbox takes this key for itself. */
function occupy(key) {
  const settings = join(process.env.XDG_CONFIG_HOME, 'openbox')
  mkdirSync(settings, { recursive: true })
  const bound = `<keyboard><keybind key="${key}"><action name="Raise"/></keybind></keyboard>`
  writeFileSync(join(settings, 'rc.xml'), `<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc">${bound}</openbox_config>`)
}

await stage.play(async () => {
  occupy('C-S-F10')
  await manage('openbox')
  const bert = await company.colleague('bert')
  settle({ looks: { language: 'nl' } })
  const window = await company.open(stage, 'sanne')
  const other = await Other.open()
  const keys = async () => (await window.model()).desktop.globalKeys
  const rings = async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await until('it rings', async () => (await window.model()).calls.some(({ verbs }) => verbs.includes('answer')))
  }
  const press = (key) => xdotool('key', key)
  await step('they are off as Balie comes, and can be had', async () => {
    if ((await keys()).kind !== 'present') throw new Error(JSON.stringify(await keys()))
    await rings()
    press('ctrl+shift+F11')
    await new Promise((later) => setTimeout(later, 500))
    if ((await window.model()).calls[0].state.kind !== 'ringing') throw new Error('a key that is off answers')
    await bert.hangUp()
    await until('the end', async () => (await window.model()).calls.length === 0)
  })
  await step('switched on, a key that another program has is named', async () => {
    const { settings } = await window.model()
    await window.ask({ kind: 'changeSettings', settings: { ...settings, keys: { ...settings.keys, global: true } } })
    await until('the reason', async () => (await keys()).reason?.nl.includes('Ctrl+Shift+F10') && (await keys()).reason.en.includes('balie --answer'))
    if ((await keys()).reason.nl.includes('F11')) throw new Error('F11 is free')
  })
  await step('the others answer and hang up while another window has the keyboard', async () => {
    await other.activate()
    await rings()
    press('ctrl+shift+F11')
    await window.find(inCall, 'In gesprek')
    press('ctrl+shift+F12')
    await window.find(inCall, 'Gesprek beëindigd')
    await rings()
    press('ctrl+shift+F12')
    await bert.sees('that it was refused', (model) => model.calls.every(({ state }) => state.kind === 'ended'))
    if (active() !== other.id) throw new Error('the keyboard went somewhere else')
  })
  await step('and make the window a bar and back', async () => {
    const size = () => looks(windows('^Balie$')[0]).height
    press('ctrl+shift+F8')
    await until('a bar', () => size() === 64)
    press('ctrl+shift+F8')
    await until('the telephone', () => size() === 760)
  })
})
await company.stop()
process.exit()
