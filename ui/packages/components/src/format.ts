// How moments, durations and numbers are written for people.

import type { Language } from '@balie/texts'

/** `0:07`, `12:31`, `1:02:03`; negative lengths, from clocks that were set back, are zero. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A rough age in two or three signs: `40 s`, `4 min`, `3 u` (`3 h`), `2 d`; it never breaks over lines. */
export function age(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return `${seconds}\u00a0s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u00a0min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}\u00a0${language === 'nl' ? 'u' : 'h'}`
  return `${Math.floor(seconds / 86_400)}\u00a0d`
}

/** The time of day today, the weekday within a week, the date before. */
export function moment(at: number, now: number, language: Language): string {
  const date = new Date(at)
  const locale = language === 'nl' ? 'nl-NL' : 'en-GB'
  if (date.toDateString() === new Date(now).toDateString()) return timeOfDay(at, language)
  const options: Intl.DateTimeFormatOptions =
    now - at < 6 * 86_400_000 ? { weekday: 'short' } : { day: 'numeric', month: 'short' }
  return new Intl.DateTimeFormat(locale, options).format(date)
}

/** `13:52`. */
export function timeOfDay(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', { hour: '2-digit', minute: '2-digit' }).format(at)
}

const TWO_DIGIT_AREAS = /^(?:1[035]|2[03467]|3[03568]|4[03568]|5[03578]|7\d|8[58]|91|99)/

/** Groups the digits of a number in E.164; everything else is left as it is. */
export function phoneNumber(number: string): string {
  const dutch = /^\+31(\d{9})$/.exec(number)?.[1]
  if (dutch?.startsWith('6')) return `+31 6 ${pairs(dutch.slice(1))}`
  if (dutch) {
    const area = TWO_DIGIT_AREAS.test(dutch) ? 2 : 3
    const rest = dutch.slice(area)
    const [head, tail] = area === 2 ? [rest.slice(0, 3), rest.slice(3)] : [rest.slice(0, 2), rest.slice(2)]
    return `+31 ${dutch.slice(0, area)} ${head} ${pairs(tail)}`
  }
  const other = /^\+(\d{7,15})$/.exec(number)?.[1]
  return other ? `+${other.slice(0, 2)} ${other.slice(2).replace(/(\d{3})(?=\d{2})/g, '$1 ')}` : number
}

/** A Dutch number as it is written within the country: `010-123 45 67`; others as [`phoneNumber`] has them. */
export function nationalNumber(number: string): string {
  const [country, area, ...rest] = phoneNumber(number).split(' ')
  return country === '+31' && area ? `0${area}-${rest.join(' ')}` : phoneNumber(number)
}

function pairs(digits: string): string {
  return digits.replace(/(\d{2})(?=\d)/g, '$1 ')
}

/** Groups of four, so that two people can read it to each other. */
export function fingerprint(digits: string): string[] {
  return digits.match(/.{1,4}/g) ?? []
}
