import type { DomainEvent, EventType } from '../../domain/index.js';
import type { RecordedEvent } from './event-store.js';

/** A stored event of the domain, typed by its name. */
export type Recorded<T extends EventType = EventType> = RecordedEvent & Extract<DomainEvent, { type: T }>;

/** The documents that an event touches, while it is applied. Only the keys that the projection named are there. */
export interface DocumentSet<D> {
  get(key: string): D | undefined;
  set(key: string, document: D): void;
  remove(key: string): void;
}

/**
 * A view as data: documents under keys, made from events by functions that know nothing else. Raise `version` when the
 * same events shall give other documents: the view is then built anew beside the old one.
 */
export interface Projection<D extends object = object> {
  /** camelCase; unique. */
  readonly name: string;
  readonly version: number;
  /** Document fields that are searched by; one index each list. */
  readonly indexes: readonly (readonly (keyof D & string)[])[];
  readonly types: readonly EventType[];
  /** The documents that an event may touch. */
  keys(event: Recorded): readonly string[];
  apply(event: Recorded, pages: DocumentSet<D>): void;
}

// Any view at all: what generic code over the list of views works with.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyProjection = Projection<any>;
