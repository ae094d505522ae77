import { inField, refuse } from '../kernel/domain-error.js';
import { parseInstant, type Instant } from './instant.js';

/**
 * A half-open period: `startDato` is inclusive, `sluttDato` exclusive. A missing bound is open. How the owner's own service
 * treats its bounds is unknown (docs/adr/0005).
 */
export interface Tidsperiode {
  readonly startDato?: Instant;
  readonly sluttDato?: Instant;
}

/** Parses both bounds (ISO 8601 with zone). Refuses (`invalid`) a period that does not end after its start. */
export function parseTidsperiode(input: { startDato?: string | undefined; sluttDato?: string | undefined }): Tidsperiode {
  const bound = (felt: 'startDato' | 'sluttDato') => {
    const text = input[felt];
    return text === undefined ? undefined : inField(felt, () => parseInstant(text));
  };
  const [startDato, sluttDato] = [bound('startDato'), bound('sluttDato')];
  if (startDato !== undefined && sluttDato !== undefined && startDato >= sluttDato)
    refuse('invalid', 'UGYLDIG_TIDSPERIODE', 'Sluttdato må være etter startdato.', 'sluttDato');
  return { ...(startDato !== undefined && { startDato }), ...(sluttDato !== undefined && { sluttDato }) };
}

export function covers(periode: Tidsperiode, moment: Instant): boolean {
  return (
    (periode.startDato === undefined || periode.startDato <= moment) &&
    (periode.sluttDato === undefined || moment < periode.sluttDato)
  );
}

/** The first start or end of the period strictly after the moment; undefined when there is none. */
export const nextBound = ({ startDato, sluttDato }: Tidsperiode, moment: Instant): Instant | undefined =>
  [startDato, sluttDato].find((bound) => bound !== undefined && bound > moment);
