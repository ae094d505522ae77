/** The log: one row an event. `position` orders everything, `revision` counts a stream from 0. */
export interface EventTable {
  position: bigint;
  stream: string;
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

/** How far the letters of each SvarUt account have been fetched. */
export interface SvarUtProgressTable {
  konto: string;
  fetched: string;
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
  svar_ut_progress: SvarUtProgressTable;
  subject_key: SubjectKeyTable;
}
