import type { EventType } from '../../domain/index.js';
import { evolve, type AnyDecider } from '../../domain/kernel/decider.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { Projection, Recorded } from '../ports/projection.js';

export type Step<D, T extends EventType = EventType> = (document: D | undefined, event: Recorded<T>, key: string) => D | undefined;
export type Steps<D> = { readonly [T in EventType]?: Step<D, T> };

/**
 * Makes a projection from one step per event type. The step runs for each key of the event. Its result replaces the
 * document; undefined removes it.
 */
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

/** Uses one step for several event types. */
export const onEach = <D>(types: readonly EventType[], step: Step<D>): Steps<D> => Object.fromEntries(types.map((type) => [type, step]));

/** The last change of a document: its time (ISO 8601), and the reference of the actor that made it. */
export interface LastChange {
  readonly endret: string;
  readonly endretAv: string;
}
export const changeBy = ({ metadata }: RecordedEvent): LastChange => ({ endret: metadata.time, endretAv: metadata.actor });

/** The effect of an aggregate's events on the content that views show. `step` returns undefined when the content is removed. */
export interface Evolution<C> {
  readonly types: readonly EventType[];
  readonly step: (before: C | undefined, event: Recorded) => C | undefined;
}

/**
 * Derives an `Evolution` from the aggregate's own `evolve`, so that views and decisions merge fields by the same code.
 * @param stateOf the aggregate's state that has this content.
 * @param contentOf the content of a state; undefined when it has none.
 */
export const evolution = <S, C>(
  aggregate: AnyDecider & { readonly initialState: S },
  stateOf: (content: C) => NoInfer<S>,
  contentOf: (state: NoInfer<S>) => C | undefined,
): Evolution<C> => ({
  types: Object.keys(aggregate.evolve) as EventType[],
  step: (before, event) => contentOf(evolve(aggregate, before === undefined ? aggregate.initialState : stateOf(before), event) as S),
});

/** The key of a stream's only document in a view: `<tenant>/<id>`. */
export const streamKey = ({ stream }: RecordedEvent): string => documentKey(stream.tenant, stream.id);
export const documentKey = (tenant: string, id: string): string => `${tenant}/${id}`;

/** Throws when the document is missing. Then the projection is wrong, and the view stops. */
export function existing<D>(document: D | undefined): D {
  if (document === undefined) throw new Error('The event concerns a document that the view does not have');
  return document;
}
