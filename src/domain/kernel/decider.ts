/** A domain event: a type name that is unique in the system, and its data. */
export interface Event<T extends string = string, D extends object = object> {
  readonly type: T;
  readonly data: D;
}

/** An event as a fold takes it. A stored event names the reference of its actor; a new one does not yet. */
export type FoldedEvent = Event & { readonly metadata?: { readonly actor: string } };

/** The data of an event or a command that carries none. */
export type NoData = Readonly<Record<string, never>>;

/** A value that at most one organisation may have, over all streams. */
export interface Claim {
  /** The kind of value and the value, such as `kommunenummer/4601`. Ends up in a stream's name. */
  readonly value: string;
  /** Refuses (`conflict`) because another organisation has the value. `holder` is its fiksOrgId. */
  readonly refuse: (holder: string) => never;
}

/**
 * An aggregate as data and functions (the decider pattern). `decide` returns the new events; `[]` means "already so". A
 * refusal is thrown as `DomainError`. `evolve` is also told who caused a stored event. `guard` runs before every command and
 * throws when a common precondition fails. `claims` names the values that an event gives the stream's organisation, and
 * nobody else; `id` is the stream's id. `C` is the context: the input of a decision beside the aggregate's own state.
 */
export interface Decider<S, E extends Event, C = unknown> {
  readonly name: string;
  readonly initialState: S;
  readonly guard?: (state: S, context: C) => void;
  readonly evolve: { readonly [K in E['type']]: (state: S, data: Extract<E, { type: K }>['data'], actor?: string) => S };
  readonly claims?: (event: E, id: string) => readonly Claim[];
  readonly decide: Readonly<Record<string, (state: S, data: never, context: C) => readonly E[]>>;
}

// The type for generic code over the registry of aggregates.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyDecider = Decider<any, any, any>;

export type StateOf<D extends AnyDecider> = D['initialState'];
export type EventOf<D extends AnyDecider> = ReturnType<D['decide'][CommandName<D>]>[number];
export type CommandName<D extends AnyDecider> = keyof D['decide'] & string;
export type CommandData<D extends AnyDecider, C extends CommandName<D>> =
  Parameters<D['decide'][C]> extends [unknown, infer P, ...unknown[]] ? P : NoData;
/** The commands of an aggregate, derived from its `decide` functions. */
export type CommandOf<D extends AnyDecider> = {
  [C in CommandName<D>]: { readonly type: C; readonly data: CommandData<D, C> };
}[CommandName<D>];

/** The state after one more event. Throws on an event type that the aggregate does not know, instead of skipping it. */
export function evolve<D extends AnyDecider>(decider: D, state: StateOf<D>, event: FoldedEvent): StateOf<D> {
  if (!Object.hasOwn(decider.evolve, event.type)) throw new Error(`${decider.name} does not know the event ${event.type}`);
  const step = decider.evolve[event.type] as (state: StateOf<D>, data: object, actor?: string) => StateOf<D>;
  return step(state, event.data, event.metadata?.actor);
}

/** Folds a stream's events, oldest first, into its state. */
export function fold<D extends AnyDecider>(decider: D, events: Iterable<FoldedEvent>): StateOf<D> {
  let state = decider.initialState as StateOf<D>;
  for (const event of events) state = evolve(decider, state, event);
  return state;
}

/** The events that a command yields in a given state. Throws `DomainError` when the command is refused. */
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
