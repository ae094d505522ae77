/** Something that happened: a name that is unique in the system, and its data. */
export interface Event<T extends string = string, D extends object = object> {
  readonly type: T;
  readonly data: D;
}

/** The data of what needs no data. */
export type Nothing = Readonly<Record<string, never>>;

/**
 * One aggregate as data and functions. `decide` returns what happens; `[]` means "already so"; a refusal is thrown.
 * `guard` holds what must be true before any of its commands is considered. `C` is what a decision may know beside its
 * own state.
 */
export interface Decider<S, E extends Event, C = unknown> {
  readonly name: string;
  readonly initialState: S;
  readonly guard?: (state: S, context: C) => void;
  readonly evolve: { readonly [K in E['type']]: (state: S, data: Extract<E, { type: K }>['data']) => S };
  readonly decide: Readonly<Record<string, (state: S, data: never, context: C) => readonly E[]>>;
}

// Any decider at all: what generic code over the registry works with.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyDecider = Decider<any, any, any>;

export type StateOf<D extends AnyDecider> = D['initialState'];
export type EventOf<D extends AnyDecider> = ReturnType<D['decide'][CommandName<D>]>[number];
export type CommandName<D extends AnyDecider> = keyof D['decide'] & string;
export type CommandData<D extends AnyDecider, C extends CommandName<D>> =
  Parameters<D['decide'][C]> extends [unknown, infer P, ...unknown[]] ? P : Nothing;
/** The commands of an aggregate, derived from its `decide` functions. */
export type CommandOf<D extends AnyDecider> = {
  [C in CommandName<D>]: { readonly type: C; readonly data: CommandData<D, C> };
}[CommandName<D>];

/** The state after one more event. An event that the aggregate does not know is an error, never skipped. */
export function evolve<D extends AnyDecider>(decider: D, state: StateOf<D>, event: Event): StateOf<D> {
  if (!Object.hasOwn(decider.evolve, event.type)) throw new Error(`${decider.name} does not know the event ${event.type}`);
  const step = decider.evolve[event.type] as (state: StateOf<D>, data: object) => StateOf<D>;
  return step(state, event.data);
}

/** The state that a history of events amounts to. */
export function fold<D extends AnyDecider>(decider: D, events: Iterable<Event>): StateOf<D> {
  let state = decider.initialState as StateOf<D>;
  for (const event of events) state = evolve(decider, state, event);
  return state;
}

/** What a command makes happen in a given state. Throws `DomainError` when it is refused. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function decide<D extends Decider<any, any, C>, C>(
  decider: D,
  state: StateOf<D>,
  command: CommandOf<D>,
  context: C,
): readonly EventOf<D>[] {
  if (!Object.hasOwn(decider.decide, command.type)) throw new Error(`${decider.name} has no command ${command.type}`);
  const decision = decider.decide[command.type] as (
    state: StateOf<D>,
    data: unknown,
    context: C,
  ) => readonly EventOf<D>[];
  decider.guard?.(state, context);
  return decision(state, command.data, context);
}
