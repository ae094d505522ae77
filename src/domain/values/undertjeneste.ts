/** The three undertjenester of Min kommune, each with its own tjenesteadministratorer. */
export const undertjenester = ['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER'] as const;
export type Undertjeneste = (typeof undertjenester)[number];
