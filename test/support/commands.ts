import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { kategorier, meldingTyper } from '../../src/domain/driftsmelding.js';
import { domain, type AggregateName, type Domain, type DomainEvent, type EventType } from '../../src/domain/index.js';
import { slettegrunner } from '../../src/domain/innsynsmelding.js';
import { lagringsvalg } from '../../src/domain/integrasjon.js';
import { fold, type AnyDecider, type CommandData, type CommandName } from '../../src/domain/kernel/decider.js';
import { rettetMotVerdier } from '../../src/domain/kommunal-tjeneste.js';
import { privilegier } from '../../src/domain/privilegier.js';
import type { Tjenestekode } from '../../src/domain/tjeneste.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { meldingstyper, type Meldingsversjon } from '../../src/domain/values/meldingstype.js';
import { organisasjonstyper } from '../../src/domain/values/organisasjonstype.js';
import { parseDriftsmeldingstekst, parseIntegrasjonsnavn, parseTittel } from '../../src/domain/values/text.js';
import { parseTidsperiode } from '../../src/domain/values/tidsperiode.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { byggesaker, fellesIntegrasjon, gjennomgang, kari, kommune, konto, kulturskole, mappe, melding, meldingMedLenke, nedetid, ola, oppsigelse, periode, ressurser, sakssystem, signering, signeringsdato, tilknytning, uavklartKommune, url } from '../domain/examples.js';
import { openContext } from './given.js';
import type { Call, Client } from './http.js';
import type { OpenKommune } from './open-kommune.js';

// The catalogue of commands: every command of the domain, once. It feeds the specs that hold for all commands: access rules
// (application/access, e2e/access), stored events (domain/stored-events), and repeated commands
// (domain/repeated-commands). A command without an entry does not compile.

/** The kinds of actors that an organisation deals with. application/access and e2e/access define an actor for each. */
export type Role =
  | 'administrator'
  | 'innsyn' // a tjenesteadministrator of Innsyn
  | 'tjenester' // one of Kommunale tjenester
  | 'eiendommer' // one of Mine eiendommer
  | 'revisor'
  | 'plattform'
  | 'system'
  | 'arkiv' // an integration that may index mapper
  | 'matrikkel'; // an integration that may index nothing

/** The kommune's own administrators and tjenesteadministratorer. */
const underAny = ['administrator', 'innsyn', 'tjenester', 'eiendommer'] as const;

/** One way to send a command, in a kommune whose undertjenester are open. */
export interface Case<Data> {
  /** The history that makes the command produce events. An event type stands for its frozen sample. */
  readonly after?: readonly (EventType | DomainEvent)[];
  readonly data: Data;
  readonly may: readonly Role[];
  /** The HTTP request of the command, or the spec that covers a command without one. */
  readonly http: Http<Data> | { readonly elsewhere: string };
  /** Every actor without permission gets `missing`, even the kommune's own people. Default: only strangers get it. */
  readonly hidden?: true;
}
/** Prepares the request's resources. Returns the request, which any actor can then send. */
export type Http<Data> = (at: OpenKommune, data: Data) => Request | Promise<Request>;
type Request = (client: Client) => Call;

/** A command: its usual case, variants that access rules treat differently, and random data. */
interface Entry<Data> extends Case<Data> {
  readonly variants?: Readonly<Record<string, Case<Data>>>;
  /** Draws from few values of each kind, so that random commands often concern the same things. */
  readonly any: fc.Arbitrary<Data>;
}

type Catalogue = {
  readonly [A in AggregateName]: { readonly [C in CommandName<Domain[A]>]: Entry<CommandData<Domain[A], C>> };
};

