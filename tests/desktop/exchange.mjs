// Drives the real window at a real exchange: sign in over HTTPS, colleagues with lamps, calls, do not disturb.
//
// `tests/desktop/run APPLICATION FOLDER exchange` starts this in a display of its own. The exchange serves the
// demo company on free ports; colleagues are `balie-engine`s that sign in over the same API.

import { Company, PASSWORD, settle } from './company.mjs'
import { windows } from './display.mjs'
import { trySound } from './newcomer.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const ENTER = '\uE007'
const F7 = '\uE037'
const F11 = '\uE03B'
const F12 = '\uE03C'

const stage = new Stage(folder)
const picture = (name) => stage.picture(name)
const step = (name, act) => stage.step(name, act)
const company = await Company.start(application, folder)

/** Starts the window in the narrow shape in which it opens. */
async function open(environment = {}) {
  stage.window = await openWindow(application, [], environment)
  return stage.window
}

async function signIn(window, password) {
  await window.type('input[name=password]', password)
  await window.click('button', 'Aanmelden')
}

const inCall = 'section[aria-label=Gesprek] .state'

await stage.play(async () => {
  settle()
  let window = await open()
  await step('the form is shown', async () => {
    await window.find('form h1')
    await window.run("document.querySelector('button[lang=nl]')?.click()")
    await window.find('h1', 'Welkom bij Balie')
  })
  await step('a server that is no exchange is named, with what to do', async () => {
    await window.click('button', 'Met de hand instellen')
    await window.type('input[name=server]', '127.0.0.1:9')
    await window.click('button', 'Verder')
    await window.type('input[name=user]', 'sanne@demo.balie.example')
    await signIn(window, PASSWORD)
    await window.find('[role=alert]', 'antwoordt geen Balie-centrale')
    await picture('1-no-exchange')
  })
  await step('the fingerprint is the one that the exchange reports', async () => {
    await window.click('button', 'Andere centrale')
    await window.type('input[name=server]', company.server)
    await window.click('button', 'Verder')
    await signIn(window, 'fout')
    await window.find('h1', 'Is dit uw centrale?')
    const shown = (await window.text('code')).replaceAll(/\s/g, '')
    const reported = await company.fingerprint()
    if (shown !== reported) throw new Error(`the window shows ${shown}, the exchange reports ${reported}`)
    await picture('2-fingerprint')
    await window.click('button', 'Klopt')
  })
  await step('a wrong password is refused with a reason', async () => {
    await window.find('[role=alert]', 'horen niet bij elkaar')
    await picture('3-wrong-password')
  })
  await step('the sound is tried once on this computer', async () => {
    await signIn(window, PASSWORD)
    await trySound(window)
  })
  await step('the desk is shown, with name, extension and number', async () => {
    await window.find('h1', 'Sanne Bruinsma · 206')
    await window.find('header p', '085-000 10 06')
    await window.find('header p', 'Beschikbaar')
  })
  await step('colleagues are listed with their lamps', async () => {
    await window.click('[role=tab]', 'Collega')
    await window.find('[data-row]', 'Bert Jansen')
    await window.find('[data-row]', 'Verkoop · Niet aangemeld')
    await picture('4-colleagues')
  })
  const bert = await company.colleague('bert')
  const karin = await company.colleague('karin')
  await step('a colleague signs in and the lamp follows', async () => {
    await window.find('[data-row]', /Bert Jansen[^]*Vrij/)
    await window.find('[data-row]', /Karin Waterman[^]*Vrij/)
  })
  await step('a colleague calls, and is answered with F11', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await window.find('section p', 'Inkomende oproep')
    await window.find('section', 'Bert Jansen')
    await picture('5-ringing')
    await until('the window of the call', () => windows('^(Inkomende oproep|Incoming call)$').length === 1)
    await window.press(F11)
    await window.find(inCall, 'In gesprek')
    await window.find('[data-row]', /Bert Jansen[^]*In gesprek/)
    await picture('6-in-call')
    await bert.sees('the call', (model) => model.calls[0]?.state.kind === 'active')
    await window.press(F7)
    await window.find(inCall, 'In wacht')
    await window.press(F7)
    await window.find(inCall, 'In gesprek')
    await window.press(F12)
    await window.find(inCall, 'Gesprek beëindigd')
    await window.gone(inCall)
  })
  await step('a colleague is found by name, called and answers', async () => {
    await window.type('#search', 'jans')
    await window.find('[role=option]', 'Bert Jansen')
    await picture('7-search')
    await window.press(ENTER)
    await window.find(inCall, 'Gaat over bij de ander')
    await window.find('[data-row]', /Bert Jansen[^]*Gaat over/)
    await bert.answer()
    await window.find(inCall, 'In gesprek')
  })
  await step('the call is transferred to another colleague', async () => {
    await window.type('#search', 'kar')
    await window.find('[role=option]', 'Karin Waterman')
    await window.press(ENTER)
    await window.find(inCall, 'Karin Waterman')
    await picture('8-transferred')
    await karin.answer()
    await bert.sees('Karin at the other end', (model) => model.calls.some(({ party }) => party.name === 'Karin Waterman'))
    await window.find('[data-row]', /Karin Waterman[^]*In gesprek/)
    await karin.hangUp()
    await window.gone(inCall)
  })
  await step('do not disturb is switched, shown and seen by colleagues', async () => {
    await window.click('footer button', 'Niet storen')
    await window.find('footer button[aria-checked=true]', 'Niet storen')
    await window.find('header p', 'Niet storen')
    const disturbed = (model) => model.colleagues.find(({ dial }) => dial === '206')?.lamp.state === 'doNotDisturb'
    await karin.sees('the lamp of Sanne', disturbed)
    await picture('9-do-not-disturb')
    await karin.ask({ kind: 'dial', to: '206' })
    await karin.sees('that Sanne is busy', (model) => model.calls.some(({ state }) => state.cause?.kind === 'busy'))
    await window.click('footer button', 'Niet storen')
    await window.find('footer button[aria-checked=false]', 'Niet storen')
  })
  await step('past calls are those of the exchange', async () => {
    await window.click('[role=tab]', 'Recent')
    await window.find('[data-row]', /Bert Jansen \(202\)[^]*uitgaand/)
    await window.find('[data-row]', /Bert Jansen \(202\)[^]*inkomend/)
    await picture('10-recents')
  })
  await step('an exchange that is gone leaves lamps uncertain', async () => {
    await window.click('[role=tab]', 'Collega')
    company.kill()
    await window.find('[role=status]', 'Status van collega’s onzeker')
    await window.find('[role=alert]', 'oproepen komen niet binnen')
    await picture('11-exchange-gone')
  })
  await step('an exchange that is back has everything within 3 s', async () => {
    await company.serve()
    const back = Date.now()
    await window.find('header p', 'Beschikbaar')
    await window.gone('[role=status]', 'onzeker')
    await window.find('[data-row]', /Bert Jansen[^]*Vrij/)
    console.log(`    signed in, with fresh lamps, ${Date.now() - back} ms after the exchange was ready`)
  })
  await step('the next start needs no password', async () => {
    await stage.leave()
    window = await open({ GTK_THEME: 'Adwaita:dark' })
    await window.find('h1', 'Sanne Bruinsma · 206')
    await window.find('[data-row]', /Bert Jansen \(202\)[^]*inkomend/)
    await picture('12-next-start-dark')
  })
  await step('the wide window shows everybody', async () => {
    await window.resize(1180, 760)
    await window.find('[data-place=colleagues] [data-person]', 'Bert Jansen')
    await bert.ask({ kind: 'dial', to: '206' })
    await window.find('section p', 'Inkomende oproep')
    await picture('13-wide-dark')
    await bert.hangUp()
    await window.gone('section p', 'Inkomende oproep')
  })
  await step('signing out shows the form, filled in', async () => {
    await window.click('button', '⋯')
    await window.click('button', 'Afmelden')
    await window.find('h1', 'Uw account')
    const filled = await until('the form is filled in', () => window.run("return document.querySelector('input[name=user]').value"))
    if (filled !== 'sanne@demo.balie.example') throw new Error(`the form names ${filled}`)
    await picture('14-signed-out-dark')
  })
})
await company.stop()
