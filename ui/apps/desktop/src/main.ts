// Mounts the window that this is: the desk, or the small one for calls that ring, which is there at once
// because it loads nothing of the desk.

import '@balie/components/tokens.css'
import { mount } from 'svelte'
import { host } from '#host'

const target = document.getElementById('app')
if (!target) throw new Error('the page has no #app')

const incoming = new URLSearchParams(location.search).get('window') === 'incoming'
const { default: Root } = incoming ? await import('./Incoming.svelte') : await import('./App.svelte')

mount(Root, { target, props: { host } })
