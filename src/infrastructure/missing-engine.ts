/** An engine that the service cannot use at this moment. */
export interface MissingEngine {
  readonly engine: 'PostgreSQL' | 'EventStoreDB' | 'Meilisearch';
  /** The reason, in Norwegian, for the operator. Holds no password. */
  readonly reason: string;
  /** Whether it may answer later by itself. Otherwise an operator must change something. */
  readonly mayCome: boolean;
}

/** The longest that an engine has to answer, in ms. */
export const patience = 3_000;
