// An invitation the whole way: an administrator makes it at the exchange, a newcomer pastes it, or opens it from another
// program or starts Balie with it and says so once more, is signed in, and calls. What is no invitation of this exchange, or not any
// more, is refused with a sentence.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Company, going, settle } from './company.mjs'
import { acceptInvitation, trySound, useInvitation } from './newcomer.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const ENTER = '\uE007'
const F11 = '\uE03B'
const F12 = '\uE03C'
const inCall = 'section[aria-label=Gesprek] .state'
const OVER = 'Deze uitnodiging geldt niet of niet meer.'

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)

async function open(...flags) {
  stage.window = await openWindow(application, flags)
  return stage.window
}

/** As long as the link and like it, but of an exchange that shows another certificate. */
const forged = (link) => link.slice(0, -1) + (link.endsWith('0') ? '1' : '0')

/** Another program opens a link, while Balie runs. */
function opens(link) {
  const { status, stderr } = spawnSync(application, ['--', link], { timeout: 10_000, encoding: 'utf8' })
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`)
}

/** Nobody who knows the link has been heard more often than so. */
async function heard(times) {
  await until(`${times} invitations were handed in`, () => company.asked('/invitations/accept') >= times)
  if (company.asked('/invitations/accept') > times) throw new Error('an invitation was handed in that was to be refused before')
}

async function isCalled(window, colleague, extension) {
  await colleague.ask({ kind: 'dial', to: extension })
  await window.find('section p', 'Inkomende oproep')
  await window.press(F11)
  await window.find(inCall, 'In gesprek')
  await colleague.sees('the call', (model) => going(model).some(({ state }) => state.kind === 'active'))
  await colleague.hangUp()
  await window.find(inCall, 'Gesprek beëindigd')
}

async function calls(window, colleague, name) {
  await window.type('#search', name)
  await window.find('[role=option]', name)
  await window.press(ENTER)
  await colleague.answer()
  await window.find(inCall, 'In gesprek')
  await window.press(F12)
  await colleague.sees('the end', (model) => going(model).length === 0)
}

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  const bert = await company.colleague('bert')
  let window = await open()
  let link = await company.invite('sanne')
  await step('where another exchange answers than the link names, it is refused and nothing is sent', async () => {
    await window.find('h1', 'Welkom bij Balie')
    await useInvitation(window, forged(link))
    await window.find('[role=alert]', 'vingerafdruk')
    await stage.picture('1-another-exchange')
    await heard(0)
  })
  await step('what is only a part of a link is refused', async () => {
    await useInvitation(window, link.slice(0, -8))
    await window.find('[role=alert]', 'Dit is geen')
    await heard(0)
  })
  await step('an invitation whose time is over is refused', async () => {
    company.endInvitations()
    await useInvitation(window, link)
    await window.find('[role=alert]', OVER)
    await stage.picture('2-over')
    await heard(1)
  })
  await step('a newcomer pastes an invitation, and is signed in without a question', async () => {
    link = await company.invite('sanne')
    await useInvitation(window, link)
    await trySound(window)
    await window.find('h1', 'Sanne Bruinsma · 206')
    await window.find('header p', 'Beschikbaar')
    await heard(2)
  })
  await step('the newcomer is called, and calls', async () => {
    await isCalled(window, bert, '206')
    await calls(window, bert, 'Bert Jansen')
  })
  await step('one that another program opens waits, and is put away', async () => {
    opens(link)
    await window.find('section[aria-labelledby=invited-title] strong', company.server)
    await stage.picture('3-waits')
    await window.find('h1', 'Sanne Bruinsma · 206')
    await window.click('button', 'Niet gebruiken')
    await until('it is away', async () => (await window.model()).invited === null)
    await heard(2)
  })
  await step('a second time it is refused, and who is signed in stays so', async () => {
    opens(link)
    await acceptInvitation(window, company.server)
    await window.find('[role=alert]', OVER)
    await stage.picture('4-used')
    const { account } = await window.model()
    if (account?.registration.kind !== 'registered') throw new Error(JSON.stringify(account))
    await window.click('button', 'Annuleren')
    await window.find('h1', 'Sanne Bruinsma · 206')
  })
  await step('the next start needs no invitation', async () => {
    await stage.leave()
    window = await open()
    await window.find('h1', 'Sanne Bruinsma · 206')
    await window.find('header p', 'Beschikbaar')
    await heard(3)
  })
  await step('where nobody is signed in, one that another program opens signs in by one button', async () => {
    await window.click('button', '⋯')
    await window.click('button', 'Afmelden')
    await window.find('h1', 'Uw account')
    await until('the system knows Balie', () => existsSync(join(process.env.XDG_DATA_HOME, 'applications/Balie.desktop')))
    execFileSync('xdg-open', [await company.invite('fatima')], { timeout: 20_000, stdio: 'ignore' })
    await window.find('section[aria-labelledby=invited-title] strong', company.server)
    await heard(3)
    await acceptInvitation(window, company.server)
    await window.find('h1', 'Fatima El Amrani · 207')
    await window.find('header p', 'Beschikbaar')
    await isCalled(window, bert, '207')
  })
  await step('on a new computer, Balie that is started with one signs in by one button, and tries the sound', async () => {
    await stage.leave()
    for (const kind of ['CONFIG', 'DATA', 'CACHE']) process.env[`XDG_${kind}_HOME`] += '-new'
    settle({ looks: { language: 'nl' } })
    window = await open('--', await company.invite('joost'))
    await acceptInvitation(window, company.server)
    await trySound(window)
    await window.find('h1', 'Joost van der Meulen · 204')
    await window.find('header p', 'Beschikbaar')
    await calls(window, bert, 'Bert Jansen')
    await heard(5)
  })
})
await company.stop()
process.exit()
