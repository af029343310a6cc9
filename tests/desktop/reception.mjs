// The reception panel with real keys and a real mouse: how few presses it takes to answer an outside caller, find a
// colleague by three letters and connect them. What counts is what the colleague's telephone has in the end.

import { isDeepStrictEqual } from 'node:util'
import { Company, going, GRACE_MS, RECEPTION } from './company.mjs'
import { Hands } from './hands.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const CALLER = { name: 'Bakkerij De Gouden Aar', number: '+31200001001' }
const KEYS = {
  bedienpost: { answer: 'KP_Enter', connect: 'KP_Enter', consult: 'KP_Add', complete: 'KP_Enter' },
  laptop: { answer: 'Return', connect: 'Return', consult: 'shift+Return', complete: 'Return' },
}
const inCall = 'section[aria-label=Gesprek] .state'
const target = 'section[aria-label=Gesprek] p strong'

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)

await stage.play(async () => {
  const bert = await company.colleague('bert')
  const outside = await company.outsider(CALLER.name, CALLER.number)
  const hands = await Hands.atPanel(stage, company, /Bert Jansen[^]*Vrij/)
  const { window } = stage

  async function change(changes) {
    const { settings } = await window.model()
    await window.ask({ kind: 'changeSettings', settings: { ...settings, ...changes } })
    await until('the settings are so', async () => isDeepStrictEqual({ ...(await window.model()).settings, ...changes }, (await window.model()).settings))
  }

  /** The caller rings, for longer than Enter overlooks it; then the hands begin. */
  async function rings() {
    await outside.ask({ kind: 'dial', to: company.from(RECEPTION) })
    await window.find('[data-place=outstanding] section', CALLER.name)
    const seen = Date.now()
    await until('nobody overlooks the ring', () => Date.now() - seen > GRACE_MS)
    hands.rest()
  }

  async function answersAndFinds(keys) {
    await rings()
    hands.press(keys.answer)
    await window.find(inCall, 'In gesprek')
    await hands.type('ber')
    await window.find(target, 'Bert Jansen')
  }

  /** The caller speaks with Bert, and the reception is free. */
  async function connected() {
    await bert.sees('the caller at the other end', (model) => going(model).some(({ party, state }) => state.kind === 'active' && party.number === CALLER.number))
    await outside.sees('that the call goes on', (model) => going(model).some(({ state }) => state.kind === 'active'))
    await until('the reception has no call', async () => going(await window.model()).length === 0)
  }

  async function end() {
    await outside.hangUp()
    for (const one of [outside, bert]) await one.sees('that it is over', (model) => going(model).length === 0)
  }

  function atMost(most, what, done) {
    console.log(`    ${what}: ${done}, at most ${most}`)
    if (done > most) throw new Error(`${what}: ${done} instead of at most ${most}`)
  }

  for (const [profile, keys] of Object.entries(KEYS)) {
    await change({ keys: { profile, changed: {}, global: false } })
    await step(`${profile}: answered, found by three letters and connected`, async () => {
      await answersAndFinds(keys)
      hands.press(keys.connect)
      await bert.answer()
      await connected()
      atMost(5, 'presses', hands.presses)
      await end()
    })
    await step(`${profile}: asked first, then connected`, async () => {
      await answersAndFinds(keys)
      hands.press(keys.consult)
      await bert.answer()
      await bert.sees('the reception at the other end', (model) => going(model).some(({ party }) => party.number === '206'))
      await window.find('section[aria-label=Gesprek] button', 'Verbinden')
      hands.press(keys.complete)
      await connected()
      atMost(6, 'presses', hands.presses)
      await end()
    })
    await step(`${profile}: connected with whom the caller spoke before`, async () => {
      await rings()
      await window.find('[data-place=caller] [data-row]', /Bert Jansen/)
      hands.press(keys.answer)
      await window.find(inCall, 'In gesprek')
      await window.find('[data-place=caller] [data-row]', /Bert Jansen[^]*Alt 1/)
      hands.press('alt+1')
      await bert.answer()
      await connected()
      atMost(3, 'presses', hands.presses)
      await end()
    })
  }
  // Whom one often connects with stands first, in sight.
  const { id } = (await window.model()).colleagues.find(({ dial }) => dial === '202')
  await window.ask({ kind: 'setFavourite', colleague: id, on: true })
  await step('mouse: one click answers, and with one-click transfer one click connects', async () => {
    await change({ calls: { ...(await window.model()).settings.calls, oneClickTransfer: true } })
    await rings()
    await hands.click('[data-place=outstanding] button', 'Aannemen')
    await window.find(inCall, 'In gesprek')
    await hands.click('[data-person]', 'Bert Jansen')
    await bert.answer()
    await connected()
    atMost(2, 'clicks', hands.clicks)
    await end()
  })
  await step('mouse: the call is dragged onto a colleague', async () => {
    await change({ calls: { ...(await window.model()).settings.calls, oneClickTransfer: false } })
    await rings()
    await hands.click('[data-place=outstanding] button', 'Aannemen')
    await window.find(inCall, 'In gesprek')
    await hands.drag({ selector: '[draggable=true]', grip: 'section[aria-label=Gesprek] h2', text: CALLER.name }, { selector: '[data-person]', text: 'Bert Jansen' })
    await bert.answer()
    await connected()
    atMost(1, 'clicks', hands.clicks)
    atMost(1, 'drags', hands.drags)
    await end()
  })
})
await company.stop()
process.exit()
