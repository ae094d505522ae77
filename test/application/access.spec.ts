import { maySend, requireCommand, requireReading, rolesOf, type Reading } from '../../src/application/commands/access.js';
import { actorReference, personOf, type Actor, type Innloggingsniva } from '../../src/application/ports/actor.js';
import { domain, type AggregateName } from '../../src/domain/index.js';
import { integration, type IntegrationEvent } from '../../src/domain/integrasjon.js';
import { fold, type FoldedEvent } from '../../src/domain/kernel/decider.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import type { OrganisationStatus } from '../../src/domain/organisation-status.js';
import { privilegier, type Privilegium } from '../../src/domain/privilegier.js';
import type { Meldingsversjon } from '../../src/domain/values/meldingstype.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { undertjenester, type Undertjeneste } from '../../src/domain/values/undertjeneste.js';
import { kari, ola, sakssystem, tilknytning } from '../domain/examples.js';
import { cases, stateBefore, type Role } from '../support/commands.js';
import { nesseby, person, plattform } from '../support/views.js';

const registered: OrganisationStatus = {
  type: 'KOMMUNE',
  harHovedavtale: true,
  tjenestevedleggSigned: true,
  isAdministrator: () => false,
  isTjenesteadministrator: () => false,
  isRevisor: () => false,
  integrationHolds: () => false,
  hasIntegration: () => false,
};
const nobodys: OrganisationStatus = { ...unregistered(registered), harHovedavtale: false, tjenestevedleggSigned: false };
function unregistered({ type: _type, ...organisation }: OrganisationStatus): OrganisationStatus {
  return organisation;
}
const administers = (undertjeneste: Undertjeneste): OrganisationStatus => ({ ...registered, isTjenesteadministrator: (id, one) => id === kari && one === undertjeneste });

/** An actor for each role in the organisation, and some actors without a role. */
const everybody: Readonly<Record<Role | 'fremmed' | 'virksomhet' | 'slettet', readonly [Actor, OrganisationStatus]>> = {
  administrator: [person(kari), { ...registered, isAdministrator: (id) => id === kari }],
  innsyn: [person(kari), administers('INNSYN')],
  tjenester: [person(kari), administers('KOMMUNALE_TJENESTER')],
  eiendommer: [person(kari), administers('MINE_EIENDOMMER')],
  revisor: [person(kari), { ...registered, isRevisor: (id) => id === kari }],
  plattform: [plattform, registered],
  system: [{ kind: 'system', id: 'signering' }, registered],
  arkiv: [{ kind: 'integrasjon', id: 'arkiv' }, { ...registered, hasIntegration: (id) => id === 'arkiv', integrationHolds: (id, privilegium) => id === 'arkiv' && privilegium === 'INNSYN.INDEX.MAPPE' }],
  matrikkel: [{ kind: 'integrasjon', id: 'eiendom' }, { ...registered, hasIntegration: () => true, integrationHolds: (_, privilegium) => privilegium === 'MATRIKKEL.QUERY' }],
  fremmed: [person(kari), registered],
  virksomhet: [{ kind: 'virksomhet', id: '910753614' }, registered],
  // An integration that is not attached to Innsyn, or no longer.
  slettet: [{ kind: 'integrasjon', id: 'slettet' }, { ...registered, hasIntegration: (_, undertjeneste) => undertjeneste !== 'INNSYN' }],
};
type Anybody = keyof typeof everybody;

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
const send = (who: readonly [Actor, OrganisationStatus], aggregate: AggregateName, type: string, data: unknown = {}, state: unknown = domain[aggregate].initialState) =>
  refusalOf(() => {
    requireCommand(...who, aggregate, { type, data } as never, { tenant: nesseby, state: state as never });
  });
const allowed = (ask: (who: readonly [Actor, OrganisationStatus]) => unknown) =>
  Object.entries(everybody)
    .filter(([, who]) => ask(who) === undefined)
    .map(([role]) => role)
    .sort();

describe('Who may send', () => {
  it.each(cases)('$what: $may', (listed) => {
    const { aggregate, type, data, may } = listed;
    expect(allowed((who) => send(who, aggregate, type, data, stateBefore(listed)))).toEqual([...may].sort());
  });

  it.each(['driftsmelding', 'eiendomslenke', 'kommunalTjeneste'] as const)('whoever may change a %s may read it: the answer to a change rests on it', (aggregate) => {
    const writers = new Set(cases.filter((one) => one.aggregate === aggregate).flatMap(({ may }) => may));
    writers.delete('system'); // gets no answer over HTTP
    expect(writers.size).toBeGreaterThan(0);
    for (const role of writers) {
      const [actor, organisation] = everybody[role];
      expect(() => {
        requireReading(actor, organisation, 'konfigurasjon');
      }).not.toThrow();
    }
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
        requireCommand(person(who), nobodys, 'innbygger', { type: 'ForgetPerson', data: {} }, { tenant: kari, state: domain.innbygger.initialState });
      });
    expect(forget(kari)).toBeUndefined();
    expect(forget(ola)).toMatchObject({ kind: 'missing' });
  });

  it('a command that nobody has heard of: nobody', () => {
    for (const type of ['FormatDisk', 'toString', 'constructor']) expect(allowed((who) => send(who, 'driftsmelding', type))).toEqual([]);
  });
});

