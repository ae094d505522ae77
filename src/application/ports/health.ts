/** The engine of a store. `innebygd` is the embedded PostgreSQL. */
export type Engine = 'EventStoreDB' | 'PostgreSQL' | 'innebygd';
export interface Engines {
  readonly logg: Engine;
  readonly visninger: Engine;
}

/**
 * The health of the service. `svekket`: a view has stopped, or the search index does not answer. `nede`: the log or the
 * view store does not answer.
 */
export interface HealthReport {
  readonly status: 'oppe' | 'svekket' | 'nede';
  /** Whether the search index answers queries. */
  readonly sok?: 'oppe' | 'nede';
  /** The position of the log's last event, as a decimal number. */
  readonly loggposisjon?: string;
  readonly lagring?: Engines;
  readonly visninger: readonly {
    readonly navn: string;
    readonly versjon: number;
    /** The view's lag behind the log, in positions: events, or bytes when the log is in EventStoreDB. */
    readonly etterslep: number;
    /** Whether this version is served. */
    readonly iBruk: boolean;
    /** The error that stopped the view, with the position and id of the event. Missing when it runs. */
    readonly stoppet?: string;
  }[];
}

/** Reports the health of the log, the views and the search index. */
export abstract class Health {
  /** Never rejects: an unavailable store gives status `nede`. */
  abstract report(): Promise<HealthReport>;
}
