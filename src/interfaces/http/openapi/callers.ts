import { ApiExtension } from '@nestjs/swagger';

/** The groups of callers of operations, in the words of the document. `test/e2e/access-matrix.spec.ts` compares them with reality. */
export const callers = {
  alle: 'For alle, uten token.',
  helse: 'For alle. Bare plattformen får hele tilstanden.',
  innloggede: 'For alle som er innlogget.',
  personer: 'For personer som er innlogget, og for plattformen.',
  innloggetInnbygger: 'For personer som er innlogget.',
  plattform: 'Bare for plattformen.',
  lesere: 'For alle med en rolle i organisasjonen, og for plattformen.',
  administrator: 'Bare for administratorer for organisasjonen.',
  administratorEllerPlattform: 'For administratorer for organisasjonen, og for plattformen.',
  revisjon: 'For administratorer og revisorer for organisasjonen.',
  revisor: 'Bare for revisorer for organisasjonen.',
  innsyn: 'For administratorer for organisasjonen, og for tjenesteadministratorer for Innsyn.',
  tjenester: 'For administratorer for organisasjonen, og for tjenesteadministratorer for Kommunale tjenester.',
  eiendommer: 'For administratorer for organisasjonen, og for tjenesteadministratorer for Mine eiendommer.',
  undertjeneste: 'For administratorer for organisasjonen, og for tjenesteadministratorer for undertjenesten som ressursen hører til.',
  nyIntegrasjon: 'For administratorer og tjenesteadministratorer for organisasjonen. Bare plattformen kan opprette globale integrasjoner.',
  nyIBruk: 'For administratorer for organisasjonen, og for tjenesteadministratorer for undertjenesten. Lagring velger bare den som også administrerer Innsyn.',
  integrasjon: 'For administratorer for organisasjonen, for tjenesteadministratorer for undertjenestene der integrasjonen er lagt til, og for plattformen.',
  indeksering: 'For en integrasjon med tilgang til å lagre meldinger av typen i organisasjonen.',
  egneMeldinger: 'For integrasjonen som lagret meldingene.',
  alleEgneMeldinger: 'For integrasjoner. En integrasjon sletter bare sine egne meldinger.',
  sporing: 'For integrasjoner som organisasjonen har lagt til under en av tjenestene.',
  egenIntegrasjon: 'For integrasjonen selv.',
  statistikk: 'For alle med en rolle i organisasjonen, for plattformen, og for integrasjoner som sender meldinger i organisasjonen.',
  matrikkel: 'For en integrasjon med tilgangen MATRIKKEL.QUERY i organisasjonen.',
  sokere: 'For innbyggere, og for en integrasjon med tilgangen INNSYN.SOK som søker på vegne av en innbygger.',
  innbygger: 'For innbyggere.',
  innbyggerNiva4: 'For innbyggeren selv, innlogget på nivå 4.',
  innbyggerIPortalen: 'For innbyggeren selv, innlogget på nivå 4 i portalen, ikke gjennom systemet til en virksomhet.',
} as const;
export type Callers = keyof typeof callers;

/** The extension of an operation that has its group of callers, until the document is published. */
export const callersExtension = 'x-callers';

/** Documents who may call an operation. */
export const CalledBy = (who: Callers): MethodDecorator => ApiExtension(callersExtension, who);
