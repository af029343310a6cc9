// Underlines in the names that were found what was typed. It is painted only: names stay whole for a screen reader.

import type { Desk } from './desk.svelte.ts'

/** An attachment for the list of matches. */
export function underlined(desk: Desk) {
  return (list: HTMLElement) => {
    if (!globalThis.CSS?.highlights) return
    const text = desk.rows.length > 0 ? desk.found : ''
    const names = [...list.querySelectorAll('.name')].flatMap(({ firstChild }) => (firstChild instanceof Text ? firstChild : []))
    const ranges = names.flatMap((name) => beginnings(name.data, text).map(([from, to]) => rangeOf(name, from, to)))
    CSS.highlights.set('typed', new Highlight(...ranges))
    return () => void CSS.highlights.delete('typed')
  }
}

function rangeOf(text: Text, from: number, to: number): Range {
  const range = document.createRange()
  range.setStart(text, from)
  range.setEnd(text, to)
  return range
}

/** Where in `name` words begin as the words of `text` do, with or without accents. */
export function beginnings(name: string, text: string): [from: number, to: number][] {
  const letters = name.split('').map(plain)
  const starts = letters.flatMap((letter, i) => (/[\p{L}\p{N}]/u.test(letter) && !/[\p{L}\p{N}]/u.test(letters[i - 1] ?? ' ') ? i : []))
  return text.trim().split(/\s+/).filter((word) => word !== '').flatMap((word) => {
    const wanted = word.split('').map(plain)
    return starts.filter((start) => wanted.every((letter, i) => letters[start + i] === letter)).map((start): [number, number] => [start, start + wanted.length])
  })
}

const plain = (letter: string) => letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
