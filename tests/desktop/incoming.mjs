// The window of an incoming call, under two window managers: it never takes the keyboard, and it is there exactly as
// long as a call rings here, in whichever way the ringing ends.

import { active, looks, manage, Other, windows, xdotool } from './display.mjs'
import { Company, settle } from './company.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const F11 = '\uE03B'
const F12 = '\uE03C'
const TITLE = '^Inkomende oproep$'
/** So long a call rings under the first window manager; a release is tried with 120. */
const SECONDS = Number(process.env.BALIE_INCOMING_SECONDS ?? 30)

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const isThere = () => until('the window of the call', () => windows(TITLE)[0])
const isGone = () => until('the window of the call is gone', () => windows(TITLE).length === 0)

/** Nobody takes the keyboard for so long: looked at ten times a second, and typed every second. */
async function keeps(other, seconds) {
  const begun = Date.now()
  let [looked, typed] = [0, 0]
  for (; Date.now() < begun + seconds * 1000; looked++) {
    if (active() !== other.id) throw new Error(`after ${Date.now() - begun} ms, window ${active()} has the keyboard`)
    if (windows(TITLE).length !== 1) throw new Error(`after ${Date.now() - begun} ms, the window of the call is gone`)
    if (Date.now() >= begun + typed * 1000) {
      await other.typed()
      typed++
    }
    await new Promise((next) => setTimeout(next, 100))
  }
  return { looked, typed }
}

async function underManager(name, seconds, bert, karin, phone) {
  const end = await manage(name)
  const window = await company.open(stage, 'sanne')
  const other = await Other.open()
  xdotool('mousemove', '300', '200')
  await step(`${name}: a call shows its window at the top right, and the keyboard stays where it is`, async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    const id = await isThere()
    const { looked, typed } = await keeps(other, seconds)
    console.log(`    ${seconds} s: the keyboard stayed, looked at ${looked} times, with ${typed} keys typed in the other window`)
    const { x, y, width, height, properties } = looks(id)
    if (x + width !== 1200 - 16 || y !== 16 || height !== 196) throw new Error(`it stands at ${x},${y}, ${width}x${height}`)
    for (const told of ['_NET_WM_WINDOW_TYPE_NOTIFICATION', '_NET_WM_STATE_ABOVE', '_NET_WM_STATE_SKIP_TASKBAR', 'Client accepts input or input focus: False']) {
      if (!properties.includes(told)) throw new Error(`${told} is missing in\n${properties}`)
    }
    await stage.picture(`incoming-${name}`)
  })
  await step(`${name}: a second caller makes it higher`, async () => {
    await karin.ask({ kind: 'dial', to: '206' })
    await until('a higher window', () => looks(windows(TITLE)[0]).height === 288)
    await karin.hangUp()
    await until('a lower window', () => looks(windows(TITLE)[0]).height === 196)
  })
  await step(`${name}: it goes when the caller gives up`, async () => {
    await bert.hangUp()
    await isGone()
  })
  await step(`${name}: it goes when the call is refused`, async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await isThere()
    await window.press(F12)
    await isGone()
  })
  await step(`${name}: it goes when another phone of this person answers`, async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await isThere()
    await phone.answer()
    await isGone()
    await phone.hangUp()
  })
  await step(`${name}: it goes when the call is answered here`, async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await isThere()
    await window.press(F11)
    await isGone()
    await window.find('section[aria-label=Gesprek] .state', 'In gesprek')
    await window.press(F12)
    if (active() !== other.id) throw new Error('the keyboard went somewhere else')
  })
  other.close()
  await stage.leave()
  await end()
}

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  const phone = await company.telephone('sanne')
  const bert = await company.colleague('bert')
  const karin = await company.colleague('karin')
  await underManager('openbox', SECONDS, bert, karin, phone)
  await underManager('metacity', 10, bert, karin, phone)
})
await company.stop()
// Whatever was left open must not hold the script.
process.exit()
