import { deepEqual } from './kernel/changes.js';
import type { Decider, Event } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import type { Context } from './organisation-status.js';
import type { Instant } from './values/instant.js';
import type { Funntekst, Konklusjon } from './values/text.js';
import type { Uuid } from './values/uuid.js';

/** A line of the innsynslogg that an auditor has found something in. */
export interface Funn {
  /** The id of the line. It refers to nobody once the line is deleted. */
  readonly linje: Uuid;
  readonly tekst: Funntekst;
}
/** A review of an organisation's innsynslogg: the period, the conclusion, and the findings. */
export interface Innsynsgjennomgang {
  readonly fra: Instant;
  /** The end of the period, exclusive. */
  readonly til: Instant;
  readonly konklusjon: Konklusjon;
  readonly funn: readonly Funn[];
}

export type InnsynsgjennomgangEvent = Event<'InnsynsloggReviewed', Innsynsgjennomgang>;

interface State {
  readonly gjennomgang?: Innsynsgjennomgang;
}

/** A review of the innsynslogg by an auditor. It is a record, so nobody changes it afterwards. */
export const innsynsgjennomgang = {
  name: 'innsynsgjennomgang',
  initialState: {} as State,
  evolve: { InnsynsloggReviewed: (_state, gjennomgang) => ({ gjennomgang }) },
  decide: {
    ReviewInnsynslogg(state: State, gjennomgang: Innsynsgjennomgang, { now }: Context): readonly InnsynsgjennomgangEvent[] {
      if (gjennomgang.til <= gjennomgang.fra) refuse('invalid', 'UGYLDIG_TIDSPERIODE', 'Slutten på perioden må være etter starten.', 'til');
      if (gjennomgang.til > now) refuse('invalid', 'PERIODE_IKKE_OVER', 'Perioden må være over før den kan gjennomgås.', 'til');
      if (!state.gjennomgang) return [{ type: 'InnsynsloggReviewed', data: gjennomgang }];
      if (deepEqual(state.gjennomgang, gjennomgang)) return [];
      return refuse('conflict', 'GJENNOMGANG_FINNES', 'Det finnes allerede en gjennomgang med denne id-en. En gjennomgang kan ikke endres.');
    },
  },
} satisfies Decider<State, InnsynsgjennomgangEvent, Context>;