describe('Who may send a command about an integration of the organisation’s own', () => {
  const event = (one: IntegrationEvent, actor = 'person:somebody'): FoldedEvent => ({ ...one, metadata: { actor } });
  const made = (actor: string) => event({ type: 'IntegrationCreated', data: sakssystem }, actor);
  const attached = (undertjeneste: Undertjeneste) => event({ type: 'IntegrationAttached', data: { ...tilknytning, undertjeneste, tilganger: [] } });
  const detached = (undertjeneste: Undertjeneste) => event({ type: 'IntegrationDetached', data: { undertjeneste } });
  const granted = (undertjeneste: Undertjeneste, privilegium: Privilegium) => event({ type: 'AccessGranted', data: { undertjeneste, privilegium } });
  const [byOther, byKari] = [made('person:somebody'), made(`person:${kari}`)];
  const matrikkel = granted('MINE_EIENDOMMER', 'MATRIKKEL.QUERY');

  /** For each state: the roles with authority over the integration itself, and the roles that may let Innsyn use it. */
  const states: readonly (readonly [string, readonly FoldedEvent[], readonly Anybody[], readonly Anybody[]])[] = [
    ['attached to Innsyn', [byOther, attached('INNSYN')], ['administrator', 'innsyn', 'plattform'], ['administrator', 'innsyn']],
    ['given a tilgang in Innsyn before a tilgang attached', [byOther, granted('INNSYN', 'INNSYN.SOK')], ['administrator', 'innsyn', 'plattform'], ['administrator', 'innsyn']],
    ['attached to Innsyn, created by one who administers something else too', [byKari, attached('INNSYN')], ['administrator', 'innsyn', 'plattform'], ['administrator', 'innsyn']],
    ['attached to Kommunale tjenester alone', [byOther, attached('KOMMUNALE_TJENESTER')], ['administrator', 'tjenester', 'plattform'], ['administrator']],
    ['attached to Mine eiendommer too', [byOther, attached('INNSYN'), matrikkel], ['administrator', 'plattform'], ['administrator', 'innsyn']],
    ['detached from all but Innsyn', [byOther, attached('INNSYN'), matrikkel, detached('MINE_EIENDOMMER')], ['administrator', 'innsyn', 'plattform'], ['administrator', 'innsyn']],
    ['not in use, created by somebody else', [byOther], ['administrator', 'plattform'], ['administrator']],
    ['not in use any more', [byOther, attached('INNSYN'), detached('INNSYN')], ['administrator', 'plattform'], ['administrator']],
    ['not in use, created by the platform', [made('plattform:drift')], ['administrator', 'plattform'], ['administrator']],
    ['not in use, created by the one who asks', [byKari], ['administrator', 'innsyn', 'tjenester', 'eiendommer', 'plattform'], ['administrator', 'innsyn']],
    ['deleted', [byOther, attached('INNSYN'), event({ type: 'IntegrationDeleted', data: {} })], ['administrator', 'innsyn', 'tjenester', 'eiendommer', 'plattform'], ['administrator', 'innsyn']],
  ];

  it.each(states)('%s', (_, history, over, toInnsyn) => {
    const state = fold(integration, history);
    for (const type of ['ChangeIntegration', 'GenerateIntegrationPassword', 'DeleteIntegration'])
      expect([type, allowed((who) => send(who, 'integration', type, {}, state))]).toEqual([type, [...over].sort()]);
    for (const type of ['GrantAccess', 'AttachIntegration'])
      expect([type, allowed((who) => send(who, 'integration', type, { undertjeneste: 'INNSYN' }, state))]).toEqual([type, [...toInnsyn].sort()]);
    // Taking access away from an undertjeneste needs only authority over that undertjeneste. The service itself does it at its end.
    expect(allowed((who) => send(who, 'integration', 'RevokeAccess', { undertjeneste: 'INNSYN' }, state))).toEqual(['administrator', 'innsyn', 'system']);
    expect(allowed((who) => send(who, 'integration', 'DetachIntegration', { undertjeneste: 'INNSYN' }, state))).toEqual(['administrator', 'innsyn', 'system']);
  });

  it('one who administers every undertjeneste that uses it has authority over it', () => {
    const both: OrganisationStatus = { ...registered, isTjenesteadministrator: (id, one) => id === kari && one !== 'KOMMUNALE_TJENESTER' };
    const state = (...used: Undertjeneste[]) => fold(integration, [byOther, ...used.map(attached)]);
    expect(send([person(kari), both], 'integration', 'DeleteIntegration', {}, state('INNSYN', 'MINE_EIENDOMMER'))).toBeUndefined();
    expect(send([person(kari), both], 'integration', 'DeleteIntegration', {}, state(...undertjenester))).toMatchObject({ kind: 'forbidden' });
  });

  it('one who created it, and administers nothing any more, has no authority over it', () => {
    expect(send([person(kari), registered], 'integration', 'DeleteIntegration', {}, fold(integration, [byKari]))).toMatchObject({ kind: 'missing' });
  });

  it('another organisation’s global one: whoever administers the undertjeneste lets it in there', () => {
    const state = fold(integration, [event({ type: 'IntegrationAttached', data: { ...tilknytning, undertjeneste: 'MINE_EIENDOMMER' } })]);
    expect(allowed((who) => send(who, 'integration', 'AttachIntegration', { undertjeneste: 'INNSYN' }, state))).toEqual(['administrator', 'innsyn']);
  });

  it('is told why not, when they have something to do with the organisation', () => {
    const used = fold(integration, [byOther, attached('INNSYN'), attached('MINE_EIENDOMMER')]);
    const why = (role: Anybody, state: object) => send(everybody[role], 'integration', 'GenerateIntegrationPassword', {}, state);
    const refused = (detail: string) => ({ kind: 'forbidden', code: 'MANGLER_TILGANG', detail });
    expect(why('tjenester', used)).toEqual(refused('Integrasjonen brukes i Innsyn og Mine eiendommer, som du ikke administrerer. En administrator for organisasjonen kan gjøre dette.'));
    expect(why('eiendommer', used)).toEqual(refused('Integrasjonen brukes i Innsyn, som du ikke administrerer. En administrator for organisasjonen kan gjøre dette.'));
    expect(why('innsyn', fold(integration, [byOther]))).toEqual(
      refused('Integrasjonen er ikke i bruk i noen undertjeneste. Bare den som opprettet den, eller en administrator for organisasjonen, kan gjøre dette.'),
    );
    expect(why('revisor', used)).toEqual(refused('Du har ikke tilgang til å gjøre dette.'));
    expect(why('fremmed', used)).toMatchObject({ kind: 'missing', detail: 'Fant ikke det du ba om, eller du har ikke tilgang til det.' });
  });
});

