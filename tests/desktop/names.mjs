// What a screen reader gets of the real window: the tree that WebKit gives to the accessibility bus holds every control
// that the page shows, each with a role that says what it is and a name.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Company, PASSWORD, RECEPTION, settle } from './company.mjs'
import { trySound } from './newcomer.mjs'
import { Stage, until } from './stage.mjs'
import { openWindow } from './webdriver.mjs'

const [application, folder] = process.argv.slice(2)
const SPOKEN = fileURLToPath(new URL('spoken.py', import.meta.url))
const F11 = '\uE03B'
const ESCAPE = '\uE00C'
/** Roles of what can be pressed, chosen, filled in or followed. */
const CONTROLS = [
  'check box', 'check menu item', 'combo box', 'entry', 'link', 'list item', 'menu item', 'page tab', 'password text', 'push button',
  'radio button', 'radio menu item', 'slider', 'spin button', 'switch', 'toggle button',
]
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
let all = 0

/** What is told of the controls in a window. */
async function spoken(title) {
  // Debian's own Python has the binding.
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SPOKEN], { timeout: 20_000, maxBuffer: 10_000_000 })
  const objects = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line))
  // An item of a list is a control where it can be chosen.
  return objects.filter(({ window, role, focusable }) => window === title && CONTROLS.includes(role) && (focusable || role !== 'list item'))
}

/** The roles that the controls of the page ought to have, as it stands on the screen. */
const OUGHT = `
  const modal = document.querySelector('dialog:modal') ?? document
  const written = { tab: 'page tab', switch: 'toggle button', option: 'list item', combobox: 'combo box', menuitem: 'menu item', menuitemradio: 'radio menu item' }
  const typed = { checkbox: 'check box', radio: 'radio button', range: 'slider', number: 'spin button', password: 'password text' }
  // A button that opens something is told as what WebKit makes of lists that fold out.
  const role = (element) => written[element.getAttribute('role')] ?? {
    A: () => 'link', INPUT: () => typed[element.type] ?? 'entry', OPTION: () => 'menu item', SELECT: () => 'combo box', TEXTAREA: () => 'entry',
    BUTTON: () => (element.ariaPressed !== null ? 'toggle button' : element.ariaHasPopup !== null ? 'combo box' : 'push button'),
  }[element.tagName]()
  const shown = (element) => (element.closest('select') ?? element).checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true], [inert]')
  return [...modal.querySelectorAll('a[href], button, input, option, select, textarea, [role=option]')].filter(shown).map(role)`

/** What was typed in fields, which is not their name. */
const WRITTEN = "return [...document.querySelectorAll('input:not([type=checkbox], [type=range]), textarea')].map(({ value }) => value).filter((value) => value !== '')"

/** "2 entry, 5 push button" */
function counted(roles) {
  const counts = new Map()
  for (const role of roles.toSorted()) counts.set(role, (counts.get(role) ?? 0) + 1)
  return [...counts].map(([role, count]) => `${count} ${role}`).join(', ')
}

/** The tree holds what the page shows, at least so many controls, and each has a name. */
async function reads(window, least) {
  let there, told, shown
  await until('the tree is the page', async () => {
    there = await spoken('Balie')
    told = counted(there.map(({ role }) => role))
    shown = counted(await window.run(OUGHT))
    return told === shown
  }).catch((error) => {
    throw new Error(`${error.message}:\n  told  ${told}\n  shown ${shown}`)
  })
  named(there, await window.run(WRITTEN))
  if (there.length < least) throw new Error(`${there.length} controls instead of at least ${least}`)
  console.log(`    ${there.length} controls with a name: ${told}`)
}

