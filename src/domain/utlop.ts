import { refuse } from './kernel/domain-error.js';
import { norwegianDate } from './values/dag.js';
import type { Instant } from './values/instant.js';

/** The last day that a tilgang holds, in Norway: `2027-01-31`. Missing: it has no end. */
export interface MedUtlop {
  readonly utlop?: string;
}
/** A grant: until a day, without an end (`null`), or (missing) without one for a new tilgang and as it is for a present one. */
export interface Bestilling {
  readonly utlop?: string | null;
}
/** A revocation. With `utlop` only of a tilgang that ends on that day, so that one which was prolonged meanwhile stays. */
export type Inndragning = MedUtlop;

/** The holders of a tilgang, each with its last day. */
export type Innehavere<K = string> = ReadonlyMap<K, string | undefined>;

/**
 * Whether a tilgang holds at a moment. Commands, readings and lists decide by this rule, so a tilgang ends on time also when the
 * service is late to revoke it.
 */
export const isInForce = (utlop: string | undefined, now: Instant): boolean => utlop === undefined || norwegianDate(now) <= utlop;

export const holds = <K>(innehavere: Innehavere<K>, holder: K, now: Instant): boolean => innehavere.has(holder) && isInForce(innehavere.get(holder), now);

/** Whether the grant changes nothing. Refuses (`invalid`) a last day that has passed. */
export function isGranted<K>(innehavere: Innehavere<K>, holder: K, { utlop }: Bestilling, now: Instant): boolean {
  if (!isInForce(utlop ?? undefined, now)) refuse('invalid', 'UTLOP_PASSERT', 'Utløpsdatoen er passert. Velg dagen i dag eller en senere dag.', 'utlop');
  return holds(innehavere, holder, now) && (utlop === undefined || innehavere.get(holder) === (utlop ?? undefined));
}

/** Whether the revocation changes nothing. */
export const isRevoked = <K>(innehavere: Innehavere<K>, holder: K, { utlop }: Inndragning): boolean =>
  !innehavere.has(holder) || (utlop !== undefined && innehavere.get(holder) !== utlop);

/** The last day as an event has it. */
export const utlopOf = ({ utlop }: Bestilling): MedUtlop => (typeof utlop === 'string' ? { utlop } : {});

export const withHolder = <K>(innehavere: Innehavere<K>, holder: K, { utlop }: MedUtlop = {}): Innehavere<K> => new Map([...innehavere, [holder, utlop]]);
export const withoutHolder = <K>(innehavere: Innehavere<K>, holder: K): Innehavere<K> => new Map([...innehavere].filter(([one]) => one !== holder));
