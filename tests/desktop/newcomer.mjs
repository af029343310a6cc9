// What the first start asks of somebody, answered at the window: who they are at which exchange, and how they hear and speak.

import { PASSWORD } from './company.mjs'

/** Signs in with everything typed by hand, and says that the fingerprint is the right one. */
export async function signInByHand(window, company, login) {
  await window.click('button', 'Met de hand instellen')
  await window.type('input[name=server]', company.server)
  await window.click('button', 'Verder')
  await window.type('input[name=user]', company.user(login))
  await window.type('input[name=password]', PASSWORD)
  await window.click('button', 'Aanmelden')
  await window.find('h1', 'Is dit uw centrale?')
  await window.click('button', 'Klopt')
}

/** Signs in with an invitation, pasted. */
export async function useInvitation(window, link) {
  await window.paste('input[name=invitation]', link)
  await window.click('button', 'Gebruik uitnodiging')
}

/** Uses an invitation that another program opened: its exchange is named, and nobody is signed in before. */
export async function acceptInvitation(window, server) {
  await window.find('section[aria-labelledby=invited-title] strong', server)
  await window.click('button', 'Gebruik uitnodiging')
}

/** Goes through the steps about sound, which come once on a computer. */
export async function trySound(window) {
  await window.find('h1', 'Spreken en luisteren')
  for (const word of ['Verder', 'Ja, ik hoor de bel', 'Overslaan', 'Aan de slag']) await window.click('main button', word)
}
