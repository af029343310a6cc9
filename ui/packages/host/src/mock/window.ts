// The window around the mock's page cannot change its size; what it was asked for is kept for tests.

import type { HostWindow, Shape } from '../types.ts'

export class MockWindow implements HostWindow {
  readonly shapes: Shape[] = []

  async shape(shape: Shape): Promise<void> {
    this.shapes.push(shape)
  }
}
