// Mounts the window.

import '@balie/components/tokens.css'
import { mount } from 'svelte'
import { host } from '#host'
import App from './App.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('the page has no #app')

export default mount(App, { target, props: { host } })
