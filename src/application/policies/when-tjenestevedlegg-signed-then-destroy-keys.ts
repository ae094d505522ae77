import { Injectable } from '@nestjs/common';
import type { EventType } from '../../domain/index.js';
import { EventStore } from '../ports/event-store.js';
import type { Recorded } from '../ports/projection.js';
import { SubjectKeys } from '../ports/subject-keys.js';
import { subjectOfAvtale } from '../use-cases/end-avtale.js';
import type { Policy } from './policy.js';

/** Destroys the keys of the agreements that a new signing replaces, because nobody can read the texts of their terminations any more. */
@Injectable()
export class WhenTjenestevedleggSignedThenDestroyKeys implements Policy {
  readonly name = 'destroyReplaced';
  readonly types: readonly EventType[] = ['TjenestevedleggSigned'];

  constructor(
    private readonly store: EventStore,
    private readonly keys: SubjectKeys,
  ) {}

  async react({ stream, revision }: Recorded): Promise<readonly []> {
    for await (const event of this.store.readStream(stream)) {
      if (event.revision >= revision) break;
      const { type, data } = event as Recorded;
      if (type === 'TjenestevedleggSigned') await this.keys.destroy(subjectOfAvtale(data.signeringId));
    }
    return [];
  }
}
