// Dutch texts of the first start: from the server to the first call.

export const firstRun = {
  step: (n: number, of: number) => `Stap ${n} van ${of}`,
  next: 'Verder',
  back: 'Terug',
  skip: 'Overslaan',
  done: 'Aan de slag',
  cancel: 'Annuleren',
  invitation: {
    title: 'Welkom bij Balie',
    lead: 'Plak de uitnodiging van uw beheerder. Dan staat alles meteen goed.',
    label: 'Uitnodiging',
    hint: 'balie://…',
    submit: 'Gebruik uitnodiging',
    byHand: 'Met de hand instellen',
  },
  server: {
    title: 'Uw telefooncentrale',
    lead: 'Vraag het adres aan uw beheerder. Voor een andere centrale dan Balie zet u er “sip:” voor.',
    byInvitation: 'Toch een uitnodiging gebruiken',
  },
  account: {
    title: 'Uw account',
    lead: (server: string) => `Meld u aan bij ${server}.`,
    other: 'Andere centrale',
  },
  sound: {
    title: 'Spreken en luisteren',
    lead: 'Zeg iets: de meter moet bewegen.',
  },
  ring: {
    title: 'Hoort u de bel?',
    lead: 'Kies waar het belt en speel de bel af.',
    heard: 'Ja, ik hoor de bel',
  },
  call: {
    title: 'Een proefgesprek',
    lead: 'Bel iemand en hoor of alles klopt. U kunt dit overslaan.',
  },
  ready: {
    title: 'Klaar',
    lead: (name: string) => `${name}, u bent bereikbaar.`,
    help: 'Alle sneltoetsen',
    settings: 'Instellingen',
  },
}