describe('What one who may not is told', () => {
  const missing = { kind: 'missing', code: 'IKKE_FUNNET' };
  const forbidden = { kind: 'forbidden', code: 'MANGLER_TILGANG' };

  it('is that there is nothing, when the organisation is not theirs, exactly as when it does not exist', () => {
    for (const { aggregate, type, data } of cases) {
      const theirs = send(everybody.fremmed, aggregate, type, data);
      expect(theirs).toMatchObject(missing);
      expect(send([person(kari), nobodys], aggregate, type, data)).toEqual(theirs);
    }
  });

  it('is that they may not, when they have something to do with the organisation', () => {
    expect(send(everybody.innsyn, 'kommunalTjeneste', 'CreateKommunalTjeneste')).toMatchObject(forbidden);
    expect(send(everybody.plattform, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send(everybody.system, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send(everybody.revisor, 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(forbidden);
    expect(send([person(ola), everybody.revisor[1]], 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(missing);
  });

  it('is that there is nothing, to the platform too, when the organisation does not exist', () => {
    expect(send([plattform, nobodys], 'driftsmelding', 'PublishDriftsmelding')).toMatchObject(missing);
    expect(send([plattform, nobodys], 'organisasjon', 'RegisterOrganisasjon')).toBeUndefined();
  });
});

describe('Who may read', () => {
  const read = (who: readonly [Actor, OrganisationStatus], reading: Reading) =>
    refusalOf(() => {
      requireReading(...who, reading);
    });

  it.each([
    ['konfigurasjon', ['administrator', 'eiendommer', 'innsyn', 'plattform', 'revisor', 'tjenester']],
    ['tilganger', ['administrator', 'eiendommer', 'innsyn', 'plattform', 'revisor', 'tjenester']],
    ['revisjonsspor', ['administrator', 'revisor']],
  ] as const)('%s: %s', (reading, roles) => {
    expect(allowed((who) => read(who, reading))).toEqual(roles);
  });

  it.each(['konfigurasjon', 'tilganger', 'revisjonsspor'] as const)('%s of an organisation that does not exist: nobody, in the same words as of another’s', (reading) => {
    const theirs = read(everybody.fremmed, reading);
    expect(theirs).toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    for (const [actor] of Object.values(everybody)) expect(read([actor, nobodys], reading)).toEqual(theirs);
  });

  it('one who does not audit the organisation, though another does: no more than anybody', () => {
    expect(read([person(ola), everybody.revisor[1]], 'revisjonsspor')).toMatchObject({ kind: 'missing' });
  });

  it('the audit trail is forbidden to those who may read the rest', () => {
    const adminsAndAuditors = { kind: 'forbidden', code: 'MANGLER_TILGANG', detail: 'Bare administratorer og revisorer for organisasjonen kan lese revisjonssporet.' };
    expect(read(everybody.innsyn, 'revisjonsspor')).toMatchObject(adminsAndAuditors);
    expect(read(everybody.plattform, 'revisjonsspor')).toMatchObject(adminsAndAuditors);
  });
});

describe('The login level of a person', () => {
  const tooWeak = { kind: 'forbidden', code: 'INNLOGGINGSNIVA_UTILSTREKKELIG' };
  /** The same actor with another login level. */
  const at = (innloggingsniva: Innloggingsniva | undefined, [actor, organisation]: readonly [Actor, OrganisationStatus]): readonly [Actor, OrganisationStatus] => {
    if (actor.kind !== 'person') return [actor, organisation];
    const { innloggingsniva: _, ...known } = actor;
    return [{ ...known, ...(innloggingsniva && { innloggingsniva }) }, organisation];
  };
  const forget = ([actor, organisation]: readonly [Actor, OrganisationStatus]) =>
    refusalOf(() => {
      requireCommand(actor, organisation, 'innbygger', { type: 'ForgetPerson', data: {} }, { tenant: kari, state: domain.innbygger.initialState });
    });

  it.each(cases)('must be 4 for $what, for everybody who may send it', (listed) => {
    const { aggregate, type, data, may } = listed;
    const state = stateBefore(listed);
    for (const [role, who] of Object.entries(everybody)) {
      for (const level of [3, undefined] as const) {
        const weaker = at(level, who);
        if (who[0].kind === 'person' && (may as readonly string[]).includes(role)) {
          expect(send(weaker, aggregate, type, data, state)).toMatchObject({ ...tooWeak, detail: expect.stringContaining('nivå 4') as string });
          expect(maySend(...weaker, aggregate, { type, data } as never, { tenant: nesseby, state: state as never })).toBe(false);
        } else expect(send(weaker, aggregate, type, data, state)).toEqual(send(who, aggregate, type, data, state));
      }
    }
  });

  it('must be 4 to forget herself, and is not told of to others', () => {
    const herself = [person(kari), nobodys] as const;
    for (const level of [3, undefined] as const) {
      expect(forget(at(level, herself))).toMatchObject(tooWeak);
      expect(forget(at(level, [person(ola), nobodys]))).toMatchObject({ kind: 'missing' });
    }
    expect(forget(herself)).toBeUndefined();
  });

  it.each(['konfigurasjon', 'tilganger', 'revisjonsspor'] as const)('must be 3 to read the %s', (reading) => {
    const read = (...who: readonly [Actor, OrganisationStatus]) =>
      refusalOf(() => {
        requireReading(...who, reading);
      });
    for (const who of Object.values(everybody)) {
      expect(read(...at(3, who))).toEqual(read(...who));
      if (who[0].kind === 'person' && read(...who) === undefined)
        expect(read(...at(undefined, who))).toMatchObject({ ...tooWeak, detail: expect.stringContaining('nivå 3') as string });
      else expect(read(...at(undefined, who))).toEqual(read(...who));
    }
  });
});

describe('What an actor is to an organisation', () => {
  it.each<[Anybody, readonly string[]]>([
    ['administrator', ['ADMINISTRATOR']],
    ['innsyn', ['TJENESTEADMINISTRATOR']],
    ['eiendommer', ['TJENESTEADMINISTRATOR']],
    ['revisor', ['REVISOR']],
    ['plattform', ['PLATTFORM']],
    ['system', []],
    ['fremmed', []],
  ])('%s: %s', (who, roles) => {
    const [actor, organisation] = everybody[who];
    expect([...rolesOf(actor, organisation)]).toEqual(roles);
  });

  it('is written in the log by kind and reference, and only a person is read back as one', () => {
    expect(actorReference(person(kari))).toBe(`person:${kari}`);
    expect(personOf(`person:${kari}`)).toBe(kari);
    expect(actorReference(plattform)).toBe('plattform:drift');
    expect(personOf('plattform:drift')).toBeUndefined();
  });
});