function named(controls, written = []) {
  all += controls.length
  const holds = ({ role, name }) => ['entry', 'password text'].includes(role) && ['•', ...written].some((text) => name.includes(text))
  const bad = controls.filter((control) => control.name.trim() === '' || /\p{Ll}[\p{Lu}\d]/u.test(control.name) || holds(control))
  if (bad.length > 0) throw new Error(`nameless, with words run together, or named by what was typed:\n${bad.map(({ role, name }) => `  ${role} "${name}"`).join('\n')}`)
}

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  const bert = await company.colleague('bert')
  const outside = await company.outsider('Bakkerij De Gouden Aar', '+31200001001')
  // Whom the caller spoke with is told later.
  await outside.ask({ kind: 'dial', to: company.from('+31850001002') })
  await bert.answer()
  await outside.hangUp()
  const window = await openWindow(application, [], { GTK_A11Y: 'atspi' })
  stage.window = window
  await step('the first start', async () => {
    await window.find('h1', 'Welkom bij Balie')
    await reads(window, 4)
    await window.click('button', 'Met de hand instellen')
    await window.type('input[name=server]', company.server)
    await reads(window, 3)
    await window.click('button', 'Verder')
    await window.type('input[name=user]', 'sanne@demo.balie.example')
    await window.type('input[name=password]', PASSWORD)
    await reads(window, 5)
    await window.click('button', 'Aanmelden')
    await window.find('h1', 'Is dit uw centrale?')
    await reads(window, 3)
    await window.click('button', 'Klopt')
    await window.find('h1', 'Spreken en luisteren')
    await reads(window, 3)
    await trySound(window)
  })
  await step('the softphone', async () => {
    await window.find('header p', 'Beschikbaar')
    await reads(window, 9)
    await window.click('[role=tab]', 'Toetsen')
    await reads(window, 20)
    await window.click('[role=tab]', 'Collega')
    await reads(window, 40)
    await window.click('header p button')
    await window.find('[role=menuitemradio]', 'Niet storen')
    await reads(window, 42)
    await window.press(ESCAPE)
    await window.click('button', '⋯')
    await reads(window, 3)
    await window.press(ESCAPE)
    await window.type('#search', 'kar')
    await window.find('[role=option]', 'Karin Waterman')
    await reads(window, 7)
    await window.press(ESCAPE)
  })
  await step('the settings', async () => {
    await window.resize(1180, 760)
    await window.click('button[aria-label="Instellingen openen"]')
    await window.find('h1', 'Instellingen')
    for (const section of await window.run("return [...document.querySelectorAll('[data-section]')].map(({ dataset }) => dataset.section)")) {
      await window.click(`[data-section=${section}]`)
      await reads(window, 11)
    }
    await window.type('input[type=search]', 'sneltoets')
    await window.find('nav button', 'Bewaren en overnemen')
    await reads(window, 5)
    await window.click('button[aria-label=Terug]')
  })
  await step('the reception panel with a call, and the window of the call', async () => {
    await window.find('[data-place=colleagues] [data-person]', 'Bert Jansen')
    await outside.ask({ kind: 'dial', to: company.from(RECEPTION) })
    await window.find('[data-place=outstanding] button', 'Aannemen')
    await window.find('[data-place=caller] [data-row]', 'Bert Jansen')
    await reads(window, 90)
    const card = await until('the window of the call is told', async () => {
      const there = await spoken('Inkomende oproep')
      return there.length > 0 && there
    })
    named(card)
    console.log(`    the window of the call: ${card.map(({ name }) => name).join(', ')}`)
    if (counted(card.map(({ role }) => role)) !== '2 push button') throw new Error('the window of the call has other controls')
    await window.press(F11)
    await window.find('section[aria-label=Gesprek] .state', 'In gesprek')
    await reads(window, 100)
    await window.type('#search', 'kar')
    await window.find('[role=option]', 'Karin Waterman')
    await reads(window, 20)
    await window.press(ESCAPE)
    await window.click('button', 'Contacten')
    await window.click('button', 'Nieuw contact')
    await window.type('form input', 'Bloemist')
    await reads(window, 25)
    await outside.hangUp()
  })
  console.log(`    ${all} controls in all`)
})
await company.stop()
process.exit()
