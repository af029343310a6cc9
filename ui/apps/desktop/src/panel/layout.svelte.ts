// Which panes of the reception panel a person has put away and how wide they are, kept until the next start.
//
// Only the pane about the caller can go: on the left stand the calls that ring, and those must be seen. Widths are in
// rem, so that they grow with what stands in them.

const SHOWN = 'caller-pane'
const WIDTHS = 'pane-widths'

export type Side = 'left' | 'right'
export type Widths = Record<Side, number>

/** How wide the panes are before anybody made them otherwise, and between what they may be. */
export const PANES: Record<Side, { usual: number; least: number; most: number }> = {
  left: { usual: 17.5, least: 16, most: 26 },
  right: { usual: 22, least: 17, most: 34 },
}
/** What the middle needs for its verbs, and what the lines between the panes take. */
const MIDDLE = 27.5
export const LINE = 1

/** The widths that a window `ems` wide has room for: the right gives way first. The right takes none where it is away. */
export function fitted(wished: Widths, ems: number, caller: boolean): Widths {
  const room = ems - MIDDLE - LINE
  if (!caller) return { left: between(wished.left, 'left', room), right: 0 }
  const left = between(wished.left, 'left', room - LINE - PANES.right.least)
  return { left, right: between(wished.right, 'right', room - LINE - left) }
}

/** The most that `side` can take without pushing the other. */
export function most(side: Side, widths: Widths, ems: number, caller: boolean): number {
  const other = side === 'left' ? widths.right : widths.left
  const room = ems - MIDDLE - (caller ? 2 : 1) * LINE - other
  return Math.max(PANES[side].least, Math.min(PANES[side].most, room))
}

function between(width: number, side: Side, room: number): number {
  return Math.max(PANES[side].least, Math.min(width, PANES[side].most, room))
}

class Layout {
  /** The pane about the caller stands at the right where there is room. */
  caller: boolean = $state(localStorage.getItem(SHOWN) !== 'hidden')
  /** What was asked for, also where the window has no room for it. */
  wished: Widths = $state.raw(kept())

  showCaller(on: boolean) {
    this.caller = on
    localStorage.setItem(SHOWN, on ? 'shown' : 'hidden')
  }

  widen(side: Side, width: number) {
    this.wished = { ...this.wished, [side]: width }
    localStorage.setItem(WIDTHS, JSON.stringify(this.wished))
  }
}

/** The widths of last time; the usual ones where none were kept or somebody else wrote there. */
export function kept(store: Pick<Storage, 'getItem'> = localStorage): Widths {
  const usual = { left: PANES.left.usual, right: PANES.right.usual }
  try {
    const { left, right }: Partial<Widths> = JSON.parse(store.getItem(WIDTHS) ?? '{}') ?? {}
    return { left: typeof left === 'number' ? left : usual.left, right: typeof right === 'number' ? right : usual.right }
  } catch {
    return usual
  }
}

export const layout = new Layout()
