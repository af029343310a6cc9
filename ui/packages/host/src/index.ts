// The seam between the user interface and the phone.

export type * from './generated/view.ts'
export type { Host, HostWindow, Shape } from './types.ts'
export { apply, follow } from './mirror.ts'
export { emptyModel, usualSettings } from './empty.ts'
export { consequenceOf } from './consequence.ts'
