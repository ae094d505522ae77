import type { Innsynsmelding, Konvolutt } from '../../domain/innsynsmelding.js';
import { canonicalJson } from '../commands/digest.js';
import { exposureOf } from '../commands/exposure.js';
import type { StreamId } from '../ports/event-store.js';
import { streamName } from '../ports/event-store.js';
import type { SubjectKey } from '../ports/subject-keys.js';

/** Where sealed metadata stands: moved to another stream, event or subject it does not open. */
const placeOf = (stream: StreamId, { eksponertFor }: Pick<Konvolutt, 'eksponertFor'>): string =>
  `${streamName(stream)} MeldingIndexed ${exposureOf(eksponertFor)}`;

/** A message with its metadata sealed under the key of the one it is exposed for. */
export function sealMetadata(stream: StreamId, konvolutt: Omit<Konvolutt, 'avtrykk'>, metadata: object, key: SubjectKey): Innsynsmelding {
  const forseglet = key.seal(JSON.stringify(metadata), placeOf(stream, konvolutt));
  return { ...konvolutt, avtrykk: key.digest(canonicalJson(metadata)), forseglet };
}

/** The metadata of a message. Throws when the key is another, or the message has been moved or changed. */
export const openMetadata = (stream: StreamId, melding: Innsynsmelding, key: SubjectKey): object =>
  JSON.parse(key.open(melding.forseglet, placeOf(stream, melding))) as object;
