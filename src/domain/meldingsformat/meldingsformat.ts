import { refuse } from '../kernel/domain-error.js';
import type { Meldingsversjon } from '../values/meldingstype.js';
import { fakturaV1 } from './faktura.js';
import { journalpostV1 } from './journalpost.js';
import { mappeV1 } from './mappe.js';
import type { Rule } from './rules.js';
import { innsendtSkjemaV1, skjemakladdV1 } from './skjema.js';

/**
 * The rules for senders' metadata, by version. They follow the published schemas (ks-no/fiks-innsyn-json-schema), with
 * `format` asserted, and refuse unsafe links and unreadable characters as well. `FORSENDELSE_V2` has no rules, because the service itself builds the metadata of SvarUt's letters.
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

/** The first problem with the metadata of a message, in Norwegian; undefined when it is valid or its version has no rules. */
export const formatProblem = (versjon: Meldingsversjon, metadata: unknown): string | undefined => formats[versjon]?.(metadata, '');

/** Refuses (`invalid`) malformed metadata. The refusal names the message and the first problem. */
export function requireMeldingsformat(meldingId: string, versjon: Meldingsversjon, metadata: unknown): void {
  const problem = formatProblem(versjon, metadata);
  if (problem !== undefined) refuse('invalid', 'UGYLDIG_MELDING', `Melding ${meldingId} (${versjon}): ${problem}.`);
}
