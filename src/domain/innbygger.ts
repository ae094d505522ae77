import type { Decider, Event, NoData } from './kernel/decider.js';

export type InnbyggerEvent = Event<'PersonForgotten', NoData>;

interface State {
  readonly forgotten: boolean;
}

/**
 * A person with stored data, under a random reference that is both tenant and id of the stream. A forgotten person who
 * logs in again gets a new reference, and counts as a new person.
 */
export const innbygger = {
  name: 'innbygger',
  initialState: { forgotten: false } as State,
  evolve: { PersonForgotten: () => ({ forgotten: true }) },
  decide: {
    ForgetPerson(state: State, _data: NoData): readonly InnbyggerEvent[] {
      return state.forgotten ? [] : [{ type: 'PersonForgotten', data: {} }];
    },
  },
} satisfies Decider<State, InnbyggerEvent>;
