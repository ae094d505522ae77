import { readdirSync, readFileSync } from 'node:fs';
import { domain, type AggregateName, type Domain, type DomainEvent, type EventType } from '../../src/domain/index.js';
import { decide, evolve, fold, type CommandOf } from '../../src/domain/kernel/decider.js';
import { openContext } from '../support/given.js';
import { byggesaker, fellesIntegrasjon, kari, kommune, konto, kulturskole, mappe as saksmappe, meldingMedLenke, nedetid, ola, periode, ressurser, signering, signeringsdato, tilknytning } from './examples.js';

/** A stored event, as it was the first time. Samples are added, never edited. */
interface Sample {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}

/** How each event of an aggregate comes about today: what went before (samples, by type), and the command. */
interface Origin<C = unknown> {
  readonly after: readonly (EventType | DomainEvent)[];
  readonly command: C;
}
type Origins<A extends AggregateName> = {
  readonly [T in keyof Domain[A]['evolve']]: Origin<CommandOf<Domain[A]>>;
};

const { signeringId } = signering;
const innsyn = { undertjeneste: 'INNSYN' } as const;
const tjenesteadministrator = { ...innsyn, personId: kari } as const;
const mappe = { ...innsyn, privilegium: 'INNSYN.INDEX.MAPPE' } as const;
const signert = ['TjenesteAdopted', 'TjenestevedleggSigningStarted', 'TjenestevedleggSigned'] as const;

// Every event of the domain must be here, or this does not compile.
const origins: { readonly [A in AggregateName]: Origins<A> } = {
  organisasjon: {
    OrganisasjonRegistered: { after: [], command: { type: 'RegisterOrganisasjon', data: kommune } },
    HovedavtaleRecorded: {
      after: ['OrganisasjonRegistered'],
      command: { type: 'RecordHovedavtale', data: { signeringsdato } },
    },
    AdministratorAppointed: {
      after: ['OrganisasjonRegistered'],
      command: { type: 'AppointAdministrator', data: { personId: kari } },
    },
    AdministratorDismissed: {
      after: ['OrganisasjonRegistered', 'AdministratorAppointed', { type: 'AdministratorAppointed', data: { personId: ola } }],
      command: { type: 'DismissAdministrator', data: { personId: kari } },
    },
  },
  tjeneste: {
    TjenesteAdopted: { after: [], command: { type: 'AdoptTjeneste', data: { ressurser } } },
    TjenestevedleggSigningStarted: {
      after: ['TjenesteAdopted'],
      command: { type: 'StartTjenestevedleggSigning', data: signering },
    },
    TjenestevedleggSigned: {
      after: ['TjenesteAdopted', 'TjenestevedleggSigningStarted'],
      command: { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato } },
    },
    TjenestevedleggRejected: {
      after: ['TjenesteAdopted', 'TjenestevedleggSigningStarted'],
      command: { type: 'RecordTjenestevedleggRejected', data: { signeringId } },
    },
    TjenesteConfigured: { after: signert, command: { type: 'ConfigureTjeneste', data: { kode: 'INNSYN' } } },
    TjenesteadministratorAdded: {
      after: signert,
      command: { type: 'AddTjenesteadministrator', data: tjenesteadministrator },
    },
    TjenesteadministratorRemoved: {
      after: [...signert, 'TjenesteadministratorAdded'],
      command: { type: 'RemoveTjenesteadministrator', data: tjenesteadministrator },
    },
  },
  integration: {
    IntegrationCreated: { after: [], command: { type: 'CreateIntegration', data: fellesIntegrasjon } },
    IntegrationChanged: {
      after: ['IntegrationCreated'],
      command: { type: 'ChangeIntegration', data: { autorisertOrgnr: kommune.orgnr } },
    },
    IntegrationPasswordGenerated: {
      after: ['IntegrationCreated'],
      command: { type: 'GenerateIntegrationPassword', data: { passordHash: 'sha256:3q2-7wEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJo' } },
    },
    AccessGranted: { after: ['IntegrationCreated'], command: { type: 'GrantAccess', data: mappe } },
    AccessRevoked: {
      after: ['IntegrationCreated', 'AccessGranted'],
      command: { type: 'RevokeAccess', data: mappe },
    },
    IntegrationAttached: { after: [], command: { type: 'AttachIntegration', data: tilknytning } },
    IntegrationDetached: { after: ['IntegrationAttached'], command: { type: 'DetachIntegration', data: innsyn } },
    DocumentStorageChosen: {
      after: ['IntegrationCreated'],
      command: { type: 'ChooseDocumentStorage', data: { lagring: 'DOKUMENTLAGER' } },
    },
    IntegrationDeleted: { after: ['IntegrationCreated'], command: { type: 'DeleteIntegration', data: {} } },
  },
  svarUt: {
    SvarUtAccountEnabled: { after: [], command: { type: 'EnableSvarUtAccount', data: konto } },
    SvarUtAccountDisabled: {
      after: ['SvarUtAccountEnabled'],
      command: { type: 'DisableSvarUtAccount', data: konto },
    },
  },
  kommunalTjeneste: {
    KommunalTjenesteCreated: { after: [], command: { type: 'CreateKommunalTjeneste', data: kulturskole } },
    KommunalTjenesteChanged: {
      after: ['KommunalTjenesteCreated'],
      command: { type: 'ChangeKommunalTjeneste', data: { rettetMot: 'PERSON_OG_ORGANISASJON' } },
    },
    KommunalTjenesteStarred: {
      after: ['KommunalTjenesteCreated'],
      command: { type: 'StarKommunalTjeneste', data: {} },
    },
    KommunalTjenesteUnstarred: {
      after: ['KommunalTjenesteCreated', 'KommunalTjenesteStarred'],
      command: { type: 'UnstarKommunalTjeneste', data: {} },
    },
    KommunalTjenesteRemoved: {
      after: ['KommunalTjenesteCreated'],
      command: { type: 'RemoveKommunalTjeneste', data: {} },
    },
  },
  eiendomslenke: {
    EiendomslenkeCreated: { after: [], command: { type: 'CreateEiendomslenke', data: byggesaker } },
    EiendomslenkeChanged: {
      after: ['EiendomslenkeCreated'],
      command: { type: 'ChangeEiendomslenke', data: { tittel: kulturskole.tittel } },
    },
    EiendomslenkeRemoved: {
      after: ['EiendomslenkeCreated'],
      command: { type: 'RemoveEiendomslenke', data: {} },
    },
  },
  driftsmelding: {
    DriftsmeldingPublished: { after: [], command: { type: 'PublishDriftsmelding', data: nedetid } },
    DriftsmeldingChanged: {
      after: ['DriftsmeldingPublished'],
      command: { type: 'ChangeDriftsmelding', data: { ...meldingMedLenke, meldingType: 'FEIL' } },
    },
    DriftsmeldingPeriodChanged: {
      after: ['DriftsmeldingPublished'],
      command: { type: 'ChangeDriftsmeldingPeriod', data: { startDato: signeringsdato, sluttDato: periode.sluttDato! } },
    },
    DriftsmeldingWithdrawn: {
      after: ['DriftsmeldingPublished'],
      command: { type: 'WithdrawDriftsmelding', data: {} },
    },
  },
  innsynsmelding: {
    MeldingIndexed: { after: [], command: { type: 'IndexMelding', data: saksmappe } },
    MeldingDeleted: { after: ['MeldingIndexed'], command: { type: 'DeleteMelding', data: { grunn: 'AVSENDER' } } },
  },
  innbygger: { PersonForgotten: { after: [], command: { type: 'ForgetPerson', data: {} } } },
};

