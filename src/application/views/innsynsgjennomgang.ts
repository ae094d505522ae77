import type { Innsynsgjennomgang } from '../../domain/innsynsgjennomgang.js';
import { projection, streamKey } from './projection.js';

/** A review of an organisation's innsynslogg. */
export interface InnsynsgjennomgangView extends Innsynsgjennomgang {
  readonly id: string;
  readonly fiksOrgId: string;
  readonly tidspunkt: string;
  /** The reference of the auditor. */
  readonly revisor: string;
}

export const innsynsgjennomganger = projection<InnsynsgjennomgangView>({
  name: 'innsynsgjennomgang',
  version: 1,
  indexes: [['fiksOrgId']],
  keys: (event) => [streamKey(event)],
  on: {
    InnsynsloggReviewed: (_, { stream, metadata, data }) => ({ id: stream.id, fiksOrgId: stream.tenant, tidspunkt: metadata.time, revisor: metadata.actor, ...data }),
  },
});
