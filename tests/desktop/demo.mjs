// Drives the real window over the invented company: sign in, answer, hold, transfer, dial, hang up.
//
// `tests/desktop/run APPLICATION FOLDER` starts this in a display of its own.

import { execFileSync } from 'node:child_process'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const ENTER = '\uE007'
const F7 = '\uE037'
const F12 = '\uE03C'

const stage = new Stage(folder)
const { picture, step } = { picture: (name) => stage.picture(name), step: (name, act) => stage.step(name, act) }

/** Waits until the notification daemon (dunst, started by its bus name) has shown `count`. */
async function notified(count) {
  await until(`${count} notifications`, () => {
    const shown = ['displayed', 'history', 'waiting']
      .map((which) => Number(execFileSync('dunstctl', ['count', which], { encoding: 'utf8', timeout: 5_000 })))
      .reduce((sum, some) => sum + some)
    return shown >= count
  })
}

const window = await openWindow(application, ['--demo'])
stage.window = window
await stage.play(async () => {
  await step('the form is shown', async () => {
    await window.run("localStorage.setItem('language', 'nl'); location.reload()")
    await window.find('h1', 'Welkom bij Balie')
    await picture('1-sign-in')
  })
  await step('a wrong password is refused with a reason', async () => {
    await window.type('input[name=password]', 'fout')
    await window.click('button', 'Aanmelden')
    await window.find('[role=alert]', 'horen niet bij elkaar')
  })
  await step('the fingerprint is compared', async () => {
    await window.type('input[name=password]', 'goed')
    await window.click('button', 'Aanmelden')
    await window.find('h1', 'Is dit uw centrale?')
    await picture('2-fingerprint')
    await window.click('button', 'Klopt')
  })
  await step('the desk is shown, signed in', async () => {
    await window.find('h1', 'Sanne de Wit · 421')
    await picture('3-signed-in')
  })
  await step('somebody rings', async () => {
    await window.find('section p', 'Inkomende oproep')
    await picture('4-ringing')
  })
  await step('the desktop shows a notification', () => notified(1))
  await step('the call is answered with the mouse', async () => {
    await window.click('button', 'Aannemen')
    await window.find('section[aria-label=Gesprek]', 'In gesprek')
    await picture('5-in-call')
  })
  await step('F7 holds and resumes', async () => {
    await window.press(F7)
    await window.find('section[aria-label=Gesprek] .state', 'In wacht')
    await window.press(F7)
    await window.find('section[aria-label=Gesprek] .state', 'In gesprek')
  })
  await step('three letters and Enter transfer the call', async () => {
    await window.type('#search', 'joo')
    await window.find('[role=option]', 'Joost Maas')
    await window.press(ENTER)
    await window.find('section[aria-label=Gesprek] .state', 'Doorverbonden naar Joost Maas')
    await picture('6-transferring')
    await window.find('section[aria-label=Gesprek] .state', 'Verbonden met Joost Maas')
  })
  await step('the lamp of the colleague follows', async () => {
    await window.click('[role=tab]', 'Collega')
    await window.find('[data-row]', 'Joost Maas')
    await window.find('[data-row]', 'Techniek · In gesprek')
  })
  await step('the call leaves the screen by itself', () => window.gone('section[aria-label=Gesprek]'))
  await step('a colleague is dialled and hung up with F12', async () => {
    await window.type('#search', 'bas k')
    await window.find('[role=option]', 'Bas Kuiper')
    await window.press(ENTER)
    await window.find('section[aria-label=Gesprek] .state', 'Gaat over bij de ander')
    await window.find('section[aria-label=Gesprek] .state', 'In gesprek')
    await window.press(F12)
    await window.find('section[aria-label=Gesprek] .state', 'Gesprek beëindigd')
    await picture('7-hung-up')
  })
})
