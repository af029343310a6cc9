// Unit tests of every package, in jsdom, with components compiled for the browser.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  test: { environment: 'jsdom', include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'] },
})
