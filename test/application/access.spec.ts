import { requireCommand, requireReading, rolesOf, type Reading } from '../../src/application/commands/access.js';
import { actorReference, personOf, type Actor } from '../../src/application/ports/actor.js';
import { domain, type AggregateName } from '../../src/domain/index.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import type { OrganisationStatus } from '../../src/domain/organisation-status.js';
import { privilegier, type Privilegium } from '../../src/domain/privilegier.js';
import type { Meldingsversjon } from '../../src/domain/values/meldingstype.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { undertjenester, type Undertjeneste } from '../../src/domain/values/undertjeneste.js';
import { kari, ola } from '../domain/examples.js';
import { bergen, nesseby, person, plattform } from '../support/views.js';

const registered: OrganisationStatus = {
  type: 'KOMMUNE',
  harHovedavtale: true,
  tjenestevedleggSigned: true,
  isAdministrator: () => false,
  isTjenesteadministrator: () => false,
  integrationHolds: () => false,
  hasIntegration: () => false,
};
const nobodys: OrganisationStatus = { ...unregistered(registered), harHovedavtale: false, tjenestevedleggSigned: false };
function unregistered({ type: _type, ...organisation }: OrganisationStatus): OrganisationStatus {
  return organisation;
}
const administers = (undertjeneste: Undertjeneste): OrganisationStatus => ({ ...registered, isTjenesteadministrator: (id, one) => id === kari && one === undertjeneste });

/** Everybody that an organisation may have to do with, by a letter. */
const everybody: Readonly<Record<string, readonly [Actor, OrganisationStatus]>> = {
  A: [person(kari), { ...registered, isAdministrator: (id) => id === kari }],
  I: [person(kari), administers('INNSYN')],
  K: [person(kari), administers('KOMMUNALE_TJENESTER')],
  E: [person(kari), administers('MINE_EIENDOMMER')],
  R: [person(kari, [nesseby]), registered],
  P: [plattform, registered],
  S: [{ kind: 'system', id: 'signering' }, registered],
  X: [person(kari), registered],
  V: [{ kind: 'virksomhet', id: '910753614' }, registered],
  // Integrations: one that may index mapper, and one that may index nothing.
  M: [{ kind: 'integrasjon', id: 'arkiv' }, { ...registered, hasIntegration: (id) => id === 'arkiv', integrationHolds: (id, privilegium) => id === 'arkiv' && privilegium === 'INNSYN.INDEX.MAPPE' }],
  N: [{ kind: 'integrasjon', id: 'eiendom' }, { ...registered, hasIntegration: () => true, integrationHolds: (_, privilegium) => privilegium === 'MATRIKKEL.QUERY' }],
  // One that is not the organisation's, or is no longer.
  D: [{ kind: 'integrasjon', id: 'slettet' }, registered],
};

/** Who may send which command: the letters above. Those that name an undertjeneste name INNSYN here, messages are mapper. */
const may: Readonly<Record<AggregateName, Readonly<Record<string, string>>>> = {
  organisasjon: { RegisterOrganisasjon: 'P', RecordHovedavtale: 'P', AppointAdministrator: 'AP', DismissAdministrator: 'AP' },
  tjeneste: {
    AdoptTjeneste: 'A',
    StartTjenestevedleggSigning: 'AP',
    RecordTjenestevedleggSigned: 'PS',
    RecordTjenestevedleggRejected: 'S',
    ConfigureTjeneste: 'A',
    AddTjenesteadministrator: 'A',
    RemoveTjenesteadministrator: 'A',
  },
  integration: {
    CreateIntegration: 'AIKE',
    ChangeIntegration: 'AIKEP',
    GenerateIntegrationPassword: 'AIKEP',
    GrantAccess: 'AI',
    RevokeAccess: 'AI',
    AttachIntegration: 'AI',
    DetachIntegration: 'AIS',
    ChooseDocumentStorage: 'AI',
    DeleteIntegration: 'AIKEP',
  },
  svarUt: { EnableSvarUtAccount: 'AI', DisableSvarUtAccount: 'AI' },
  kommunalTjeneste: {
    CreateKommunalTjeneste: 'AK',
    ChangeKommunalTjeneste: 'AK',
    StarKommunalTjeneste: 'AK',
    UnstarKommunalTjeneste: 'AK',
    RemoveKommunalTjeneste: 'AK',
  },
  eiendomslenke: { CreateEiendomslenke: 'AE', ChangeEiendomslenke: 'AE', RemoveEiendomslenke: 'AE' },
  driftsmelding: { PublishDriftsmelding: 'AI', ChangeDriftsmelding: 'AI', ChangeDriftsmeldingPeriod: 'AI', WithdrawDriftsmelding: 'AI' },
  innsynsmelding: { IndexMelding: 'SM', DeleteMelding: 'AISMN', ExpireMelding: 'S' },
  innbygger: { ForgetPerson: 'P' },
};

