// How loud a microphone hears, in bars and in words.

/** The bars of the meter. */
export const BARS = 24
/** The quietest level that lights a bar, in dB below full scale. */
const FLOOR = -60
/** From here on the loudest sounds are cut off. */
const LOUD = -6

export type Verdict = 'silent' | 'soft' | 'good' | 'loud'

/** How many bars `peak` lights. */
export function bars(peak: number): number {
  return Math.min(BARS, Math.max(0, Math.round(((peak - FLOOR) / -FLOOR) * BARS)))
}

/** Whether bar `index` (from 0) stands for a level that is too loud. */
export function isLoudBar(index: number): boolean {
  return index >= bars(LOUD)
}

/** What a person is to think of `peak`. */
export function verdict(peak: number): Verdict {
  if (peak <= FLOOR) return 'silent'
  if (peak < -36) return 'soft'
  return peak > LOUD ? 'loud' : 'good'
}

/** The level that is spoken of: the loudest of late, sinking slowly, so that the word does not flicker. */
export function held(before: number, peak: number): number {
  return Math.max(peak, before - 1)
}
