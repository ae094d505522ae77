import { refuse } from '../../domain/kernel/domain-error.js';
import type { Actor, Innloggingsniva } from '../ports/actor.js';

/**
 * The login level that a person needs to read, and to send any command: `ForgetPerson` is no exception. Only persons have a
 * login level. The platform, virksomheter and integrations authenticate with keys, and the service itself does not log in.
 */
const requiredLevels = { reading: 3, command: 4 } as const satisfies Readonly<Record<string, Innloggingsniva>>;
type Purpose = keyof typeof requiredLevels;

const levelNames: Readonly<Record<Innloggingsniva, string>> = { 3: '3 (betydelig) eller 4 (høyt)', 4: '4 (høyt)' };

/** Whether the actor's login is strong enough. */
export const hasLevelFor = (actor: Actor, purpose: Purpose): boolean =>
  actor.kind !== 'person' || (actor.innloggingsniva ?? 0) >= requiredLevels[purpose];

/** Refuses (forbidden) a person whose login is too weak. */
export function requireLevelFor(actor: Actor, purpose: Purpose): void {
  if (hasLevelFor(actor, purpose)) return;
  refuse('forbidden', 'INNLOGGINGSNIVA_UTILSTREKKELIG', `Dette krever innlogging på nivå ${levelNames[requiredLevels[purpose]]}. Logg inn på nytt på det nivået.`);
}

/**
 * Refuses (forbidden) a person who has logged in through a virksomhet's system, for what only she may see. Such a system searches as
 * an integration, which needs the tilgang and is written to her innsynslogg (docs/adr/0021).
 */
export function requireOwnLogin(actor: Actor): void {
  if (actor.kind === 'person' && actor.consumer !== undefined)
    refuse('forbidden', 'INTEGRASJON_MANGLER', 'Innbyggeren er logget inn gjennom et system hos en virksomhet. Et slikt system søker som en integrasjon, med IntegrasjonId og IntegrasjonPassord, så innbyggeren ser søket i innsynsloggen.');
}
