// Two accounts in one window, at the exchanges of two companies: calls to both ring and say for whom, the one in use dials,
// and neither notices when the other comes, goes or is on hold.

import { join } from 'node:path'
import { Company, going, settle } from './company.mjs'
import { closeWindow, manage } from './display.mjs'
import { signInByHand, trySound, useInvitation } from './newcomer.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const ENTER = '\uE007'
const ESCAPE = '\uE00C'
const F11 = '\uE03B'
const F12 = '\uE03C'
const SANNE = { name: 'Sanne Bruinsma', extension: '206' }
const FATIMA = { name: 'Fatima El Amrani', extension: '207' }
const inHand = 'section[aria-label=Gesprek]'

const stage = new Stage(folder)
const [first, second] = await Promise.all([
  Company.start(application, folder),
  Company.start(application, join(folder, 'second'), { domain: 'tweede.balie.example' }),
])
const step = (name, act) => stage.step(name, act)

/** The lamp of somebody, as the exchange tells a colleague. */
const lamp = (colleague, { extension }, state) =>
  colleague.sees(`${extension} ${state}`, ({ colleagues }) => colleagues.find(({ dial }) => dial === extension)?.lamp.state === state)
const isOver = (colleague) => colleague.sees('that it is over', (model) => going(model).length === 0)

await stage.play(async () => {
  await manage('openbox')
  settle({ looks: { language: 'nl' } })
  const open = async () => (stage.window = await openWindow(application, []))
  const bert = await first.colleague('bert')
  const karin = await second.colleague('karin')
  let window = await open()
  const shows = ({ name, extension }) => window.find('h1', `${name} · ${extension}`)
  const silent = () => until('nobody calls here', async () => going(await window.model()).length === 0)

  /** Somebody calls this account, which the window says. */
  async function rings(caller, called) {
    await caller.ask({ kind: 'dial', to: called.extension })
    await window.find('section', new RegExp(`oproep[^]*voor ${called.name}`))
  }

  /** The account in use calls somebody, who sees who calls. */
  async function dials(name, colleague, caller) {
    await window.type('#search', name)
    await window.find('[role=option]', name)
    await window.press(ENTER)
    await colleague.sees(`a call of ${caller.name}`, (model) => going(model).some(({ party }) => party.number === caller.extension && party.name === caller.name))
    await colleague.answer()
    await window.find(inHand, new RegExp(`voor ${caller.name}[^]*In gesprek`))
  }

  /** Ends Balie as a person does, which takes leave of the exchange, and starts it anew. */
  async function restart() {
    stage.window = null
    await closeWindow()
    await lamp(bert, SANNE, 'offline')
    // What the driver drove is gone already.
    await window.close().catch(() => {})
    window = await open()
  }

  async function settings() {
    await window.click('button[aria-label="Instellingen openen"]')
    await window.click('[data-section=account]')
  }

  async function bothAreReachable() {
    await lamp(bert, SANNE, 'available')
    await lamp(karin, FATIMA, 'available')
    await until('both are registered', async () => {
      const { accounts } = await window.model()
      const reached = accounts.filter(({ registration }) => registration.kind === 'registered').map(({ address }) => address)
      return reached.join() === [first.user('sanne'), second.user('fatima')].join()
    })
  }

  await step('a second account is added in the settings, and both are registered', async () => {
    await useInvitation(window, await first.invite('sanne'))
    await trySound(window)
    await shows(SANNE)
    await settings()
    await window.click('button', 'Account toevoegen')
    await signInByHand(window, second, 'fatima')
    await shows(FATIMA)
    await bothAreReachable()
    await settings()
    for (const { name } of [SANNE, FATIMA]) await window.find('li', new RegExp(`${name}[^]*Aangemeld`))
    await stage.picture('1-two-accounts')
    await window.press(ESCAPE)
  })
  await step('a call to each of them rings and says for whom', async () => {
    for (const [caller, called] of [[bert, SANNE], [karin, FATIMA]]) {
      await rings(caller, called)
      await stage.picture(`2-for-${called.extension}`)
      await caller.hangUp()
      await silent()
    }
  })
  await step('the account in use dials: the second', async () => {
    await dials('Karin Waterman', karin, FATIMA)
    await window.press(F12)
    await isOver(karin)
    await silent()
  })
  await step('the account in use dials: the first', async () => {
    await window.click('button', '⋯')
    await window.click('button', `Wissel naar ${SANNE.name}`)
    await shows(SANNE)
    await dials('Bert Jansen', bert, SANNE)
  })
  await step('a call to the other is answered: the first is on hold, and they are swapped', async () => {
    const states = async () => Object.fromEntries(going(await window.model()).map(({ account, state }) => [account, state.by ?? state.kind]))
    const are = (sanne, fatima) => until(`${SANNE.name} ${sanne}, ${FATIMA.name} ${fatima}`, async () => {
      const seen = await states()
      return seen[SANNE.name] === sanne && seen[FATIMA.name] === fatima
    })
    await rings(karin, FATIMA)
    await window.press(F11)
    await are('us', 'active')
    await window.find(inHand, new RegExp(`Karin Waterman[^]*voor ${FATIMA.name}`))
    await window.find('section', /In wacht[^]*Bert Jansen/)
    await karin.sees('the call', (model) => going(model).some(({ state }) => state.kind === 'active'))
    await stage.picture('3-one-on-hold')
    await window.click('section[aria-label^="In wacht"] button', 'Terughalen')
    await are('active', 'us')
    for (const one of [karin, bert]) {
      await one.hangUp()
      await isOver(one)
    }
    await silent()
  })
  await step('after a restart both are back without a password, and the one in use', async () => {
    await restart()
    await shows(SANNE)
    await bothAreReachable()
    await rings(karin, FATIMA)
    await karin.hangUp()
    await silent()
  })
  await step('who signs out is gone at that exchange, and the other works on', async () => {
    await settings()
    await window.click('li button', 'Wissel')
    await window.find('li.current', FATIMA.name)
    await window.find('#row-signOut', `Meldt ${FATIMA.name} af`)
    await window.click('main button', 'Afmelden')
    await lamp(karin, FATIMA, 'offline')
    await window.press(ESCAPE)
    await shows(SANNE)
    await karin.ask({ kind: 'dial', to: FATIMA.extension })
    await karin.sees('that nobody is there', ({ calls }) => calls.some(({ state }) => state.cause?.kind === 'unreachable'))
    await lamp(bert, SANNE, 'available')
    await bert.ask({ kind: 'dial', to: SANNE.extension })
    await window.find('section p', 'Inkomende oproep')
    await window.press(F11)
    await window.find(inHand, 'In gesprek')
    await bert.hangUp()
    await silent()
  })
  await step('and does not come back at the next start', async () => {
    await restart()
    await shows(SANNE)
    await lamp(bert, SANNE, 'available')
    const { accounts } = await window.model()
    if (accounts.length !== 1) throw new Error(accounts.map(({ address }) => address).join())
  })
})
await Promise.all([first.stop(), second.stop()])
process.exit()
