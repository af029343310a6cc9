// How a long list is cut, and what it is scrolled by.

/** Runs of `size`, the last of them shorter. */
export function piecesOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** How many stand beside each other in a grid that was laid out so; one where it was not laid out yet. */
export function columnsOf(tracks: string): number {
  return Math.max(1, tracks.split(' ').filter((track) => track.endsWith('px')).length)
}

/** What moves `element` when one scrolls; null: the page. */
export function scrollerOf(element: Element): Element | null {
  for (let above = element.parentElement; above; above = above.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(above).overflowY)) return above
  }
  return null
}
