// People outside the invented company whom Sanne has written down.

import type { Contact, Contacts } from '../generated/view.ts'

/** What a window shows at a time; the phone says the same. */
const PAGE = 100

const CARDS: readonly [name: string, company: string, label: string, number: string][] = [
  ['Anouk Vos', 'Vos Advocaten', 'werk', '+31 99 555 10 10'],
  ['Drukkerij Oost', '', 'balie', '+31 99 444 22 00'],
  ['Mark van der Sande', 'Sanders Bouw BV', 'mobiel', '+31 6 99 33 44 55'],
  ['Toos Hendriks', 'Hendriks Installatie', 'werk', '+31 99 345 67 89'],
]

export function contactsOf(): Contact[] {
  return CARDS.map(([name, company, label, number], i) => ({ id: `c${i}`, name, company, numbers: [{ label, number }], note: '' }))
}

/** Those who fit `text`, from a place on. */
export function listed(contacts: readonly Contact[], text: string, from: number): Contacts {
  const wanted = text.trim().toLowerCase()
  const fit = contacts.filter((contact) => `${contact.name} ${contact.company}`.toLowerCase().includes(wanted))
  return { count: contacts.length, text, fit: fit.length, rows: fit.slice(from, from + PAGE), from }
}
