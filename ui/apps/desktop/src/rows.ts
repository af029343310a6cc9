// Keeps the rows of a search where they are while more comes in, so that a row never moves under a finger.

import type { Suggestion } from '@balie/host'

/** `next` in the order in which `shown` had them; what is new comes last, what is gone leaves. */
export function settled(shown: readonly Suggestion[], next: readonly Suggestion[]): Suggestion[] {
  const incoming = new Map(next.map((row) => [row.id, row]))
  const kept = shown.flatMap(({ id }) => incoming.get(id) ?? [])
  const known = new Set(shown.map(({ id }) => id))
  return [...kept, ...next.filter(({ id }) => !known.has(id))]
}
