import type { Del } from './not-set-up.js';

/** The engine of a store. `innebygd` is the embedded PostgreSQL. */
export type Engine = 'EventStoreDB' | 'PostgreSQL' | 'innebygd';
export interface Engines {
  readonly logg: Engine;
  readonly visninger: Engine;
}

/**
 * The health of the service. `svekket`: a view or the sealing has stopped, a view is built anew, the registers do not fit the log, or the search index does not answer. `nede`: the log or the
 * view store does not answer.
 */
export interface HealthReport {
  readonly status: 'oppe' | 'svekket' | 'nede';
  /** Whether the search index answers queries. */
  readonly sok?: 'oppe' | 'nede';
  /** The position of the log's last event, as a decimal number. */
  readonly loggposisjon?: string;
  readonly lagring?: Engines;
  /** The sealing of the log. */
  readonly forsegling?: {
    /** The number of events in the last checkpoint. Missing, with the next one, when it cannot be read. */
    readonly forseglet?: number;
    /** The lag of the trees behind the log, in positions. */
    readonly etterslep?: number;
    /** Why nothing is signed, or why the state cannot be read. Missing while it is. */
    readonly stoppet?: string;
  };
  /** The parts of the world that the operator has not connected. Missing when all are. */
  readonly ikkeSattOpp?: readonly Del[];
  /** The last comparison of the log with the registers beside it. Missing before the first. */
  readonly kontroll?: {
    readonly tidspunkt: string;
    readonly personerSomMangler: number;
    readonly personerUtenReferanse: number;
    readonly glemteSomFinnes: number;
    readonly noklerSomMangler: number;
    readonly utenAdministrator: readonly string[];
    /** The faults, in one sentence. */
    readonly feil?: string;
  };
  readonly visninger: readonly {
    readonly navn: string;
    readonly versjon: number;
    /** The view's lag behind the log, in positions: events, or bytes when the log is in EventStoreDB. */
    readonly etterslep: number;
    /** The age of the first event that the view has not taken up, in seconds; 0 when there is none. */
    readonly forsinkelse: number;
    /** Whether this version is served. */
    readonly iBruk: boolean;
    /** The error that stopped the view, with the position and id of the event. Missing when it runs. */
    readonly stoppet?: string;
    /** Since when, and why, the view is built anew. `etterslep` says how far it is. */
    readonly bygges?: { readonly siden: string; readonly grunn: string };
  }[];
}

/** The statements and transactions of this process that the engine of the views has at this moment. */
export interface EngineLoad {
  /** Connections at work; at most one on the embedded engine. */
  readonly active: number;
  /** Statements and transactions that wait for a connection, or for their turn on the embedded engine. */
  readonly waiting: number;
  /** Background work, such as searches, that waits for its turn. */
  readonly waitingInBackground: number;
}

/** Reports the health of the log, the views and the search index. */
export abstract class Health {
  /** Never rejects: an unavailable store gives status `nede`. */
  abstract report(): Promise<HealthReport>;
  /** Whether requests can be answered: the log and the view store answer. Costs two queries. Never rejects. */
  abstract ready(): Promise<'oppe' | 'nede'>;
  abstract load(): EngineLoad;
}
