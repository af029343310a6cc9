// Builds the window's page. Mode `mock` puts the little exchange of packages/host/src/mock behind it, so
// that the page runs in any browser; every other mode talks to the shell around it.
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/** Nothing is drawn before the script has put on the look of last time; Vite would drop the attribute that says so. */
const drawsLate: Plugin = {
  name: 'draws-late',
  transformIndexHtml: { order: 'post', handler: (html) => html.replace('<script type="module" crossorigin', '$& blocking="render"') },
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), drawsLate],
  base: './',
  resolve: {
    alias: {
      '#host': fileURLToPath(
        new URL(`../../packages/host/src/${mode === 'mock' ? 'mock' : 'tauri'}/index.ts`, import.meta.url),
      ),
    },
  },
  build: { target: 'es2022', outDir: mode === 'mock' ? 'dist/mock' : 'dist/app', emptyOutDir: true },
  server: { port: 5173, strictPort: true },
}))
