import fc from 'fast-check';
import { kategorier, meldingTyper } from '../../src/domain/driftsmelding.js';
import { domain, type AggregateName, type Domain } from '../../src/domain/index.js';
import { slettegrunner } from '../../src/domain/innsynsmelding.js';
import { lagringsvalg } from '../../src/domain/integrasjon.js';
import { decide, evolve, fold, type AnyDecider, type CommandData, type CommandName, type Event } from '../../src/domain/kernel/decider.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import { rettetMotVerdier } from '../../src/domain/kommunal-tjeneste.js';
import type { Context } from '../../src/domain/organisation-status.js';
import { privilegier } from '../../src/domain/privilegier.js';
import type { Tjenestekode } from '../../src/domain/tjeneste.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { meldingstyper, type Meldingsversjon } from '../../src/domain/values/meldingstype.js';
import { organisasjonstyper } from '../../src/domain/values/organisasjonstype.js';
import { parseDriftsmeldingstekst, parseIntegrasjonsnavn, parseTittel } from '../../src/domain/values/text.js';
import { parseTidsperiode } from '../../src/domain/values/tidsperiode.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { openContext, openStanding } from '../support/given.js';
import { byggesaker, fellesIntegrasjon, kari, kommune, konto, kulturskole, mappe, melding, meldingMedLenke, ola, periode, ressurser, sakssystem, signeringsdato, tilknytning, uavklartKommune, url } from './examples.js';

// Few values of each kind, so that random commands meet each other's traces.
type Commands<D extends AnyDecider> = { readonly [C in CommandName<D>]: fc.Arbitrary<CommandData<D, C>> };

const none = fc.constant({});
const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const person = fc.record({ personId: one(kari, ola) });
const undertjeneste = one(...undertjenester);
const tjenesteadministrator = fc.record({ undertjeneste, personId: one(kari, ola) });
const tilgang = fc.record({ privilegium: one(...privilegier.map(({ navn }) => navn)), undertjeneste });
const signeringId = one('a', 'b', 'c');
const integrasjon = one(sakssystem, fellesIntegrasjon, { ...sakssystem, navn: parseIntegrasjonsnavn('Čuolbma') });
const tjeneste = fc.record({
  tittel: one(kulturskole.tittel, parseTittel('SFO')),
  lenke: one(kulturskole.lenke, url),
  rettetMot: one(...rettetMotVerdier),
});
const lenke = fc.record({
  tittel: one(byggesaker.tittel, parseTittel('Kart')),
  mal: one(byggesaker.mal, parseLenkemal('https://kart.kommune.no')),
});
const innhold = fc
  .tuple(
    one(melding, meldingMedLenke, { ...melding, url }, { ...melding, innhold: parseDriftsmeldingstekst('Hei') }),
    one(...kategorier),
    one(...meldingTyper),
  )
  .map(([base, kategori, meldingType]) => ({ ...base, kategori, meldingType }));