const folder = 'test/domain/stored-events';
const sample = (type: string, version = 1) =>
  JSON.parse(readFileSync(`${folder}/${type}.v${version}.json`, 'utf8')) as Sample;

const events = Object.entries(origins).flatMap(([aggregate, ofAggregate]) =>
  Object.entries<Origin>(ofAggregate).map(([type, { after, command }]) => ({
    decider: domain[aggregate as AggregateName],
    type,
    before: after.map((earlier) => (typeof earlier === 'string' ? sample(earlier) : earlier)),
    command,
  })),
);

describe('Lagrede hendelser', () => {
  it.each(events)('$type: den frosne prøven kan leses inn i en tilstand', ({ decider, type, before }) => {
    const frozen = sample(type);
    expect(frozen).toMatchObject({ type, schemaVersion: 1 });
    expect(evolve(decider, fold(decider, before), frozen)).not.toStrictEqual(fold(decider, before));
  });

  it.each(events)('$type: det som skjer i dag, lagres nøyaktig som den frosne prøven', ({ decider, type, before, command }) => {
    const happened = decide(decider, fold(decider, before), command as never, openContext);
    expect(happened).toStrictEqual([{ type, data: sample(type).data }]);
    expect(JSON.parse(JSON.stringify(happened))).toStrictEqual(happened);
  });

  it('hver hendelse tilhører ett aggregat, og navnet er unikt i hele systemet', () => {
    const types = Object.values(domain).flatMap(({ evolve }) => Object.keys(evolve));
    expect(new Set(types).size).toBe(types.length);
    expect(events.map(({ type }) => type).sort()).toEqual([...types].sort());
  });

  it('hver prøve gjelder en hendelse som finnes', () => {
    const files = readdirSync(folder).sort();
    expect(files).toEqual(events.map(({ type }) => `${type}.v1.json`).sort());
  });
});