const refusalOf = (ask: () => void): Pick<DomainError, 'kind' | 'code' | 'detail'> | undefined => {
  try {
    ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { kind, code, detail } = error;
    return { kind, code, detail };
  }
};
const send = (who: readonly [Actor, OrganisationStatus], aggregate: AggregateName, type: string, data: object = { undertjeneste: 'INNSYN', versjon: 'MAPPE_V1' }) =>
  refusalOf(() => {
    requireCommand(...who, aggregate, { type, data } as never, nesseby);
  });
const allowed = (ask: (who: readonly [Actor, OrganisationStatus]) => unknown) =>
  Object.entries(everybody)
    .filter(([, who]) => ask(who) === undefined)
    .map(([letter]) => letter)
    .join('');

const all = Object.entries(may).flatMap(([aggregate, commands]) =>
  Object.entries(commands).map(([type, letters]) => [aggregate as AggregateName, type, letters] as const),
);

describe('Who may send', () => {
  it.each(all)('%s %s: %s', (aggregate, type, letters) => {
    expect(allowed((who) => send(who, aggregate, type))).toBe(letters);
  });

  it.each(['driftsmelding', 'eiendomslenke', 'kommunalTjeneste'] as const)('whoever may change a %s may read it: the answer to a change rests on it', (aggregate) => {
    const writers = new Set(Object.values(may[aggregate]).join(''));
    expect(writers.size).toBeGreaterThan(0);
    for (const letter of writers) {
      const [actor, organisation] = everybody[letter]!;
      expect(() => {
        requireReading(actor, organisation, 'konfigurasjon', nesseby);
      }).not.toThrow();
    }
  });

  it('is said of every command', () => {
    const commands = Object.values(domain).flatMap(({ name, decide }) => Object.keys(decide).map((type) => `${name} ${type}`));
    expect(all.map(([aggregate, type]) => `${aggregate} ${type}`).sort()).toEqual(commands.sort());
  });

  it.each(['GrantAccess', 'RevokeAccess', 'AttachIntegration', 'DetachIntegration'])('%s: a tjenesteadministrator only under their own undertjeneste', (type) => {
    for (const undertjeneste of undertjenester) {
      const letters = undertjenester.map((one) => (send([person(kari), administers(one)], 'integration', type, { undertjeneste }) ? '-' : one));
      expect(letters).toEqual(undertjenester.map((one) => (one === undertjeneste ? one : '-')));
    }
  });

  it.each<[Meldingsversjon, Privilegium | undefined]>([
    ['MAPPE_V1', 'INNSYN.INDEX.MAPPE'],
    ['JOURNALPOST_V1', 'INNSYN.INDEX.MAPPE'],
    ['FAKTURA_V1', 'INNSYN.INDEX.FAKTURA'],
    ['INNSENDT_SKJEMA_V1', 'INNSYN.INDEX.SKJEMA'],
    ['SKJEMAKLADD_V1', 'INNSYN.INDEX.SKJEMA'],
    ['FORSENDELSE_V2', undefined],
  ])('IndexMelding of %s: an integration with %s, and that alone', (versjon, privilegium) => {
    const letIn = privilegier.filter(({ navn }) => {
      const holder: OrganisationStatus = { ...registered, integrationHolds: (_, held) => held === navn };
      return send([{ kind: 'integrasjon', id: 'arkiv' }, holder], 'innsynsmelding', 'IndexMelding', { versjon }) === undefined;
    });
    expect(letIn.map(({ navn }) => navn)).toEqual(privilegium ? [privilegium] : []);
  });

  it('ForgetPerson: herself, and nobody else', () => {
    const forget = (who: PersonId) =>
      refusalOf(() => {
        requireCommand(person(who), nobodys, 'innbygger', { type: 'ForgetPerson', data: {} }, kari);
      });
    expect(forget(kari)).toBeUndefined();
    expect(forget(ola)).toMatchObject({ kind: 'missing' });
  });

  it('a global integration: only the platform creates it', () => {
    expect(allowed((who) => send(who, 'integration', 'CreateIntegration', { global: { kode: 'X' } }))).toBe('P');
  });

  it('a command that nobody has heard of: nobody', () => {
    for (const type of ['FormatDisk', 'toString', 'constructor']) expect(allowed((who) => send(who, 'driftsmelding', type))).toBe('');
  });
});

