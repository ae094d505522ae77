import { Injectable } from '@nestjs/common';
import type { EventType } from '../../domain/index.js';
import { EventStore } from '../ports/event-store.js';
import type { Recorded } from '../ports/projection.js';
import { SubjectKeys } from '../ports/subject-keys.js';
import { subjectOfAvtale } from '../use-cases/end-avtale.js';
import type { Policy } from './policy.js';

/** Destroys the keys of agreements that are deleted, or that a new signing replaces, because nobody can read the texts of their terminations any more. */
@Injectable()
export class WhenTjenestevedleggReplacedOrDeletedThenDestroyKeys implements Policy {
  readonly name = 'destroyReplaced';
  readonly types: readonly EventType[] = ['TjenestevedleggSigned', 'TjenestevedleggDeleted'];

  constructor(
    private readonly store: EventStore,
    private readonly keys: SubjectKeys,
  ) {}

  async react(event: Recorded): Promise<readonly []> {
    if (event.type === 'TjenestevedleggDeleted') await this.keys.destroy(subjectOfAvtale(event.data.signeringId));
    else await this.destroyBefore(event);
    return [];
  }

  private async destroyBefore({ stream, revision }: Recorded): Promise<void> {
    for await (const event of this.store.readStream(stream)) {
      if (event.revision >= revision) break;
      const { type, data } = event as Recorded;
      if (type === 'TjenestevedleggSigned') await this.keys.destroy(subjectOfAvtale(data.signeringId));
    }
  }
}
