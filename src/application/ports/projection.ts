import type { DomainEvent, EventType } from '../../domain/index.js';
import type { RecordedEvent } from './event-store.js';

/** A stored event of the domain, typed by its event type. */
export type Recorded<T extends EventType = EventType> = RecordedEvent & Extract<DomainEvent, { type: T }>;

/** The documents that one event may change. Holds only the keys that the projection's `keys` returned. */
export interface DocumentSet<D> {
  get(key: string): D | undefined;
  set(key: string, document: D): void;
  remove(key: string): void;
}

/**
 * The definition of a view: documents by key, derived from events by pure functions. Raise `version` when the same events
 * must give other documents. The new version is then built beside the old one, which serves until the new one has caught
 * up.
 */
export interface Projection<D extends object = object> {
  /** camelCase; unique. */
  readonly name: string;
  readonly version: number;
  /** Indexed document fields, one index per list. */
  readonly indexes: readonly (readonly (keyof D & string)[])[];
  readonly types: readonly EventType[];
  /** The keys of the documents that the event may change. */
  keys(event: Recorded): readonly string[];
  /** Changes the documents. Must be deterministic, and may use only the event and these documents. */
  apply(event: Recorded, pages: DocumentSet<D>): void;
}

// Any view, for generic code over the list of views.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyProjection = Projection<any>;
