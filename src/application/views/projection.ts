import type { EventType } from '../../domain/index.js';
import { evolve, type AnyDecider } from '../../domain/kernel/decider.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { Projection, Recorded } from '../ports/projection.js';

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

/** The same step for each of the events. */
export const onEach = <D>(types: readonly EventType[], step: Step<D>): Steps<D> => Object.fromEntries(types.map((type) => [type, step]));

/** How the events of an aggregate change what the views show of it; nothing when it is gone. */
export interface Evolution<C> {
  readonly types: readonly EventType[];
  readonly step: (before: C | undefined, event: Recorded) => C | undefined;
}

/**
 * The aggregate's own `evolve`, for views that show what its state has: a field is merged in one place.
 * @param stateOf the state that has the content. @param contentOf the content of a state; nothing when there is none.
 */
export const evolution = <S, C>(
  aggregate: AnyDecider & { readonly initialState: S },
  stateOf: (content: C) => NoInfer<S>,
  contentOf: (state: NoInfer<S>) => C | undefined,
): Evolution<C> => ({
  types: Object.keys(aggregate.evolve) as EventType[],
  step: (before, event) => contentOf(evolve(aggregate, before === undefined ? aggregate.initialState : stateOf(before), event) as S),
});

/** The key of the one document that a stream has in a view: tenant and id. */
export const streamKey = ({ stream }: RecordedEvent): string => documentKey(stream.tenant, stream.id);
export const documentKey = (tenant: string, id: string): string => `${tenant}/${id}`;

/** A document that a step rests on. That it is missing means that the projection is wrong, so the view stops. */
export function existing<D>(document: D | undefined): D {
  if (document === undefined) throw new Error('The event concerns a document that the view does not have');
  return document;
}
