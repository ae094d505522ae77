const names: Readonly<Record<string, string>> = {
  'INNSYN.INDEX.MAPPE': 'Kan lagre mapper og journalposter i Innsyn',
  'INNSYN.INDEX.FAKTURA': 'Kan lagre fakturaer i Innsyn',
  'INNSYN.INDEX.SKJEMA': 'Kan lagre skjema i Innsyn',
  'INNSYN.SOK': 'Kan søke i Innsyn på vegne av en innbygger',
  'MATRIKKEL.QUERY': 'søke i matrikkelen',
};

/** The display name of a tilgang that an integration can have, as the service has it. Any other text is returned as it is. */
export const visningsnavn = (tilgang: string): string => (Object.hasOwn(names, tilgang) ? names[tilgang]! : tilgang);
