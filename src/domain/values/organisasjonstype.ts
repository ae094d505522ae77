/** The types of organisation that KS Fiks knows (konfigurasjon-api v1). */
export const organisasjonstyper = [
  'UKJENT',
  'KOMMUNE',
  'FYLKESKOMMUNE',
  'KOMMUNAL_VIRKSOMHET',
  'STATLIG_VIRKSOMHET',
  'LEVERANDOR',
] as const;
export type Organisasjonstype = (typeof organisasjonstyper)[number];
