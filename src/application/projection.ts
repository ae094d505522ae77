import type { DomainEvent, EventType } from '../domain/index.js';
import type { RecordedEvent } from './event-store.js';

/** A stored event of the domain, typed by its name. */
export type Recorded<T extends EventType = EventType> = RecordedEvent & Extract<DomainEvent, { type: T }>;

/** The documents that an event touches, while it is applied. Only the keys that the projection named are there. */
export interface Pages<D> {
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
  apply(event: Recorded, pages: Pages<D>): void;
}

// Any view at all: what generic code over the list of views works with.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyProjection = Projection<any>;

type Step<D, T extends EventType = EventType> = (document: D | undefined, event: Recorded<T>, key: string) => D | undefined;
type Steps<D> = { readonly [T in EventType]?: Step<D, T> };

/** A projection whose events each step the documents under their keys; a step that gives nothing removes the document. */
export function projection<D extends object>(view: {
  readonly name: string;
  readonly version: number;
  readonly indexes?: Projection<D>['indexes'];
  readonly keys: (event: Recorded) => readonly string[];
  readonly on: Steps<D>;
}): Projection<D> {
  return {
    name: view.name,
    version: view.version,
    indexes: view.indexes ?? [],
    types: Object.keys(view.on) as EventType[],
    keys: view.keys,
    apply(event, pages) {
      const step = view.on[event.type] as Step<D>;
      for (const key of view.keys(event)) {
        const next = step(pages.get(key), event, key);
        if (next === undefined) pages.remove(key);
        else pages.set(key, next);
      }
    },
  };
}

/** The key of the one document that a stream has in a view: tenant and id. */
export const streamKey = ({ stream }: RecordedEvent): string => documentKey(stream.tenant, stream.id);
export const documentKey = (tenant: string, id: string): string => `${tenant}/${id}`;

/** A document that a step rests on. That it is missing means that the projection is wrong, so the view stops. */
export function existing<D>(document: D | undefined): D {
  if (document === undefined) throw new Error('The event concerns a document that the view does not have');
  return document;
}
