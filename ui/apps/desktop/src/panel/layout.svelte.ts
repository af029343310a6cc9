// Which panes of the reception panel a person has put away, kept until the next start.
//
// Only the pane about the caller can go: on the left stand the calls that ring, and those must be seen.

const KEPT = 'caller-pane'

class Layout {
  /** The pane about the caller stands at the right where there is room. */
  caller: boolean = $state(localStorage.getItem(KEPT) !== 'hidden')

  showCaller(on: boolean) {
    this.caller = on
    localStorage.setItem(KEPT, on ? 'shown' : 'hidden')
  }
}

export const layout = new Layout()
