/** The types of organisation that KS Fiks knows (konfigurasjon-api v1). */
export const organisasjonstyper = [
  'UKJENT',
  'KOMMUNE',
  'FYLKESKOMMUNE',
  'KOMMUNAL_VIRKSOMHET',
  'KOMMUNAL_VIRKSOMHET_IKS',
  'STATLIG_VIRKSOMHET',
  'LEVERANDOR',
  'PRIVAT_VIRKSOMHET',
] as const;
export type Organisasjonstype = (typeof organisasjonstyper)[number];
