import type { Fault } from '../kernel/domain-error.js';
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

/** Every problem with the metadata of a message, in Norwegian. None when it is valid or its version has no rules. At most 50. */
export function meldingsfeil(meldingId: string, versjon: Meldingsversjon, metadata: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  formats[versjon]?.(metadata, '', (path, problem) => {
    if (faults.length < 50)
      faults.push({
        felt: ['meldingMetadata', ...path.replace(/\[(\d+)\]/g, '.$1').split('.').filter(Boolean)].join('.'),
        kode: 'UGYLDIG_MELDING',
        melding: `Melding ${meldingId} (${versjon}): ${path || 'metadata'} ${problem}.`,
      });
  });
  return faults;
}
