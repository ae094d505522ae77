import type { Innloggingsniva } from '../../application/ports/actor.js';

/** The levels of assurance of ID-porten and Ansattporten, as login levels. Every other `acr` is refused. */
const levels: Readonly<Record<string, Innloggingsniva>> = {
  'idporten-loa-substantial': 3,
  'eidas-loa-substantial': 3,
  substantial: 3,
  'idporten-loa-high': 4,
  'eidas-loa-high': 4,
  high: 4,
};

/** The login level of an `acr`; undefined for one that is too low, or unknown. */
export const levelOf = (acr: unknown): Innloggingsniva | undefined => (typeof acr === 'string' && Object.hasOwn(levels, acr) ? levels[acr] : undefined);
