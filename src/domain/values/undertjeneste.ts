/** The three undertjenester of Min kommune, each with its own tjenesteadministratorer. */
export const undertjenester = ['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER'] as const;
export type Undertjeneste = (typeof undertjenester)[number];

/** The names of the undertjenester for people. */
export const undertjenestenavn: Readonly<Record<Undertjeneste, string>> = {
  INNSYN: 'Innsyn',
  KOMMUNALE_TJENESTER: 'Kommunale tjenester',
  MINE_EIENDOMMER: 'Mine eiendommer',
};
