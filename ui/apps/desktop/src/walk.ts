// Where an arrow key leads among rows or tiles, by where they lie: tiles stand in as many columns as there is room for.

type Spot = Pick<DOMRect, 'left' | 'top'>
const STEPS: Record<string, { across: -1 | 0 | 1; down: -1 | 0 | 1 }> = {
  ArrowLeft: { across: -1, down: 0 }, ArrowRight: { across: 1, down: 0 }, ArrowUp: { across: 0, down: -1 }, ArrowDown: { across: 0, down: 1 },
}

/** The number of the one that `key` leads to from `at`; `above` and `at` itself past an edge, null for other keys. */
export function walked(key: string, spots: readonly Spot[], at: number): number | 'above' | null {
  const step = STEPS[key]
  const here = spots[at]
  if (!step || !here) return null
  if (step.down === 0) return Math.min(spots.length - 1, Math.max(0, at + step.across))
  const beyond = spots.map(({ top }) => top).filter((top) => (top - here.top) * step.down > 1)
  if (beyond.length === 0) return step.down === 1 ? at : 'above'
  const row = step.down === 1 ? Math.min(...beyond) : Math.max(...beyond)
  const away = ({ left, top }: Spot) => (Math.abs(top - row) > 1 ? Infinity : Math.abs(left - here.left))
  return spots.reduce((best, spot, i) => (away(spot) < away(spots[best] ?? spot) ? i : best), spots.findIndex(({ top }) => Math.abs(top - row) <= 1))
}
