// English texts of the first start.

import type { Texts } from '../nl.ts'

export const firstRun: Texts['firstRun'] = {
  step: (n, of) => `Step ${n} of ${of}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  done: 'Get started',
  cancel: 'Cancel',
  invitation: {
    title: 'Welcome to Balie',
    lead: 'Paste the invitation of your administrator. Everything is set right at once.',
    label: 'Invitation',
    hint: 'balie://…',
    submit: 'Use invitation',
    byHand: 'Set up by hand',
  },
  server: {
    title: 'Your telephone exchange',
    lead: 'Ask your administrator for the address. For an exchange other than Balie, put “sip:” before it.',
    byInvitation: 'Use an invitation after all',
  },
  account: {
    title: 'Your account',
    lead: (server) => `Sign in to ${server}.`,
    other: 'Another exchange',
  },
  sound: {
    title: 'Speaking and listening',
    lead: 'Speak: the meter has to move.',
  },
  ring: {
    title: 'Do you hear the ring?',
    lead: 'Choose where it rings and play the ring.',
    heard: 'Yes, I hear it ring',
  },
  call: {
    title: 'A test call',
    lead: 'Call somebody and hear whether all is well. You may skip this.',
  },
  ready: {
    title: 'Ready',
    lead: (name) => `${name}, you can be reached.`,
    help: 'All keyboard shortcuts',
    settings: 'Settings',
  },
}
