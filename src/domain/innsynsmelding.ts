import { same } from './kernel/changes.js';
import type { Decider, Event, Nothing } from './kernel/decider.js';
import type { Context } from './standing.js';
import { requireOpen } from './standing.js';
import type { EksternRef } from './values/ekstern-ref.js';
import type { Instant } from './values/instant.js';
import type { Meldingsversjon } from './values/meldingstype.js';
import type { Organisasjonsnummer } from './values/organisasjonsnummer.js';
import type { PersonId } from './values/person-id.js';
import type { Uuid } from './values/uuid.js';

/** Whom a message is for. A person is a reference; a property is in the form of KS Fiks (`3807-60/38/0/0`). */
export type EksponertFor =
  | { readonly type: 'FODSELSNUMMER'; readonly verdi: PersonId }
  | { readonly type: 'ORGANISASJONSNUMMER'; readonly verdi: Organisasjonsnummer }
  | { readonly type: 'MATRIKKELNUMMER'; readonly verdi: string }
  | { readonly type: 'OFFENTLIG' };

/** What is known of a message without reading what it says. */
export interface Konvolutt {
  readonly versjon: Meldingsversjon;
  /** The login level that it takes to see it: 3 or 4; 0 for none. */
  readonly sikkerhetsniva: number;
  readonly eksponertFor: EksponertFor;
  /** A group of the sender's own. */
  readonly eksternRef?: EksternRef;
  /** Not to be seen from this moment on. */
  readonly tilgjengeligTil?: Instant;
  /** The SvarUt account that it was sent from. */
  readonly kontoId?: Uuid;
  /** A keyed digest of the metadata: equal for equal metadata, and telling nothing once the key is gone. */
  readonly avtrykk: string;
}
export interface Innsynsmelding extends Konvolutt {
  /** The metadata, encrypted under the key of the one it is exposed for. */
  readonly forseglet: string;
}

/** Why a message is gone. */
export const slettegrunner = ['AVSENDER', 'ADMINISTRATOR', 'GLEMT'] as const;
export type Slettegrunn = (typeof slettegrunner)[number] | 'UTLOPT';

export type InnsynsmeldingEvent =
  | Event<'MeldingIndexed', Innsynsmelding>
  | Event<'MeldingDeleted', { readonly grunn: Slettegrunn }>;

interface State {
  /** Missing when there is no message, or no more. */
  readonly melding?: Konvolutt;
}

/**
 * What one integration tells the citizens of one organisation: a mappe, a faktura … Innsyn is a cache: the same message
 * comes again and again, also after it has been deleted, and an unchanged one makes nothing happen.
 */
export const innsynsmelding = {
  name: 'innsynsmelding',
  initialState: {} as State,
  evolve: {
    MeldingIndexed: (_state, { forseglet: _sealed, ...melding }) => ({ melding }),
    MeldingDeleted: () => ({}),
  },
  decide: {
    IndexMelding(state: State, melding: Innsynsmelding, { standing }: Context): readonly InnsynsmeldingEvent[] {
      requireOpen(standing);
      const { forseglet: _sealed, ...konvolutt } = melding;
      return same(state.melding, konvolutt) ? [] : [{ type: 'MeldingIndexed', data: melding }];
    },

    DeleteMelding(state: State, { grunn }: { readonly grunn: (typeof slettegrunner)[number] }): readonly InnsynsmeldingEvent[] {
      return state.melding ? [{ type: 'MeldingDeleted', data: { grunn } }] : [];
    },

    /** Deletes it if its time is over; it may have been given more since it was found. */
    ExpireMelding({ melding }: State, _data: Nothing, { now }: Context): readonly InnsynsmeldingEvent[] {
      const over = melding?.tilgjengeligTil !== undefined && melding.tilgjengeligTil <= now;
      return over ? [{ type: 'MeldingDeleted', data: { grunn: 'UTLOPT' } }] : [];
    },
  },
} satisfies Decider<State, InnsynsmeldingEvent, Context>;
