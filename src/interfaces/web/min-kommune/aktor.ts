import { useMeg } from '../api/meg.js';

/** The one she acts for, as the searches and the citizen's pages ask for it. */
export function useAktor() {
  const { representerer } = useMeg();
  return {
    onBehalfOf: representerer ? { onBehalfOf: representerer.orgnr } : {},
    opptrerSom: representerer ? ('ORGANISASJON' as const) : ('PERSON' as const),
  };
}
