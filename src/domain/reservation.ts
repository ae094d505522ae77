import type { Decider, Event } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';

export interface Reservert {
  /** The organisation that has the value. */
  readonly fiksOrgId: string;
}
export type ReservationEvent = Event<'ValueReserved', Reservert>;

/** Nobody has the value while `fiksOrgId` is missing. */
type State = Partial<Reservert>;

/**
 * The reservation of a value that at most one organisation may have. The value is the stream's id. An organisation keeps its
 * values for ever: the id of a deleted integration is never another organisation's.
 */
export const reservation = {
  name: 'reservation',
  initialState: {} as State,
  evolve: { ValueReserved: (_, reservert) => reservert },
  decide: {
    ReserveValue(state: State, { fiksOrgId }: Reservert): readonly ReservationEvent[] {
      if (state.fiksOrgId === undefined) return [{ type: 'ValueReserved', data: { fiksOrgId } }];
      if (state.fiksOrgId === fiksOrgId) return [];
      return refuse('conflict', 'VERDI_I_BRUK', 'Verdien tilhører en annen organisasjon.');
    },
  },
} satisfies Decider<State, ReservationEvent>;
