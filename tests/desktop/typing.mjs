// Somebody types with real keys while calls arrive at any moment: nobody is answered or transferred, no letter is lost,
// and an Enter that was on its way when a ring began does what it would have done.

import { Company, going, GRACE_MS, RECEPTION } from './company.mjs'
import { Hands } from './hands.mjs'
import { pause, Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const LETTERS = 'abcdefghijklmnopqrstuvwxyz 0123456789+*#'
const LENGTH = 16
const BETWEEN_MS = 60
const inCall = 'section[aria-label=Gesprek] .state'

const seed = Number(process.env.BALIE_SEED ?? Date.now() % 1_000_000)
const next = random(seed)
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const rings = ({ verbs }) => verbs.includes('answer')

/** The same numbers for the same seed (mulberry32). */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

await stage.play(async () => {
  const bert = await company.colleague('bert')
  const fatima = await company.colleague('fatima')
  const karin = await company.colleague('karin')
  const outside = await company.outsider('Bakkerij De Gouden Aar', '+31200001001')
  const hands = await Hands.atPanel(stage, company, /Karin Waterman[^]*Vrij/)
  const { window } = stage
  const callers = [[bert, '206'], [fatima, '206'], [outside, company.from(RECEPTION)]]
  const written = () => window.run("return document.querySelector('#search').value")
  const idle = () => until('nobody calls', async () => going(await window.model()).every((call) => !rings(call)))

  /** Types a text during which everybody calls; tells how many calls began while it was typed. */
  async function typed(inHand) {
    const text = Array.from({ length: LENGTH }, () => LETTERS[Math.floor(next() * LETTERS.length)]).join('')
    const calling = callers.map(([caller, to]) => ({ caller, to, at: next() * 0.8 * LENGTH * BETWEEN_MS }))
    const begun = Date.now()
    const [ended] = await Promise.all([
      hands.type(text, BETWEEN_MS).then(() => Date.now()),
      ...calling.map(({ caller, to, at }) => pause(at).then(() => caller.ask({ kind: 'dial', to }))),
    ])
    const about = `after "${text}"`
    await until(`every letter stands there ${about}`, async () => (await written()) === text).catch(async (error) => {
      throw new Error(`${error.message}: "${await written()}"`)
    })
    for (const [caller] of callers) await caller.sees('that it rings there', (model) => going(model).some(({ state }) => ['ringing', 'active'].includes(state.kind)))
    const calls = going(await window.model())
    const others = calls.filter((call) => !rings(call)).map(({ party, state }) => `${party.name} ${state.kind}`)
    if (others.join() !== inHand) throw new Error(`in hand is "${others}" ${about}`)
    if (calls.length !== others.length + callers.length) throw new Error(`not everybody rings ${about}`)
    await Promise.all(callers.map(([caller]) => caller.hangUp()))
    await idle()
    hands.press('Escape')
    await until('the box is empty', async () => (await written()) === '')
    return calls.filter((call) => rings(call) && call.since > begun && call.since < ended).length
  }

  /** Types until so many calls began between two letters: on a busy machine some come when all is typed. */
  async function rounds(wanted, inHand) {
    let [during, texts] = [0, 0]
    for (; during < wanted && texts < wanted; texts++) during += await typed(inHand)
    console.log(`    ${during} rings began between the letters of ${texts} texts`)
    if (during < wanted) throw new Error(`too few to say anything: ${wanted} are wanted`)
  }

  /** Presses Enter as soon as the page shows a ring; begins anew where that took too long. */
  async function entersAtOnce(prepare) {
    for (let time = 0; time < 10; time++) {
      await prepare()
      await window.run(`window.rang = window.entered = null
        const shown = () => document.querySelector('[data-place=outstanding] [aria-label^="Inkomende oproep"]')
        new MutationObserver((_, watch) => shown() && (watch.disconnect(), (window.rang = Date.now()))).observe(document.body, { childList: true, subtree: true })
        addEventListener('keydown', ({ key }) => key === 'Enter' && (window.entered ??= Date.now()), { capture: true })`)
      const shown = window.later('const look = () => (window.rang ? done(true) : setTimeout(look, 1)); look()')
      await bert.ask({ kind: 'dial', to: '206' })
      await shown
      hands.press('Return')
      const { rang, entered } = await until('the page has the Enter', () => window.run('return window.entered && { rang: window.rang, entered: window.entered }'))
      console.log(`    Enter ${entered - rang} ms after the ring was shown`)
      // The phone hears a ring before the page does, which draws it a little later still.
      const call = going(await window.model()).find(({ party }) => party.name === 'Bert Jansen')
      if (rings(call) && entered - call.since < GRACE_MS) return
      if (entered - rang < GRACE_MS / 2) throw new Error('it answers')
      await bert.hangUp()
      hands.press('F12')
      await until('nobody calls', async () => going(await window.model()).length === 0)
    }
    throw new Error('this machine is too slow to press Enter in time')
  }

  console.log(`    seed ${seed} (BALIE_SEED)`)
  await step('calls ring while somebody types at rest', () => rounds(7, ''))
  await step('calls ring while somebody types with a call in hand', async () => {
    await karin.ask({ kind: 'dial', to: '206' })
    await window.find('section', 'Karin Waterman')
    hands.press('F11')
    await window.find(inCall, 'In gesprek')
    await rounds(9, 'Karin Waterman active')
    await karin.hangUp()
    await window.gone(inCall, 'In gesprek')
  })
  await step('Enter does not answer what has only just begun to ring, and does a little later', async () => {
    await entersAtOnce(() => {})
    await until('nobody overlooks the ring', () => window.run(`return Date.now() - window.rang > ${GRACE_MS}`))
    const pressed = Date.now()
    hands.press('Return')
    const { connectedSince } = await until('the answer', async () => going(await window.model()).find(({ state }) => state.kind === 'active'))
    if (connectedSince < pressed) throw new Error(`answered ${pressed - connectedSince} ms before the second Enter`)
    await bert.hangUp()
    await window.gone(inCall, 'In gesprek')
  })
  await step('Enter that comes with a ring calls who was typed', async () => {
    await entersAtOnce(async () => {
      await hands.type('kar')
      await window.find('[role=option][aria-selected=true]', 'Karin Waterman')
    })
    await karin.sees('that the reception calls', (model) => going(model).some((call) => rings(call) && call.party.number === '206'))
    await until('the other one still rings', async () => going(await window.model()).some((call) => rings(call) && call.party.name === 'Bert Jansen'))
  })
})
await company.stop()
process.exit()
