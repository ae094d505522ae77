import { refuse } from '../kernel/domain-error.js';
import type { Meldingsversjon } from '../values/meldingstype.js';
import { fakturaV1 } from './faktura.js';
import { journalpostV1 } from './journalpost.js';
import { mappeV1 } from './mappe.js';
import type { Rule } from './rules.js';
import { innsendtSkjemaV1, skjemakladdV1 } from './skjema.js';

/**
 * The shapes that senders' metadata must have: what the published schemas (ks-no/fiks-innsyn-json-schema) say, with their
 * formats asserted. What SvarUt brings, the service makes by itself.
 */
const formats: { readonly [V in Meldingsversjon]?: Rule } = {
  MAPPE_V1: mappeV1,
  JOURNALPOST_V1: journalpostV1,
  FAKTURA_V1: fakturaV1,
  INNSENDT_SKJEMA_V1: innsendtSkjemaV1,
  SKJEMAKLADD_V1: skjemakladdV1,
};

/** The versions that an integration may send. */
export const senderversjoner = Object.keys(formats) as readonly Meldingsversjon[];

/** What is wrong with the metadata of a message, in Norwegian; undefined when nothing is. */
export const formatProblem = (versjon: Meldingsversjon, metadata: unknown): string | undefined => formats[versjon]?.(metadata, '');

/** Refuses a message whose metadata is not as it must be, and says which. */
export function requireMeldingsformat(meldingId: string, versjon: Meldingsversjon, metadata: unknown): void {
  const problem = formatProblem(versjon, metadata);
  if (problem !== undefined) refuse('invalid', 'UGYLDIG_MELDING', `Melding ${meldingId} (${versjon}): ${problem}.`);
}
