import type { GeneratedAlways } from 'kysely';

/** The log: one row an event. `position` orders everything, `revision` counts a stream from 0. */
export interface EventTable {
  position: bigint;
  stream: string;
  aggregate: GeneratedAlways<string>;
  revision: bigint;
  id: string;
  type: string;
  data: object;
  metadata: object;
}

/** How far each version of each view has come. */
export interface ViewTable {
  name: string;
  version: number;
  position: bigint;
  serving: boolean;
  failure: object | null;
}

/** Who the person references are to. */
export interface PersonTable {
  id: string;
  lookup: string;
  kept: string;
}

/** The keys that the log is sealed with, wrapped; null when destroyed. */
export interface SubjectKeyTable {
  subject: string;
  wrapped: string | null;
}

/** The tables as they are after the last migration. */
export interface Schema {
  event: EventTable;
  view: ViewTable;
  person: PersonTable;
  subject_key: SubjectKeyTable;
}
