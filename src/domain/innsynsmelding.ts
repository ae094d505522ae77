import { deepEqual } from './kernel/changes.js';
import type { Decider, Event, NoData } from './kernel/decider.js';
import type { Context } from './organisation-status.js';
import { requireOpen } from './organisation-status.js';
import type { EksternRef } from './values/ekstern-ref.js';
import type { Instant } from './values/instant.js';
import { meldingstyper, type Meldingstype, type Meldingsversjon } from './values/meldingstype.js';
import type { Organisasjonsnummer } from './values/organisasjonsnummer.js';
import type { PersonId } from './values/person-id.js';
import type { Uuid } from './values/uuid.js';

/** The audience of a message. A person is a reference; a property is in the form of KS Fiks (`3807-60/38/0/0`). */
export type EksponertFor =
  | { readonly type: 'FODSELSNUMMER'; readonly verdi: PersonId }
  | { readonly type: 'ORGANISASJONSNUMMER'; readonly verdi: Organisasjonsnummer }
  | { readonly type: 'MATRIKKELNUMMER'; readonly verdi: string }
  | { readonly type: 'OFFENTLIG' };

/** The envelope of a message: everything but its encrypted metadata. */
export interface Konvolutt {
  readonly versjon: Meldingsversjon;
  /** The login level required to see the message: 3 or 4, or 0 when none is required. */
  readonly sikkerhetsniva: number;
  readonly eksponertFor: EksponertFor;
  /** The sender's own reference to a group of messages. */
  readonly eksternRef?: EksternRef;
  /** The message is hidden from this moment on. */
  readonly tilgjengeligTil?: Instant;
  /** The SvarUt account that sent the letter. */
  readonly kontoId?: Uuid;
  /** A keyed digest of the metadata: equal for equal metadata. It reveals nothing once the key is destroyed. */
  readonly avtrykk: string;
}
export interface Innsynsmelding extends Konvolutt {
  /** The metadata, encrypted under the key of the subject in `eksponertFor`. */
  readonly forseglet: string;
}

/** The reasons for which a command may delete a message. `UTLOPT` comes from expiry only. */
export const slettegrunner = ['AVSENDER', 'ADMINISTRATOR', 'GLEMT'] as const;
export type Slettegrunn = (typeof slettegrunner)[number] | 'UTLOPT';

export type InnsynsmeldingEvent =
  | Event<'MeldingIndexed', Innsynsmelding>
  | Event<'MeldingDeleted', { readonly grunn: Slettegrunn }>;

interface Sletting {
  readonly grunn: (typeof slettegrunner)[number];
  readonly type?: Meldingstype;
}

interface State {
  /** Missing before the first indexing and after a deletion. */
  readonly melding?: Konvolutt;
}

/**
 * A message from one integration to the citizens of one organisation, such as a mappe or a faktura. Innsyn is a cache of
 * the senders' systems, so the same message arrives many times, also after a deletion. An unchanged message yields no event.
 */
export const innsynsmelding = {
  name: 'innsynsmelding',
  initialState: {} as State,
  evolve: {
    MeldingIndexed: (_state, { forseglet: _sealed, ...melding }) => ({ melding }),
    MeldingDeleted: () => ({}),
  },
  decide: {
    IndexMelding(state: State, melding: Innsynsmelding, context: Context): readonly InnsynsmeldingEvent[] {
      requireOpen(context);
      const { forseglet: _sealed, ...konvolutt } = melding;
      return deepEqual(state.melding, konvolutt) ? [] : [{ type: 'MeldingIndexed', data: melding }];
    },

    /** Deletes the message if it is of the type, when one is given. */
    DeleteMelding({ melding }: State, { grunn, type }: Sletting): readonly InnsynsmeldingEvent[] {
      return melding && (type === undefined || meldingstyper[melding.versjon] === type) ? [{ type: 'MeldingDeleted', data: { grunn } }] : [];
    },

    /** Deletes the message if it has expired. Decided here, because its time may have been extended since the sweep found it. */
    ExpireMelding({ melding }: State, _data: NoData, { now }: Context): readonly InnsynsmeldingEvent[] {
      const over = melding?.tilgjengeligTil !== undefined && melding.tilgjengeligTil <= now;
      return over ? [{ type: 'MeldingDeleted', data: { grunn: 'UTLOPT' } }] : [];
    },
  },
} satisfies Decider<State, InnsynsmeldingEvent, Context>;
