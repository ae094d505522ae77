import type { Innsynsmelding, Konvolutt } from '../../domain/innsynsmelding.js';
import { canonicalJson } from '../commands/digest.js';
import { exposureOf } from '../commands/exposure.js';
import type { StreamId } from '../ports/event-store.js';
import { streamName } from '../ports/event-store.js';
import type { SubjectKey } from '../ports/subject-keys.js';

/**
 * The additional authenticated data of encrypted metadata: the place that the ciphertext is bound to. In another stream, event type
 * or subject it does not decrypt.
 */
const additionalDataOf = (stream: StreamId, { eksponertFor }: Pick<Konvolutt, 'eksponertFor'>): string =>
  `${streamName(stream)} MeldingIndexed ${exposureOf(eksponertFor)}`;

/** Encrypts the metadata of a message under the subject key of its recipient. */
export function sealMetadata(stream: StreamId, konvolutt: Omit<Konvolutt, 'avtrykk'>, metadata: object, key: SubjectKey): Innsynsmelding {
  const forseglet = key.seal(JSON.stringify(metadata), additionalDataOf(stream, konvolutt));
  return { ...konvolutt, avtrykk: key.digest(canonicalJson(metadata)), forseglet };
}

/** Decrypts the metadata of a message. Throws when the key is another, or the message has been moved or altered. */
export const openMetadata = (stream: StreamId, melding: Innsynsmelding, key: SubjectKey): object =>
  JSON.parse(key.open(melding.forseglet, additionalDataOf(stream, melding))) as object;
