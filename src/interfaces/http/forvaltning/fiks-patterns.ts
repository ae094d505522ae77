// The patterns that KS Fiks publishes for texts. `navn` of an organisation has no Sámi letters there.

const letters = 'A-ZÆØÅa-zæøå0-9ÁáÀàÂâÉéÈèÊêÍíÌìÎîÓóÒòÔôÚúÙùÛûÝýÄäËëÏïÖöÜü';
const signs = ",.!?\\-:;/\\\\'()&+*=%§";

/** The published patterns, as JSON Schema writes them. */
export const fiksPatterns = {
  kode: '^[0-9A-Z_.]+$',
  enkeltNavn: '^[A-Za-zæøåÆØÅ0-9_.,/\\-_ ]+$',
  navn: `^[${letters}${signs}]+[${letters} ${signs}]*[${letters}${signs}]+$`,
  kontonavn: '^[A-Za-zæøåÆØÅ0-9-_ ]+$',
  orgnr: '^[0-9]{9}$',
  postnummer: '^[0-9]{4}$',
  epost: '^[A-Za-zæøåÆØÅ0-9-_]+(\\.[A-Za-zæøåÆØÅ0-9-_]+)*@[A-Za-zæøåÆØÅ0-9-]+(\\.[A-Za-zæøåÆØÅ0-9-]+)*(\\.[A-Za-z]{2,})$',
  telefon: '^[+]?[0-9]+([- ][0-9]+)*$',
} as const;
