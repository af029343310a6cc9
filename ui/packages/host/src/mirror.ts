// Keeps a copy of the view model by applying numbered changes.
//
// A number that is skipped means that something was lost: then the subscription is renewed, which brings
// a snapshot. Nothing is ever patched on top of a guess.

import { emptyModel } from './empty.ts'
import type { Change, Update, ViewModel } from './generated/view.ts'
import type { Host } from './types.ts'

/** The model after `change`; parts that did not change keep their identity. */
export function apply(model: ViewModel, change: Change): ViewModel {
  switch (change.part) {
    case 'everything':
      return change.value
    case 'lamps': {
      const lamps = new Map(change.value)
      const colleagues = model.colleagues.map((colleague) => {
        const lamp = lamps.get(colleague.id)
        return lamp ? { ...colleague, lamp } : colleague
      })
      return { ...model, colleagues }
    }
    default:
      return { ...model, [change.part]: change.value }
  }
}

/** Follows `host` and reports each new model, until the returned function is called. */
export function follow(host: Host, listener: (model: ViewModel) => void): () => void {
  let model = emptyModel()
  let expected: number | null = null
  let stop = () => {}
  let generation = 0

  function subscribe() {
    stop()
    expected = null
    const own = ++generation
    const end = host.updates((update) => {
      if (own === generation) receive(update)
    })
    if (own === generation) stop = end
    else end()
  }

  function receive({ sequence, change }: Update) {
    if (change.part !== 'everything' && sequence !== expected) {
      subscribe()
      return
    }
    expected = (sequence + 1) >>> 0
    model = apply(model, change)
    listener(model)
  }

  subscribe()
  return () => {
    generation++
    stop()
  }
}