describe('What one who may not is told', () => {
  const missing = { kind: 'missing', code: 'IKKE_FUNNET' };
  const forbidden = { kind: 'forbidden', code: 'MANGLER_TILGANG' };

  it('is that there is nothing, when the organisation is not theirs, exactly as when it does not exist', () => {
    for (const [aggregate, type] of all) {
      const theirs = send(everybody['X']!, aggregate, type);
      expect(theirs).toMatchObject(missing);
      expect(send([person(kari), nobodys], aggregate, type)).toEqual(theirs);
    }
  });

  it('is that they may not, when they have something to do with the organisation', () => {
    expect(send(everybody['I']!, 'kommunalTjeneste', 'CreateKommunalTjeneste')).toMatchObject(forbidden);
    expect(send(everybody['P']!, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send(everybody['S']!, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send(everybody['R']!, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send([person(kari, [bergen]), registered], 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(missing);
  });

  it('is that there is nothing, to the platform too, when the organisation does not exist', () => {
    expect(send([plattform, nobodys], 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(missing);
    expect(send([plattform, nobodys], 'organisasjon', 'RegisterOrganisasjon')).toBeUndefined();
  });
});

describe('Who may read', () => {
  const read = (who: readonly [Actor, OrganisationStatus], reading: Reading, fiksOrgId = nesseby) =>
    refusalOf(() => {
      requireReading(...who, reading, fiksOrgId);
    });

  it.each([
    ['konfigurasjon', 'AIKERP'],
    ['tilganger', 'AIKERP'],
    ['revisjonsspor', 'AR'],
  ] as const)('%s: %s', (reading, letters) => {
    expect(allowed((who) => read(who, reading))).toBe(letters);
  });

  it.each(['konfigurasjon', 'tilganger', 'revisjonsspor'] as const)('%s of an organisation that does not exist: nobody, in the same words as of another’s', (reading) => {
    const theirs = read(everybody['X']!, reading);
    expect(theirs).toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    for (const [actor] of Object.values(everybody)) expect(read([actor, nobodys], reading)).toEqual(theirs);
  });

  it('one who audits another organisation: no more than anybody', () => {
    expect(read(everybody['R']!, 'revisjonsspor', bergen)).toMatchObject({ kind: 'missing' });
  });

  it('the audit trail is forbidden to those who may read the rest', () => {
    expect(read(everybody['I']!, 'revisjonsspor')).toMatchObject({ kind: 'forbidden', code: 'MANGLER_TILGANG' });
  });
});

describe('What an actor is to an organisation', () => {
  it.each([
    ['A', ['ADMINISTRATOR']],
    ['I', ['TJENESTEADMINISTRATOR']],
    ['E', ['TJENESTEADMINISTRATOR']],
    ['R', ['REVISOR']],
    ['P', ['PLATTFORM']],
    ['S', []],
    ['X', []],
  ])('%s: %s', (letter, roles) => {
    const [actor, organisation] = everybody[letter]!;
    expect([...rolesOf(actor, organisation, nesseby)]).toEqual(roles);
  });

  it('is written in the log by kind and reference, and only a person is read back as one', () => {
    expect(actorReference(person(kari))).toBe(`person:${kari}`);
    expect(personOf(`person:${kari}`)).toBe(kari);
    expect(actorReference(plattform)).toBe('plattform:drift');
    expect(personOf('plattform:drift')).toBeUndefined();
  });
});
