import { deepEqual } from './kernel/changes.js';
import type { Decider, Event, NoData } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { requireOpen, type Context } from './organisation-status.js';
import type { Instant } from './values/instant.js';
import type { Lenke } from './values/lenke.js';
import type { Driftsmeldingstekst, Lenketekst } from './values/text.js';
import { covers, parseTidsperiode, type Tidsperiode } from './values/tidsperiode.js';

/** The subject of a driftsmelding, which decides the page that shows it. FORSENDELSE is "Post fra kommunen". */
export const kategorier = ['FAKTURA', 'FORSENDELSE', 'EIENDOM', 'SAK', 'SKJEMA', 'OPPGAVE'] as const;
export type Kategori = (typeof kategorier)[number];

/** The severity of a driftsmelding. */
export const meldingTyper = ['INFORMASJON', 'ADVARSEL', 'FEIL'] as const;
export type MeldingType = (typeof meldingTyper)[number];

export interface Innhold {
  readonly innhold: Driftsmeldingstekst;
  readonly kategori: Kategori;
  readonly meldingType: MeldingType;
  /** `url` and `urlTekst` are given together or not at all. */
  readonly url?: Lenke;
  readonly urlTekst?: Lenketekst;
}
export interface Driftsmelding extends Innhold, Tidsperiode {}
/** A new content. The period stays as it is unless there is a new one, which makes a withdrawn message seen again. */
export interface Endring extends Innhold {
  readonly periode?: Tidsperiode;
}

export type DriftsmeldingEvent =
  | Event<'DriftsmeldingPublished', Driftsmelding>
  | Event<'DriftsmeldingChanged', Innhold>
  | Event<'DriftsmeldingPeriodChanged', Tidsperiode>
  | Event<'DriftsmeldingWithdrawn', NoData>;

type State =
  | { readonly status: 'unknown' }
  | { readonly status: 'published' | 'withdrawn'; readonly melding: Driftsmelding };

/** Whether citizens see a driftsmelding. It is seen earlier when its period has ended, or when it has been withdrawn. */
export const synligheter = ['SYNLIG', 'KOMMENDE', 'TIDLIGERE'] as const;
type Synlighet = (typeof synligheter)[number];

/** The visibility of a driftsmelding at a moment. */
export function synlighetOf(melding: Tidsperiode & { readonly trukketTilbake?: boolean }, moment: Instant): Synlighet {
  if (!melding.trukketTilbake && covers(melding, moment)) return 'SYNLIG';
  return !melding.trukketTilbake && melding.startDato !== undefined && moment < melding.startDato ? 'KOMMENDE' : 'TIDLIGERE';
}

/** A message to citizens about current operations, shown on one page. Its period may be open-ended. */
export const driftsmelding = {
  name: 'driftsmelding',
  initialState: { status: 'unknown' } as State,
  guard: (_state, context) => {
    requireOpen(context);
  },
  evolve: {
    DriftsmeldingPublished: (_state, melding) => ({ status: 'published', melding }),
    DriftsmeldingChanged: (state, innhold) => {
      const { status, melding } = known(state);
      return { status, melding: { ...innhold, ...periodeOf(melding) } };
    },
    DriftsmeldingPeriodChanged: (state, periode) => ({ status: 'published', melding: { ...innholdOf(known(state).melding), ...periode } }),
    DriftsmeldingWithdrawn: (state) => ({ status: 'withdrawn', melding: known(state).melding }),
  },
  decide: {
    PublishDriftsmelding(state: State, melding: Driftsmelding): readonly DriftsmeldingEvent[] {
      const data = { ...innholdOf(melding), ...parseTidsperiode(melding) };
      requireLinkWithText(data);
      if (state.status === 'unknown') return [{ type: 'DriftsmeldingPublished', data }];
      if (state.status === 'published' && deepEqual(state.melding, data)) return [];
      return refuse('conflict', 'DRIFTSMELDING_FINNES', 'Det finnes allerede en driftsmelding med denne id-en. Gi den en ny periode for å bruke den igjen.');
    },

    /** Changes the period too when one is given, in the same append, so that nobody sees a message with half of a change. */
    ChangeDriftsmelding(state: State, { periode, ...innhold }: Endring): readonly DriftsmeldingEvent[] {
      const { melding } = known(state);
      requireLinkWithText(innhold);
      const changed: readonly DriftsmeldingEvent[] = deepEqual(innholdOf(melding), innhold) ? [] : [{ type: 'DriftsmeldingChanged', data: innhold }];
      return periode === undefined ? changed : [...changed, ...changePeriod(state, periode)];
    },

    /** Also the way to reuse an earlier message, or one that was withdrawn: same id, new period. */
    ChangeDriftsmeldingPeriod: changePeriod,

    WithdrawDriftsmelding(state: State): readonly DriftsmeldingEvent[] {
      return known(state).status === 'withdrawn' ? [] : [{ type: 'DriftsmeldingWithdrawn', data: {} }];
    },
  },
} satisfies Decider<State, DriftsmeldingEvent, Context>;

function changePeriod(state: State, periode: Tidsperiode): readonly DriftsmeldingEvent[] {
  const { status, melding } = known(state);
  const data = parseTidsperiode(periode);
  return status === 'published' && deepEqual(periodeOf(melding), data) ? [] : [{ type: 'DriftsmeldingPeriodChanged', data }];
}

function known(state: State): Exclude<State, { readonly status: 'unknown' }> {
  return state.status === 'unknown' ? refuse('missing', 'IKKE_FUNNET', 'Fant ikke driftsmeldingen.') : state;
}

/** Refuses (`invalid`) a link without a text, and a text without a link. */
export function requireLinkWithText({ url, urlTekst }: Innhold): void {
  if ((url === undefined) !== (urlTekst === undefined))
    refuse('invalid', 'LENKE_UTEN_TEKST', 'En lenke må ha en lenketekst, og en lenketekst må ha en lenke.', url === undefined ? 'url' : 'urlTekst');
}

const innholdOf = ({ innhold, kategori, meldingType, url, urlTekst }: Innhold): Innhold => ({
  innhold,
  kategori,
  meldingType,
  ...(url !== undefined && { url }),
  ...(urlTekst !== undefined && { urlTekst }),
});
const periodeOf = ({ startDato, sluttDato }: Tidsperiode): Tidsperiode => ({
  ...(startDato !== undefined && { startDato }),
  ...(sluttDato !== undefined && { sluttDato }),
});

