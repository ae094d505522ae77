/** What the log, and the views and persons, are kept in. */
export type Engine = 'EventStoreDB' | 'PostgreSQL' | 'innebygd';
export interface Engines {
  readonly logg: Engine;
  readonly visninger: Engine;
}

/** How the service is: `svekket` when a view has stopped or nothing can be searched, `nede` when the store does not answer. */
export interface HealthReport {
  readonly status: 'oppe' | 'svekket' | 'nede';
  /** Whether questions to the search index are answered. */
  readonly sok?: 'oppe' | 'nede';
  /** The position of the log's last event. */
  readonly loggposisjon?: string;
  readonly lagring?: Engines;
  readonly visninger: readonly {
    readonly navn: string;
    readonly versjon: number;
    /** How far it is behind the log, in positions: events, or bytes where the log is in EventStoreDB. */
    readonly etterslep: number;
    /** Whether questions are answered from this version. */
    readonly iBruk: boolean;
    /** Why it has stopped, and on which event. */
    readonly stoppet?: string;
  }[];
}

/** Tells how the log and the views are. */
export abstract class Health {
  /** Never rejects. */
  abstract report(): Promise<HealthReport>;
}
