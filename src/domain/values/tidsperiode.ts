import { refuse } from '../kernel/domain-error.js';
import { parseInstant, type Instant } from './instant.js';

/**
 * A half-open period: from and with `startDato`, until but not with `sluttDato`. A missing bound is open.
 * The bounds of the owner's own service are unknown; see docs/adr.
 */
export interface Tidsperiode {
  readonly startDato?: Instant;
  readonly sluttDato?: Instant;
}

/** Parses both bounds (ISO 8601 with zone). Refuses a period that ends before, or as, it starts. */
export function parseTidsperiode(input: { startDato?: string | undefined; sluttDato?: string | undefined }): Tidsperiode {
  const startDato = input.startDato === undefined ? undefined : parseInstant(input.startDato);
  const sluttDato = input.sluttDato === undefined ? undefined : parseInstant(input.sluttDato);
  if (startDato !== undefined && sluttDato !== undefined && startDato >= sluttDato)
    refuse('invalid', 'UGYLDIG_TIDSPERIODE', 'Sluttdato må være etter startdato.');
  return { ...(startDato !== undefined && { startDato }), ...(sluttDato !== undefined && { sluttDato }) };
}

/** Whether the period covers the moment. */
export function covers(periode: Tidsperiode, moment: Instant): boolean {
  return (
    (periode.startDato === undefined || periode.startDato <= moment) &&
    (periode.sluttDato === undefined || moment < periode.sluttDato)
  );
}

/** The next moment after this one at which the period begins or ends; undefined when it does neither any more. */
export const nextBound = ({ startDato, sluttDato }: Tidsperiode, moment: Instant): Instant | undefined =>
  [startDato, sluttDato].find((bound) => bound !== undefined && bound > moment);
