import type { Decider, Event, Nothing } from './kernel/decider.js';

export type InnbyggerEvent = Event<'PersonForgotten', Nothing>;

interface State {
  readonly forgotten: boolean;
}

/**
 * A person whom something is kept about, under a random reference: the stream's tenant and id alike. Who logs in after
 * having been forgotten gets another reference, and is somebody new.
 */
export const innbygger = {
  name: 'innbygger',
  initialState: { forgotten: false } as State,
  evolve: { PersonForgotten: () => ({ forgotten: true }) },
  decide: {
    ForgetPerson(state: State, _data: Nothing): readonly InnbyggerEvent[] {
      return state.forgotten ? [] : [{ type: 'PersonForgotten', data: {} }];
    },
  },
} satisfies Decider<State, InnbyggerEvent>;