const tidsperiode = one({}, periode, parseTidsperiode({ startDato: '2026-12-01T00:00:00Z' }), {
  startDato: periode.sluttDato!,
  sluttDato: periode.startDato!,
});
const some = <T extends object>(all: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.tuple(all, fc.func(fc.boolean())).map(
    ([value, keep]) => Object.fromEntries(Object.entries(value).filter(([key]) => keep(key))) as Partial<T>,
  );

// Every command of the domain must be here, or this does not compile.
const commands: { readonly [A in AggregateName]: Commands<Domain[A]> } = {
  organisasjon: {
    RegisterOrganisasjon: fc
      .tuple(one(kommune, uavklartKommune), one(...organisasjonstyper))
      .map(([registrering, type]) => ({ ...registrering, type })),
    RecordHovedavtale: fc.constant({ signeringsdato }),
    AppointAdministrator: person,
    DismissAdministrator: person,
  },
  tjeneste: {
    AdoptTjeneste: fc.constant({ ressurser }),
    StartTjenestevedleggSigning: fc.record({ signeringId, versjon: one('1', '2') }),
    RecordTjenestevedleggSigned: fc.record({ signeringId, signeringsdato: fc.constant(signeringsdato) }),
    RecordTjenestevedleggRejected: fc.record({ signeringId }),
    ConfigureTjeneste: fc.record({ kode: one<Tjenestekode>('MIN_KOMMUNE', ...undertjenester) }),
    AddTjenesteadministrator: tjenesteadministrator,
    RemoveTjenesteadministrator: tjenesteadministrator,
  },
  integration: {
    CreateIntegration: integrasjon,
    ChangeIntegration: some(integrasjon.map(({ navn, beskrivelse, autorisertOrgnr }) => ({ navn, beskrivelse, autorisertOrgnr }))),
    GenerateIntegrationPassword: fc.record({ passordHash: one('x', 'y') }),
    GrantAccess: tilgang,
    RevokeAccess: tilgang,
    AttachIntegration: fc.record({
      undertjeneste,
      integrasjon: one(tilknytning.integrasjon, { ...tilknytning.integrasjon, global: false }),
      tilganger: fc.uniqueArray(one(...privilegier.map(({ navn }) => navn))),
    }),
    DetachIntegration: fc.record({ undertjeneste }),
    ChooseDocumentStorage: fc.record({ lagring: one(...lagringsvalg) }),
    DeleteIntegration: none,
  },
  svarUt: {
    EnableSvarUtAccount: one(konto, { kontoId: parseUuid('c2a1f0de-2b1c-4d59-8a55-9a7c2f3b4d02') }),
    DisableSvarUtAccount: one(konto, { kontoId: parseUuid('c2a1f0de-2b1c-4d59-8a55-9a7c2f3b4d02') }),
  },
  kommunalTjeneste: {
    CreateKommunalTjeneste: tjeneste,
    ChangeKommunalTjeneste: some(tjeneste),
    StarKommunalTjeneste: none,
    UnstarKommunalTjeneste: none,
    RemoveKommunalTjeneste: none,
  },
  eiendomslenke: { CreateEiendomslenke: lenke, ChangeEiendomslenke: some(lenke), RemoveEiendomslenke: none },
  driftsmelding: {
    PublishDriftsmelding: fc.tuple(innhold, tidsperiode).map(([first, second]) => ({ ...first, ...second })),
    ChangeDriftsmelding: innhold,
    ChangeDriftsmeldingPeriod: tidsperiode,
    WithdrawDriftsmelding: none,
  },
  innsynsmelding: {
    IndexMelding: fc
      .record({
        versjon: one(...(Object.keys(meldingstyper) as Meldingsversjon[])),
        avtrykk: one('a', 'b'),
        forseglet: one('x', 'y'),
        tilgjengeligTil: one(mappe.tilgjengeligTil, openContext.now, undefined),
      })
      .map(({ tilgjengeligTil, ...rest }) => {
        const { tilgjengeligTil: _theirs, ...always } = mappe;
        return { ...always, ...rest, ...(tilgjengeligTil && { tilgjengeligTil }) };
      }),
    DeleteMelding: fc.record({ grunn: one(...slettegrunner) }),
    ExpireMelding: none,
  },
  innbygger: { ForgetPerson: none },
};

const contexts: fc.Arbitrary<Context> = fc
  .record({
    harHovedavtale: fc.boolean(),
    tjenestevedleggSigned: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  })
  .map((flags) => ({ ...openContext, organisation: { ...openStanding, ...flags } }));

/** What happens; nothing when it is refused. Any other error fails the property. */
function happens(decider: AnyDecider, state: unknown, command: { type: string; data: unknown }, context: Context): readonly Event[] {
  try {
    return decide(decider, state, command as never, context) as readonly Event[];
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

describe('En godtatt kommando som sendes en gang til', () => {
  it.each(Object.keys(commands) as AggregateName[])('endrer ingenting i %s, uansett hva som har skjedd før', (aggregate) => {
    const decider: AnyDecider = domain[aggregate];
    const anyCommand = fc.oneof(
      ...Object.entries<fc.Arbitrary<unknown>>(commands[aggregate]).map(([type, data]) =>
        fc.record({ type: fc.constant(type), data }),
      ),
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCommand, contexts), { maxLength: 30, size: 'max' }), (sequence) => {
        const history: Event[] = [];
        let state: unknown = decider.initialState;
        for (const [command, context] of sequence) {
          for (const event of happens(decider, state, command, context)) {
            seen.add(event.type);
            history.push(event);
            state = evolve(decider, state, event);
          }
          expect(happens(decider, state, command, context)).toStrictEqual([]);
        }
        expect(fold(decider, JSON.parse(JSON.stringify(history)) as Event[])).toEqual(state);
      }),
      // Always the same sequences: which events happen in them must not be left to chance.
      { numRuns: 400, seed: 20261123 },
    );
    // The property says nothing about an event that never happened.
    expect([...seen].sort()).toEqual(Object.keys(decider.evolve).sort());
  });
});
