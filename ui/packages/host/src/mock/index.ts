// The host for design work and tests: a little exchange in the page instead of the shell.

import type { Host } from '../types.ts'
import { MockExchange } from './exchange.ts'
import { play } from './scenes.ts'

export { choice } from './company.ts'
export { MockExchange } from './exchange.ts'

const exchange = new MockExchange()
const scene = typeof location === 'undefined' ? 'rest' : (new URLSearchParams(location.search).get('scene') ?? 'company')
void play(exchange, scene)

export const host: Host = exchange