const none = fc.constant({});
const one = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
const some = <T extends object>(all: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.tuple(all, fc.func(fc.boolean())).map(
    ([value, keep]) => Object.fromEntries(Object.entries(value).filter(([key]) => keep(key))) as Partial<T>,
  );
const anyPerson = fc.record({ personId: one(kari, ola) });
const anyUtlop = one<string | null | undefined>('2026-11-23', '2027-06-30', null, undefined);
const withUtlop = <T extends object>(all: fc.Arbitrary<T>) =>
  fc.tuple(all, anyUtlop).map(([value, utlop]) => ({ ...value, ...(utlop !== undefined && { utlop }) }));
const anyUndertjeneste = one(...undertjenester);
const anyTjenesteadministrator = fc.record({ undertjeneste: anyUndertjeneste, personId: one(kari, ola) });
const anyPrivilegium = one(...privilegier.map(({ navn }) => navn));
const anyTilgang = fc.record({ privilegium: anyPrivilegium, undertjeneste: anyUndertjeneste });
const anyGjennomgatte = fc.uniqueArray(fc.record({ ressurs: one(openContext.tenant, ressurser.INNSYN), aktor: one(kari, ola), privilegium: one('ADMIN', 'REVISOR') }), { maxLength: 2 });
const anySigneringId = one('a', 'b');
const anyIntegrasjon = one(sakssystem, fellesIntegrasjon, { ...sakssystem, navn: parseIntegrasjonsnavn('Čuolbma') });
const anyKonto = one(konto, { kontoId: parseUuid('c2a1f0de-2b1c-4d59-8a55-9a7c2f3b4d02') });
const anyTjeneste = fc.record({
  tittel: one(kulturskole.tittel, parseTittel('SFO')),
  lenke: one(kulturskole.lenke, url),
  rettetMot: one(...rettetMotVerdier),
});
const anyLenke = fc.record({
  tittel: one(byggesaker.tittel, parseTittel('Kart')),
  mal: one(byggesaker.mal, parseLenkemal('https://kart.kommune.no')),
});
const anyInnhold = fc
  .tuple(
    one(melding, meldingMedLenke, { ...melding, url }, { ...melding, innhold: parseDriftsmeldingstekst('Hei') }),
    one(...kategorier),
    one(...meldingTyper),
  )
  .map(([base, kategori, meldingType]) => ({ ...base, kategori, meldingType }));
const anyPeriode = one({}, periode, parseTidsperiode({ startDato: '2026-12-01T00:00:00Z' }), {
  startDato: periode.sluttDato!,
  sluttDato: periode.startDato!,
});

const { signeringId } = signering;
const innsyn = { undertjeneste: 'INNSYN' } as const;
const indexMapper = { ...innsyn, privilegium: 'INNSYN.INDEX.MAPPE' } as const;
const signed = ['TjenesteAdopted', 'TjenestevedleggSigningStarted', 'TjenestevedleggSigned'] as const;

export const commands: Catalogue = {
  organisasjon: {
    RegisterOrganisasjon: {
      data: kommune,
      may: ['plattform'],
      http: () => (client) => client.post('/min-kommune/api/v1/organisasjoner', { type: 'LEVERANDOR', navn: 'Firma', orgnr: '910753614' }),
      hidden: true,
      any: fc.tuple(one(kommune, uavklartKommune), one(...organisasjonstyper)).map(([registrering, type]) => ({ ...registrering, type })),
    },
    RecordHovedavtale: {
      after: ['OrganisasjonRegistered'],
      data: { signeringsdato },
      may: ['plattform'],
      http: ({ avtaler, fiksOrgId }) => (client) =>
        client.post(avtaler, { avtaleUuid: '3a5d2a2c-7c1e-4d8e-9a53-2f2f4f3b1a10', tjenestekode: 'HOVEDAVTALE', fiksOrgId, signeringsdato: '2026-11-20' }),
      any: fc.constant({ signeringsdato }),
    },
    AppointAdministrator: {
      after: ['OrganisasjonRegistered'],
      data: { personId: kari },
      may: ['administrator', 'plattform'],
      http: (at) => (client) => client.post(at.tilganger(at.fiksOrgId), { aktor: at.someFnr, privilegium: 'ADMIN' }),
      any: withUtlop(anyPerson),
    },
    DismissAdministrator: {
      after: ['OrganisasjonRegistered', 'AdministratorAppointed', { type: 'AdministratorAppointed', data: { personId: ola } }],
      data: { personId: kari },
      may: ['administrator', 'plattform', 'system'],
      http: async (at) => {
        const aktor = await at.grant(at.fiksOrgId, at.someFnr, 'ADMIN');
        return (client) => client.delete(at.tilgang(at.fiksOrgId, aktor, 'ADMIN'));
      },
      any: anyPerson,
    },
    AppointRevisor: {
      after: ['OrganisasjonRegistered', { type: 'AdministratorAppointed', data: { personId: ola } }],
      data: { personId: kari },
      may: ['administrator', 'plattform'],
      http: (at) => (client) => client.post(at.tilganger(at.fiksOrgId), { aktor: at.thirdFnr, privilegium: 'REVISOR' }),
      any: withUtlop(anyPerson),
    },
    DismissRevisor: {
      after: ['OrganisasjonRegistered', 'RevisorAppointed'],
      data: { personId: kari },
      may: ['administrator', 'plattform', 'system'],
      http: async (at) => {
        const aktor = await at.grant(at.fiksOrgId, at.thirdFnr, 'REVISOR');
        return (client) => client.delete(at.tilgang(at.fiksOrgId, aktor, 'REVISOR'));
      },
      any: anyPerson,
    },
    ReviewTilganger: {
      after: ['OrganisasjonRegistered', 'AdministratorAppointed'],
      data: {
        beholdt: [{ ressurs: openContext.tenant, aktor: kari, privilegium: 'ADMIN' }],
        fjernet: [{ ressurs: ressurser.INNSYN, aktor: ola, privilegium: 'ADMIN' }],
      },
      may: ['administrator'],
      http: async (at) => {
        const aktor = await at.grant(at.innsyn, at.otherFnr, 'ADMIN');
        const tilganger = [{ aktor, ressurs: at.innsyn, privilegium: 'ADMIN', avgjorelse: 'BEHOLD' }];
        return (client) => client.post(at.own('tilgangsgjennomgang'), { tilganger });
      },
      any: fc.record({ beholdt: anyGjennomgatte, fjernet: anyGjennomgatte }),
    },
  },
  tjeneste: {
    AdoptTjeneste: {
      data: { ressurser },
      may: ['administrator'],
      http: (at) => (client) => client.post(at.tjeneste('MIN_KOMMUNE/initialiser')),
      any: fc.constant({ ressurser }),
    },
    StartTjenestevedleggSigning: {
      after: ['TjenesteAdopted'],
      data: signering,
      may: ['administrator', 'plattform'],
      http: (at) => {
        at.newTjenestevedlegg();
        return (client) => client.post(`${at.avtaler}/signering/${at.fiksOrgId}/MIN_KOMMUNE`);
      },
      any: fc.record({ signeringId: anySigneringId, versjon: one('1', '2') }),
    },
    RecordTjenestevedleggSigned: {
      after: ['TjenesteAdopted', 'TjenestevedleggSigningStarted'],
      data: { signeringId, signeringsdato },
      may: ['plattform', 'system'],
      // The platform registers a signature on paper.
      http: (at) => {
        const avtaleUuid = at.newTjenestevedlegg();
        return (client) => client.post(at.avtaler, { avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId: at.fiksOrgId });
      },
      any: fc.record({ signeringId: anySigneringId, signeringsdato: fc.constant(signeringsdato) }),
    },
    RecordTjenestevedleggRejected: {
      after: ['TjenesteAdopted', 'TjenestevedleggSigningStarted'],
      data: { signeringId },
      may: ['system'],
      http: { elsewhere: 'e2e/guide' },
      any: fc.record({ signeringId: anySigneringId }),
    },
    TerminateTjenestevedlegg: {
      after: signed,
      data: oppsigelse,
      may: ['administrator', 'plattform'],
      http: async (at) => {
        const body = await at.oppsigelse();
        return (client) => client.post(`${at.avtaler}/oppsigelse`, body);
      },
      any: fc.record({ signeringId: anySigneringId, nedkoblingsdato: one('2026-11-01', '2027-01-01') }).map((one) => ({ ...oppsigelse, ...one })),
    },
    CorrectTjenestevedleggDate: {
      after: signed,
      data: { signeringId, signeringsdato: '2026-11-21' },
      may: ['plattform'],
      http: async (at) => {
        const [id, body] = await at.signertAvtale();
        return (client) => client.put(`${at.avtaler}/${id}`, { ...body, signeringsdato: '2026-11-21' });
      },
      any: fc.record({ signeringId: anySigneringId, signeringsdato: one<string>(signeringsdato, '2026-11-21') }),
    },
    DeleteTjenestevedlegg: {
      after: signed,
      data: { signeringId },
      may: ['plattform'],
      http: async (at) => {
        const [id] = await at.signertAvtale();
        return (client) => client.delete(`${at.avtaler}/${id}`);
      },
      any: fc.record({ signeringId: anySigneringId }),
    },
    ConfigureTjeneste: {
      after: signed,
      data: { kode: 'INNSYN' },
      may: ['administrator'],
      http: (at, { kode }) => (client) => client.post(at.tjeneste(`${kode}/konfigurer`)),
      any: fc.record({ kode: one<Tjenestekode>('MIN_KOMMUNE', ...undertjenester) }),
    },
    AddTjenesteadministrator: {
      after: signed,
      data: { ...innsyn, personId: kari },
      may: ['administrator'],
      http: (at) => (client) => client.post(at.tilganger(at.innsyn), { aktor: at.otherFnr, privilegium: 'ADMIN' }),
      any: withUtlop(anyTjenesteadministrator),
    },
    RemoveTjenesteadministrator: {
      after: [...signed, 'TjenesteadministratorAdded'],
      data: { ...innsyn, personId: kari },
      may: ['administrator', 'system'],
      http: async (at) => {
        const aktor = await at.grant(at.innsyn, at.otherFnr, 'ADMIN');
        return (client) => client.delete(at.tilgang(at.innsyn, aktor, 'ADMIN'));
      },
      any: anyTjenesteadministrator,
    },
  },
  integration: {
    CreateIntegration: {
      data: sakssystem,
      may: underAny,
      http: (at) => (client) => client.post(at.integrasjoner, at.integrasjonBody),
      variants: {
        global: {
          data: fellesIntegrasjon,
          may: ['plattform'],
          http: (at) => (client) => client.post(at.integrasjoner, at.globalIntegrasjonBody),
        },
      },
      any: anyIntegrasjon,
    },
    SetUpIntegration: {
      data: { ...sakssystem, ...innsyn, tilganger: ['INNSYN.INDEX.MAPPE'], lagring: 'DOKUMENTLAGER' },
      may: ['administrator', 'innsyn'],
      http: (at, { undertjeneste, tilganger, lagring }) => (client) => client.post(at.own('integrasjoner'), { ...sakssystem, undertjeneste, tilganger, lagring }),
      variants: {
        'under another undertjeneste': {
          data: { ...sakssystem, undertjeneste: 'MINE_EIENDOMMER', tilganger: ['MATRIKKEL.QUERY'] },
          may: ['administrator', 'eiendommer'],
          http: (at, { undertjeneste, tilganger }) => (client) => client.post(at.own('integrasjoner'), { ...sakssystem, undertjeneste, tilganger }),
        },
        'with storage, by one who does not administer Innsyn': {
          data: { ...sakssystem, undertjeneste: 'MINE_EIENDOMMER', tilganger: ['MATRIKKEL.QUERY'], lagring: 'FAGSYSTEM' },
          may: ['administrator'],
          http: (at, { undertjeneste, tilganger, lagring }) => (client) => client.post(at.own('integrasjoner'), { ...sakssystem, undertjeneste, tilganger, lagring }),
        },
      },
      any: fc
        .tuple(anyTilgang, fc.record({ navn: one(sakssystem.navn, parseIntegrasjonsnavn('Nytt navn')), lagring: one(undefined, ...lagringsvalg) }))
        .map(([{ undertjeneste, privilegium }, { navn, lagring }]) => ({ ...sakssystem, navn, undertjeneste, tilganger: [privilegium], ...(lagring && { lagring }) })),
    },
    ChangeIntegration: {
      after: ['IntegrationCreated'],
      data: { autorisertOrgnr: kommune.orgnr },
      may: ['administrator', 'plattform'],
      http: async (at, data) => {
        const id = await at.integrasjon();
        return (client) => client.patch(`${at.integrasjoner}/${id}`, data);
      },
      variants: {
        'i Innsyn': {
          after: ['IntegrationCreated', 'AccessGranted'],
          data: { autorisertOrgnr: kommune.orgnr },
          may: ['administrator', 'innsyn', 'plattform'],
          http: async (at, data) => {
            const id = await at.tilknyttet(at.innsyn);
            return (client) => client.patch(`${at.integrasjoner}/${id}`, data);
          },
        },
      },
      any: some(anyIntegrasjon.map(({ navn, beskrivelse, autorisertOrgnr }) => ({ navn, beskrivelse, autorisertOrgnr }))),
    },
    GenerateIntegrationPassword: {
      after: ['IntegrationCreated', 'AccessGranted'],
      data: { passordHash: 'sha256:3q2-7wEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJo' },
      may: ['administrator', 'innsyn', 'plattform'],
      http: async (at) => {
        const id = await at.tilknyttet(at.innsyn);
        return (client) => client.post(`${at.integrasjoner}/${id}/lagPassord`);
      },
      any: fc.record({ passordHash: one('x', 'y') }),
    },
    GrantAccess: {
      after: ['IntegrationCreated', 'IntegrationAttached'],
      data: indexMapper,
      may: ['administrator', 'innsyn'],
      http: async (at, { privilegium }) => {
        const aktor = await at.tilknyttet(at.innsyn);
        return (client) => client.post(at.tilganger(at.innsyn), { aktor, privilegium });
      },
      variants: {
        'Mine eiendommer': {
          after: ['IntegrationCreated', { type: 'IntegrationAttached', data: { ...tilknytning, undertjeneste: 'MINE_EIENDOMMER' } }],
          data: { undertjeneste: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' },
          may: ['administrator', 'eiendommer'],
          http: async (at, { privilegium }) => {
            const aktor = await at.tilknyttet(at.mineEiendommer);
            return (client) => client.post(at.tilganger(at.mineEiendommer), { aktor, privilegium });
          },
        },
      },
      any: withUtlop(anyTilgang),
    },
    RevokeAccess: {
      after: ['IntegrationCreated', 'AccessGranted'],
      data: indexMapper,
      may: ['administrator', 'innsyn', 'system'],
      http: async (at, { privilegium }) => {
        const id = await at.integrasjon();
        await at.grant(at.innsyn, id, privilegium);
        return (client) => client.delete(at.tilgang(at.innsyn, id, privilegium));
      },
      any: anyTilgang,
    },
    AttachIntegration: {
      data: tilknytning,
      may: ['administrator', 'innsyn'],
      http: (at) => (client) => client.put(at.tilknytning),
      variants: {
        'egen, ikke i bruk': {
          after: ['IntegrationCreated'],
          data: { ...tilknytning, tilganger: [] },
          may: ['administrator'],
          http: async (at) => {
            const id = await at.integrasjon();
            return (client) => client.put(`${at.integrasjoner}/${id}/tilknyttede-ressurser/${at.innsyn}`);
          },
        },
      },
      any: fc.record({
        undertjeneste: anyUndertjeneste,
        integrasjon: one(tilknytning.integrasjon, { ...tilknytning.integrasjon, global: false }),
        tilganger: fc.uniqueArray(anyPrivilegium),
      }),
    },
    DetachIntegration: {
      after: ['IntegrationAttached'],
      data: innsyn,
      may: ['administrator', 'innsyn', 'system'],
      http: async (at) => {
        await at.attach();
        return (client) => client.delete(at.tilknytning);
      },
      any: fc.record({ undertjeneste: anyUndertjeneste }),
    },
    ChooseDocumentStorage: {
      after: ['IntegrationCreated'],
      data: { lagring: 'DOKUMENTLAGER' },
      may: ['administrator', 'innsyn'],
      http: async (at, data) => {
        const id = await at.integrasjon();
        return (client) => client.put(at.own(`integrasjoner/${id}/dokumentlagring`), data);
      },
      any: fc.record({ lagring: one(...lagringsvalg) }),
    },
    DeleteIntegration: {
      after: ['IntegrationCreated'],
      data: {},
      may: ['administrator', 'plattform'],
      http: async (at) => {
        const id = await at.integrasjon();
        return (client) => client.delete(`${at.integrasjoner}/${id}`);
      },
      variants: {
        'i Mine eiendommer': {
          after: ['IntegrationCreated', { type: 'AccessGranted', data: { undertjeneste: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' } }],
          data: {},
          may: ['administrator', 'eiendommer', 'plattform'],
          http: async (at) => {
            const id = await at.tilknyttet(at.mineEiendommer);
            return (client) => client.delete(`${at.integrasjoner}/${id}`);
          },
        },
        'i Innsyn og Mine eiendommer': {
          after: ['IntegrationCreated', 'AccessGranted', { type: 'AccessGranted', data: { undertjeneste: 'MINE_EIENDOMMER', privilegium: 'MATRIKKEL.QUERY' } }],
          data: {},
          may: ['administrator', 'plattform'],
          http: async (at) => {
            const id = await at.tilknyttet(at.mineEiendommer, await at.tilknyttet(at.innsyn));
            return (client) => client.delete(`${at.integrasjoner}/${id}`);
          },
        },
      },
      any: none,
    },
  },
  svarUt: {
    EnableSvarUtAccount: {
      data: konto,
      may: ['administrator', 'innsyn'],
      http: async (at) => {
        const path = await at.svarUtKonto(false);
        return (client) => client.put(path, { synlig: true });
      },
      any: anyKonto,
    },
    DisableSvarUtAccount: {
      after: ['SvarUtAccountEnabled'],
      data: konto,
      may: ['administrator', 'innsyn'],
      http: async (at) => {
        const path = await at.svarUtKonto(true);
        return (client) => client.put(path, { synlig: false });
      },
      any: anyKonto,
    },
  },
  kommunalTjeneste: {
    CreateKommunalTjeneste: {
      data: kulturskole,
      may: ['administrator', 'tjenester'],
      http: (at, data) => (client) => client.post(at.own('kommunale-tjenester'), data),
      any: anyTjeneste,
    },
    ChangeKommunalTjeneste: {
      after: ['KommunalTjenesteCreated'],
      data: { rettetMot: 'PERSON_OG_ORGANISASJON' },
      may: ['administrator', 'tjenester'],
      http: async (at, data) => {
        const path = await at.kommunalTjeneste();
        return (client) => client.patch(path, data);
      },
      any: some(anyTjeneste),
    },
    StarKommunalTjeneste: {
      after: ['KommunalTjenesteCreated'],
      data: {},
      may: ['administrator', 'tjenester'],
      http: async (at) => {
        const path = await at.kommunalTjeneste();
        return (client) => client.put(`${path}/stjerne`);
      },
      any: none,
    },
    UnstarKommunalTjeneste: {
      after: ['KommunalTjenesteCreated', 'KommunalTjenesteStarred'],
      data: {},
      may: ['administrator', 'tjenester'],
      http: async (at) => {
        const path = await at.kommunalTjeneste();
        return (client) => client.delete(`${path}/stjerne`);
      },
      any: none,
    },
    RemoveKommunalTjeneste: {
      after: ['KommunalTjenesteCreated'],
      data: {},
      may: ['administrator', 'tjenester'],
      http: async (at) => {
        const path = await at.kommunalTjeneste();
        return (client) => client.delete(path);
      },
      any: none,
    },
  },
  eiendomslenke: {
    CreateEiendomslenke: {
      data: byggesaker,
      may: ['administrator', 'eiendommer'],
      http: (at, data) => (client) => client.post(at.own('eiendomslenker'), data),
      any: anyLenke,
    },
    ChangeEiendomslenke: {
      after: ['EiendomslenkeCreated'],
      data: { tittel: kulturskole.tittel },
      may: ['administrator', 'eiendommer'],
      http: async (at, data) => {
        const path = await at.eiendomslenke();
        return (client) => client.patch(path, data);
      },
      any: some(anyLenke),
    },
    RemoveEiendomslenke: {
      after: ['EiendomslenkeCreated'],
      data: {},
      may: ['administrator', 'eiendommer'],
      http: async (at) => {
        const path = await at.eiendomslenke();
        return (client) => client.delete(path);
      },
      any: none,
    },
  },
  driftsmelding: {
    PublishDriftsmelding: {
      data: nedetid,
      may: ['administrator', 'innsyn'],
      http: (at, data) => (client) => client.post(at.own('driftsmeldinger'), data),
      any: fc.tuple(anyInnhold, anyPeriode).map(([innhold, tidsperiode]) => ({ ...innhold, ...tidsperiode })),
    },
    ChangeDriftsmelding: {
      after: ['DriftsmeldingPublished'],
      data: { ...meldingMedLenke, meldingType: 'FEIL' },
      may: ['administrator', 'innsyn'],
      http: async (at, data) => {
        const path = await at.driftsmelding();
        return (client) => client.put(path, data);
      },
      any: fc.tuple(anyInnhold, fc.option(anyPeriode, { nil: undefined })).map(([innhold, periode]) => ({ ...innhold, ...(periode && { periode }) })),
    },
    ChangeDriftsmeldingPeriod: {
      after: ['DriftsmeldingPublished'],
      data: { startDato: signeringsdato, sluttDato: periode.sluttDato! },
      may: ['administrator', 'innsyn'],
      http: async (at, data) => {
        const path = await at.driftsmelding();
        return (client) => client.put(`${path}/periode`, data);
      },
      any: anyPeriode,
    },
    WithdrawDriftsmelding: {
      after: ['DriftsmeldingPublished'],
      data: {},
      may: ['administrator', 'innsyn'],
      http: async (at) => {
        const path = await at.driftsmelding();
        return (client) => client.delete(path);
      },
      any: none,
    },
  },
  innsynsmelding: {
    IndexMelding: {
      data: mappe,
      may: ['system', 'arkiv'],
      http: { elsewhere: 'e2e/innsyn-index' },
      any: fc
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
    },
    DeleteMelding: {
      after: ['MeldingIndexed'],
      data: { grunn: 'AVSENDER' },
      may: ['administrator', 'innsyn', 'system', 'arkiv', 'matrikkel'],
      http: { elsewhere: 'e2e/innsyn-index' },
      any: fc.record({ grunn: one(...slettegrunner) }),
    },
    ExpireMelding: {
      after: [{ type: 'MeldingIndexed', data: { ...mappe, tilgjengeligTil: openContext.now } }],
      data: {},
      may: ['system'],
      http: { elsewhere: 'e2e/innsyn-index' },
      any: none,
    },
  },
  innsynsgjennomgang: {
    ReviewInnsynslogg: {
      data: gjennomgang,
      may: ['revisor'],
      http: (at) => (client) => client.post(at.own('revisjon/gjennomganger'), gjennomgang),
      any: fc.record({ til: one(gjennomgang.til, gjennomgang.fra, openContext.now), funn: one(gjennomgang.funn, []) }).map((over) => ({ ...gjennomgang, ...over })),
    },
  },
  innbygger: {
    ForgetPerson: { data: {}, may: ['plattform'], http: { elsewhere: 'e2e/forgetting.slow' }, any: none },
  },
  reservation: {
    ReserveValue: {
      data: { fiksOrgId: tilknytning.integrasjon.eier },
      may: ['system'],
      http: { elsewhere: 'e2e/unique.slow' },
      any: fc.record({ fiksOrgId: one(tilknytning.integrasjon.eier, openContext.tenant) }),
    },
  },
};

/** A case of a command, in a table. */
export interface Listed extends Case<unknown> {
  readonly aggregate: AggregateName;
  readonly type: string;
  /** The name of the command, with the variant's name for a variant. */
  readonly what: string;
}
/** Every case of every command. */
export const cases: readonly Listed[] = Object.entries(commands).flatMap(([aggregate, ofAggregate]) =>
  Object.entries<Entry<unknown>>(ofAggregate as never).flatMap(([type, { variants = {}, ...usual }]) =>
    [['', usual] as const, ...Object.entries(variants)].map(([variant, one]) => ({
      aggregate: aggregate as AggregateName,
      type,
      what: variant ? `${type} (${variant})` : type,
      ...one,
    })),
  ),
);

const samples = 'test/domain/stored-events';
/** The frozen sample of an event type. */
export const sample = (type: string, version = 1): { readonly type: EventType; readonly schemaVersion: number; readonly data: object } =>
  JSON.parse(readFileSync(`${samples}/${type}.v${version}.json`, 'utf8')) as ReturnType<typeof sample>;

/** The state of the aggregate before the command of a case. An unrelated person has caused its events. */
export function stateBefore({ aggregate, after = [] }: Listed): unknown {
  const decider: AnyDecider = domain[aggregate];
  return fold(decider, after.map((earlier) => ({ ...(typeof earlier === 'string' ? sample(earlier) : earlier), metadata: { actor: 'person:somebody' } })));
}
