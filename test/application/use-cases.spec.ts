import 'reflect-metadata';
import { jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { CommandBus, CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '../../src/application/ports/clock.js';
import { Documents } from '../../src/application/ports/documents.js';
import { EventStore, StoreUnavailable, type RecordedEvent } from '../../src/application/ports/event-store.js';
import type { CommandRequest } from '../../src/application/commands/decision.js';
import { ExecuteHandler, RehearseHandler } from '../../src/application/commands/execute.js';
import { WhenTjenestevedleggReplacedOrDeletedThenDestroyKeys } from '../../src/application/policies/when-tjenestevedlegg-replaced-or-deleted-then-destroy-keys.js';
import { WhenIntegrationDeletedThenDetach } from '../../src/application/policies/when-integrasjon-deleted-then-detach.js';
import type { Recorded } from '../../src/application/ports/projection.js';
import { queryHandlers } from '../../src/application/views/index.js';
import { ExecuteMany } from '../../src/application/commands/execute-many.js';
import { EksternRevisjon } from '../../src/application/ports/ekstern-revisjon.js';
import { Innsynslogg } from '../../src/application/ports/innsynslogg.js';
import { Persons } from '../../src/application/ports/persons.js';
import { SubjectKeys } from '../../src/application/ports/subject-keys.js';
import { MemoryEksternRevisjon } from '../../src/infrastructure/memory/ekstern-revisjon.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySessions } from '../../src/infrastructure/memory/sessions.js';
import { MemorySisteBruk } from '../../src/infrastructure/memory/siste-bruk.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { Secrets } from '../../src/application/ports/secrets.js';
import { Sessions } from '../../src/application/innlogging/sessions.js';
import { Signing } from '../../src/application/ports/signing.js';
import { Reservations } from '../../src/application/commands/reservations.js';
import { StreamCache } from '../../src/application/commands/stream-cache.js';
import { LastUse, SisteBruk } from '../../src/application/commands/last-use.js';
import { OrganisationStatusReader } from '../../src/application/commands/organisation-status-reader.js';
import { SvarUtAccounts } from '../../src/application/ports/svarut-accounts.js';
import { AttachIntegration } from '../../src/application/use-cases/attach-integrasjon.js';
import { GrantTilgang, RevokeTilgang } from '../../src/application/use-cases/change-tilgang.js';
import { DeleteAvtale, subjectOfAvtale } from '../../src/application/use-cases/end-avtale.js';
import { GenerateIntegrationPassword } from '../../src/application/use-cases/generate-integrasjon-password.js';
import { MeldingLimit } from '../../src/application/use-cases/index-meldinger.js';
import { useCases } from '../../src/application/use-cases/index.js';
import { RegisterAvtale } from '../../src/application/use-cases/register-avtale.js';
import { hovedavtale } from '../../src/application/views/organisasjon.js';
import { ShowSvarUtAccount } from '../../src/application/use-cases/show-svarut-account.js';
import { Navnelagring } from '../../src/application/use-cases/forget-person.js';
import { FinishSigning, StartSigning, Tjenestevedlegg } from '../../src/application/use-cases/sign-tjenestevedlegg.js';
import { CheckAutorisasjon, SearchAutorisasjoner, SearchTilganger } from '../../src/application/views/autorisasjon.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import type { EventType } from '../../src/domain/index.js';
import type { Privilegium } from '../../src/domain/privilegier.js';
import { tjenestekode } from '../../src/domain/tjeneste.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseIntegrasjonsnavn } from '../../src/domain/values/text.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { HashedSecrets } from '../../src/infrastructure/crypto/hashed-secrets.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf } from '../../src/infrastructure/development/organisasjoner.js';
import { DevelopmentSigning } from '../../src/infrastructure/development/development-signing.js';
import { fellesIntegrasjon, kari, ola, sakssystem } from '../domain/examples.js';
import { administered, bergen, type GivenEvent, idOf, lastUseOn, logOf, memory, nesseby, opened, person, plattform, StoppedClock, thing } from '../support/views.js';

const accounts = new ExampleSvarUtAccounts();
const modules: TestingModule[] = [];
afterEach(async () => {
  for (const one of modules.splice(0)) await one.close();
});

/** The command and query buses over the memory adapters, after these events. The views are not updated afterwards. */
async function after(...happened: GivenEvent[]) {
  return afterKnowing(new MemoryPersons(), ...happened);
}
/** Like `after`, with these known persons. */
async function afterKnowing(persons: Persons, ...happened: GivenEvent[]) {
  const { store, documents } = await memory(...happened);
  const clock = new StoppedClock();
  const signing = new DevelopmentSigning(randomBytes(32), 'http://localhost:3000');
  const module = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      { provide: EventStore, useValue: store },
      { provide: Documents, useValue: documents },
      { provide: Clock, useValue: clock },
      { provide: LastUse, useValue: lastUseOn(clock) },
      { provide: SisteBruk, useValue: new MemorySisteBruk(new MemoryPersons()) },
      { provide: Sessions, useClass: MemorySessions },
      { provide: Secrets, useClass: HashedSecrets },
      { provide: Signing, useValue: signing },
      { provide: SvarUtAccounts, useValue: accounts },
      { provide: Tjenestevedlegg, useValue: { avtaleUuid: idOf('avtale'), versjon: '2.0', navn: 'Tjenestevedlegg for Min kommune' } satisfies Tjenestevedlegg },
      { provide: MeldingLimit, useValue: new MeldingLimit(262_144) },
      { provide: Navnelagring, useValue: { dager: 1 } satisfies Navnelagring },
      { provide: Persons, useValue: persons },
      { provide: SubjectKeys, useValue: new MemorySubjectKeys() },
      { provide: Innsynslogg, useValue: new MemoryInnsynslogg() },
      { provide: EksternRevisjon, useValue: new MemoryEksternRevisjon() },
      StreamCache,
      OrganisationStatusReader,
      ExecuteHandler,
      RehearseHandler,
      ExecuteMany,
      Reservations,
      ...useCases,
      ...queryHandlers,
      WhenIntegrationDeletedThenDetach,
    ],
  }).compile();
  modules.push(await module.init());
  const before = await store.head();
  return {
    store,
    keys: module.get<SubjectKeys>(SubjectKeys),
    commands: module.get(CommandBus),
    queries: module.get(QueryBus),
    persons,
    policy: module.get(WhenIntegrationDeletedThenDetach),
    clock,
    signing,
    /** The events stored since the start. */
    news: async () => {
      const events: RecordedEvent[] = [];
      for await (const page of store.readAll({ after: before })) events.push(...page);
      return events;
    },
  };
}
const request = (name = 'kommando', actor = person(kari)): CommandRequest => ({ actor, commandId: idOf(name), correlationId: `request ${name}` });
const missing = { kind: 'missing', code: 'IKKE_FUNNET' };

const id = idOf('integrasjon');
const integration = (tenant = nesseby) => thing('integration', id, tenant);
const created = integration()({ type: 'IntegrationCreated', data: sakssystem });
const createdGlobal = integration(bergen)({ type: 'IntegrationCreated', data: fellesIntegrasjon });
const people = [...opened(nesseby, kari), ...opened(bergen, ola)];

describe('A new password for an integration', () => {
  it('is told once, and only its hash is in the log', async () => {
    const { commands, news } = await after(...people, created);
    const { passord, revision } = await commands.execute(new GenerateIntegrationPassword(nesseby, id, request()));
    const [event] = await news();
    expect(passord).toMatch(/^[\w-]{43}$/);
    expect(revision).toBe(1n);
    expect(event).toMatchObject({ type: 'IntegrationPasswordGenerated', stream: { tenant: nesseby, id } });
    expect(JSON.stringify(await news(), (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(passord);
    expect(new HashedSecrets().matches(passord, (event!.data as { passordHash: string }).passordHash)).toBe(true);
  });

  it('is another one every time', async () => {
    const { commands, news } = await after(...people, created);
    const one = await commands.execute(new GenerateIntegrationPassword(nesseby, id, request('én')));
    const two = await commands.execute(new GenerateIntegrationPassword(nesseby, id, request('to')));
    expect(one.passord).not.toBe(two.passord);
    expect(await news()).toHaveLength(2);
  });

  it('is not made again when the request is repeated, and not told', async () => {
    const { commands, news } = await after(...people, created);
    await commands.execute(new GenerateIntegrationPassword(nesseby, id, request()));
    await expect(commands.execute(new GenerateIntegrationPassword(nesseby, id, request()))).rejects.toMatchObject({ kind: 'conflict', code: 'PASSORD_ALLEREDE_VIST' });
    expect(await news()).toHaveLength(1);
  });

  it('that is told works, also when the request is repeated while the first is still running', async () => {
    const { commands, news } = await after(...people, created);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => commands.execute(new GenerateIntegrationPassword(nesseby, id, request()))));
    const told = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.passord] : []));
    const [event, ...more] = await news();
    expect(more).toEqual([]);
    expect(told).toHaveLength(1);
    expect(new HashedSecrets().matches(told[0]!, (event!.data as { passordHash: string }).passordHash)).toBe(true);
  });

  it('is refused for another organisation’s integration, and one that does not exist', async () => {
    const { commands, news } = await after(...people, created);
    await expect(commands.execute(new GenerateIntegrationPassword(nesseby, id, request('k', person(ola))))).rejects.toMatchObject(missing);
    await expect(commands.execute(new GenerateIntegrationPassword(nesseby, idOf('ingen'), request()))).rejects.toMatchObject(missing);
    expect(await news()).toEqual([]);
  });
});

describe('Attaching an integration', () => {
  const attach = (undertjeneste: AttachIntegration['undertjeneste'] = 'INNSYN', from = request(), fiksOrgId = nesseby) =>
    new AttachIntegration(fiksOrgId, id, undertjeneste, from);

  it('brings the tilganger that the global one asks for, and says whose it is', async () => {
    const { commands, news } = await after(...people, createdGlobal);
    await commands.execute(attach());
    expect(await news()).toMatchObject([
      {
        type: 'IntegrationAttached',
        stream: { tenant: nesseby, id },
        data: { undertjeneste: 'INNSYN', integrasjon: { eier: bergen, navn: fellesIntegrasjon.navn, global: true }, tilganger: ['INNSYN.INDEX.SKJEMA'] },
      },
    ]);
  });

  it('refuses an undertjeneste that the global one has neither a tag for nor asks for tilganger in', async () => {
    const { commands, news } = await after(...people, createdGlobal);
    await expect(commands.execute(attach('MINE_EIENDOMMER'))).rejects.toMatchObject({ code: 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE' });
    expect(await news()).toEqual([]);
  });

  it('works for one’s own, and for a global one that has been changed since others attached it', async () => {
    const own = await after(...people, created);
    await own.commands.execute(attach());
    expect(await own.news()).toHaveLength(1);
    const elsewhere = integration('33333333-3333-4333-8333-333333333333')({
      type: 'IntegrationAttached',
      data: { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(bergen), navn: fellesIntegrasjon.navn, global: true }, tilganger: [] },
    });
    const navn = parseIntegrasjonsnavn('Nytt navn');
    const changed = integration(bergen)({ type: 'IntegrationChanged', data: { navn } });
    const global = await after(...people, createdGlobal, elsewhere, changed);
    await global.commands.execute(attach());
    expect((await global.news())[0]!.data).toMatchObject({ integrasjon: { navn } });
  });

  it('that is repeated has the first outcome, also when the owner has changed the integration meanwhile', async () => {
    const unchanged = await after(...people, createdGlobal);
    const first = await unchanged.commands.execute(attach());
    expect(await unchanged.commands.execute(attach())).toEqual({ ...first, repeated: true });
    await expect(unchanged.commands.execute(attach('MINE_EIENDOMMER'))).rejects.toMatchObject({ code: 'IDEMPOTENSNOKKEL_BRUKT' });

    const event = (await unchanged.news())[0]!;
    const stored: GivenEvent = { stream: event.stream, event: event as never, metadata: event.metadata };
    const renamed = integration(bergen)({ type: 'IntegrationChanged', data: { navn: parseIntegrasjonsnavn('Nytt navn') } });
    const changed = await after(...people, createdGlobal, stored, renamed);
    expect(await changed.commands.execute(attach())).toMatchObject({ revision: 0n, repeated: true });
    expect(await changed.news()).toEqual([]);
  });

  it('is refused for a private one of somebody else, exactly as for one that does not exist', async () => {
    const { commands, news } = await after(...people, integration(bergen)({ type: 'IntegrationCreated', data: sakssystem }));
    const refusals = await Promise.all(
      [id, idOf('ingen')].map((one) =>
        commands.execute(new AttachIntegration(nesseby, one, 'INNSYN', request())).catch((error: unknown) => {
          const { kind, code, message } = error as { kind: string; code: string; message: string };
          return { kind, code, message };
        }),
      ),
    );
    expect(refusals[0]).toMatchObject(missing);
    expect(refusals[1]).toEqual(refusals[0]);
    expect(await news()).toEqual([]);
  });
});

describe('A global integration that its owner has deleted', () => {
  const attachedTo = (tenant: string, undertjeneste: 'INNSYN' | 'MINE_EIENDOMMER') =>
    integration(tenant)({
      type: 'IntegrationAttached',
      data: { undertjeneste, integrasjon: { eier: parseUuid(bergen), navn: fellesIntegrasjon.navn, global: true }, tilganger: [] },
    });
  const trondheim = '33333333-3333-4333-8333-333333333333';
  const all = [
    ...people,
    ...opened(trondheim, ola),
    createdGlobal,
    attachedTo(nesseby, 'INNSYN'),
    attachedTo(nesseby, 'MINE_EIENDOMMER'),
    attachedTo(trondheim, 'INNSYN'),
    integration(bergen)({ type: 'IntegrationDeleted', data: {} }, { correlationId: 'slettingen' }),
  ];
  const deleted = logOf(all).at(-1) as Recorded;

  it('is detached from every undertjeneste of every organisation, once, following from the deletion', async () => {
    const { commands, policy, news } = await after(...all);
    for (let turn = 0; turn < 2; turn++) for (const command of await policy.react(deleted)) await commands.execute(command);
    const events = await news();
    expect(events.map(({ type, stream, data }) => `${type} ${stream.tenant} ${(data as { undertjeneste: string }).undertjeneste}`).sort()).toEqual(
      [`IntegrationDetached ${nesseby} INNSYN`, `IntegrationDetached ${nesseby} MINE_EIENDOMMER`, `IntegrationDetached ${trondheim} INNSYN`].sort(),
    );
    for (const { metadata } of events) expect(metadata).toMatchObject({ actor: 'system:detachDeleted', correlationId: 'slettingen', causationId: deleted.id });
  });

  it('that nobody has attached needs nothing', async () => {
    const { policy } = await after(...people, createdGlobal, integration(bergen)({ type: 'IntegrationDeleted', data: {} }));
    expect(await policy.react(deleted)).toEqual([]);
    expect(policy.types).toEqual(['IntegrationDeleted']);
  });
});

describe('Signing the tjenestevedlegg', () => {
  const returUrl = (signeringId: string) => `http://localhost:3000/retur/${signeringId}`;
  const begin = async (...happened: GivenEvent[]) => {
    const world = await after(...people, ...happened);
    const started = await world.commands.execute(new StartSigning(nesseby, returUrl, request()));
    const portal = new URL(started.url);
    const back = (button: 'signer' | 'avvis') => new URL(portal.searchParams.get(button)!);
    const signeringId = back('signer').pathname.split('/').at(-1)!;
    const token = (button: 'signer' | 'avvis') => back(button).searchParams.get('status')!;
    const finish = (statusToken: string, one = signeringId) => world.commands.execute(new FinishSigning(one, statusToken, 'retur'));
    return { ...world, started, portal, signeringId, token, finish };
  };

  it('sends the person to the portal, with a reference that says nothing of the person', async () => {
    const { portal, signeringId, news, started } = await begin();
    expect(portal.searchParams.get('tittel')).toBe('Tjenestevedlegg for Min kommune');
    expect(signeringId).toMatch(new RegExp(`^${nesseby}_[0-9a-f-]{36}$`));
    expect(await news()).toMatchObject([{ type: 'TjenestevedleggSigningStarted', data: { signeringId, versjon: '2.0', startetAv: `person:${kari}` } }]);
    expect(started.repeated).toBe(false);
  });

  it('that is started again by the same request is the same signing', async () => {
    const { commands, started, news } = await begin();
    expect(await commands.execute(new StartSigning(nesseby, returUrl, request()))).toEqual({ ...started, repeated: true });
    expect(await news()).toHaveLength(1);
  });

  it('is recorded with the day, on behalf of the one who signed', async () => {
    const { finish, token, clock, news, signeringId } = await begin();
    clock.set('2026-12-23T23:30:00Z');
    expect(await finish(token('signer'))).toBe('SIGNERT');
    expect((await news()).slice(1)).toMatchObject([
      {
        type: 'TjenestevedleggSigned',
        data: { signeringId, versjon: '2.0', signertAv: `person:${kari}`, signeringsdato: '2026-12-24' },
        metadata: { actor: 'system:signering', onBehalfOf: `person:${kari}`, correlationId: 'retur' },
      },
    ]);
  });

  it('that is rejected is recorded as that', async () => {
    const { finish, token, news } = await begin();
    expect(await finish(token('avvis'))).toBe('AVVIST');
    expect((await news()).map(({ type }) => type)).toEqual(['TjenestevedleggSigningStarted', 'TjenestevedleggRejected']);
  });

  it('is recorded once, however often the browser comes back, on another day too', async () => {
    const { finish, token, clock, news } = await begin();
    await finish(token('signer'));
    clock.set('2027-01-01T00:00:00Z');
    expect(await finish(token('signer'))).toBe('SIGNERT');
    expect(await news()).toHaveLength(2);
  });

  it('is not recorded on a token that is forged, cut, for another signing, or for another outcome', async () => {
    const { finish, token, news } = await begin();
    const other = await begin();
    const forged = ['', 'SIGNERT', 'SIGNERT.', `${token('signer')}x`, token('signer').slice(0, -1), token('avvis').replace('AVVIST', 'SIGNERT'), other.token('signer')];
    for (const one of forged) expect(await finish(one)).toBe('VENTER');
    expect(await news()).toHaveLength(1);
  });

  it('is not recorded on a genuine token for a signing that does not exist or belongs elsewhere', async () => {
    const { signing, finish, news } = await begin();
    for (const one of [`${nesseby}_${idOf('ingen')}`, `${idOf('ingen')}_${idOf('ingen')}`, `${bergen}_${idOf('ingen')}`]) {
      const url = await signing.start({ signeringId: one, tittel: 't', returUrl: returUrl(one) });
      const genuine = new URL(new URL(url).searchParams.get('signer')!).searchParams.get('status')!;
      await expect(finish(genuine, one)).rejects.toMatchObject({ kind: 'missing' });
    }
    await expect(finish('SIGNERT.x', 'tull')).rejects.toMatchObject(missing);
    expect(await news()).toHaveLength(1);
  });

  it('that a later one has replaced is not recorded', async () => {
    const { commands, finish, token, news } = await begin();
    await commands.execute(new StartSigning(nesseby, returUrl, request('på nytt')));
    await expect(finish(token('signer'))).rejects.toMatchObject({ code: 'SIGNERING_IKKE_FUNNET' });
    expect((await news()).map(({ type }) => type)).toEqual(['TjenestevedleggSigningStarted', 'TjenestevedleggSigningStarted']);
  });

  it('is for an administrator', async () => {
    const { commands, news } = await after(...people);
    await expect(commands.execute(new StartSigning(nesseby, returUrl, request('k', person(ola))))).rejects.toMatchObject(missing);
    expect(await news()).toEqual([]);
  });
});

describe('Registering an agreement that was signed elsewhere', () => {
  const minKommune = thing('tjeneste', nesseby, nesseby);
  const adopted = [
    ...administered(nesseby, kari),
    thing('organisasjon', nesseby, nesseby)({ type: 'HovedavtaleRecorded', data: { signeringsdato: '2024-01-01' } }),
    minKommune({ type: 'TjenesteAdopted', data: { ressurser: ressurserFor(nesseby) } }),
  ];
  const vedlegg = { avtaleUuid: idOf('avtale'), tjenestekode, signeringsdato: '2026-01-02' } as const;
  const register = (avtale: RegisterAvtale['avtale'] = vedlegg, from = request('papir', plattform), expectedRevision?: bigint) =>
    new RegisterAvtale(nesseby, avtale, from, expectedRevision);

  it('records the hovedavtale with its day, or with today', async () => {
    for (const [signeringsdato, recorded] of [['2025-02-03', '2025-02-03'], [undefined, '2026-12-24']] as const) {
      const { commands, news, clock } = await after(...administered(nesseby, kari));
      clock.set('2026-12-23T23:30:00Z');
      await commands.execute(register({ avtaleUuid: idOf('hovedavtalen'), tjenestekode: hovedavtale, ...(signeringsdato && { signeringsdato }) }));
      expect(await news()).toMatchObject([{ type: 'HovedavtaleRecorded', stream: { tenant: nesseby, id: nesseby }, data: { signeringsdato: recorded } }]);
    }
  });

  it('records the tjenestevedlegg in force as started and signed, by one signing', async () => {
    const { commands, news } = await after(...adopted);
    const { revision } = await commands.execute(register());
    const [started, signed, ...more] = await news();
    expect(more).toEqual([]);
    expect(started).toMatchObject({ type: 'TjenestevedleggSigningStarted', data: { versjon: '2.0' }, metadata: { actor: 'plattform:drift' } });
    const { signeringId } = started!.data as { signeringId: string };
    expect(signed).toMatchObject({ type: 'TjenestevedleggSigned', revision, data: { signeringId, versjon: '2.0', signeringsdato: '2026-01-02' } });
    expect(signeringId).toMatch(new RegExp(`^${nesseby}_[0-9a-f-]{36}$`));
  });

  it('that is repeated has the first outcome', async () => {
    const { commands, news } = await after(...adopted);
    const first = await commands.execute(register());
    expect(await commands.execute(register())).toEqual({ ...first, repeated: true });
    expect(await news()).toHaveLength(2);
  });

  it.each([
    ['the hovedavtale', { avtaleUuid: idOf('hovedavtalen'), tjenestekode: hovedavtale }, 1, administered(nesseby, kari)],
    ['the tjenestevedlegg', { avtaleUuid: vedlegg.avtaleUuid, tjenestekode }, 2, adopted],
  ] as const)('of today, repeated after midnight, has the first outcome: %s', async (_, avtale, stored, before) => {
    const { commands, news, clock } = await after(...before);
    clock.set('2026-12-23T22:59:59Z');
    const first = await commands.execute(register(avtale));
    clock.set('2026-12-23T23:00:01Z');
    expect(await commands.execute(register(avtale))).toEqual({ ...first, repeated: true });
    expect(await news()).toHaveLength(stored);
    await expect(commands.execute(register({ ...avtale, signeringsdato: '2026-12-24' }))).rejects.toMatchObject({ code: 'IDEMPOTENSNOKKEL_BRUKT' });
  });

  it('has an id of its own in each organisation, also with one idempotency key', async () => {
    const { commands, news } = await after(...adopted, ...opened(bergen, ola));
    for (const one of [nesseby, bergen]) await commands.execute(new RegisterAvtale(one, vedlegg, request('papir', plattform)));
    const ids = (await news()).flatMap(({ type, data }) => (type === 'TjenestevedleggSigned' ? [(data as { signeringId: string }).signeringId.slice(-36)] : []));
    expect(new Set(ids).size).toBe(2);
  });

  it('on the condition of a revision registers all of it, or nothing', async () => {
    const { commands, news } = await after(...adopted);
    await expect(commands.execute(register(vedlegg, request('papir', plattform), 7n))).rejects.toMatchObject({ code: 'REVISJON_ENDRET' });
    expect(await news()).toEqual([]);
    await commands.execute(register(vedlegg, request('papir', plattform), 0n));
    expect((await news()).map(({ type }) => type)).toEqual(['TjenestevedleggSigningStarted', 'TjenestevedleggSigned']);
  });

  it('is refused for another agreement than the tjenestevedlegg in force', async () => {
    const { commands, news } = await after(...adopted);
    await expect(commands.execute(register({ ...vedlegg, avtaleUuid: idOf('en annen') }))).rejects.toMatchObject({ kind: 'invalid', code: 'UKJENT_AVTALE', detail: expect.stringContaining(vedlegg.avtaleUuid) as string });
    expect(await news()).toEqual([]);
  });

  it('is for the platform: an administrator, who may start a signing, starts none by it', async () => {
    const { commands, news } = await after(...adopted);
    await expect(commands.execute(register(vedlegg, request()))).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(commands.execute(register(vedlegg, request('k', person(ola))))).rejects.toMatchObject(missing);
    expect(await news()).toEqual([]);
  });
});

describe('The key of the texts of an agreement', () => {
  const signeringId = `${nesseby}_${idOf(`signering ${nesseby}`)}`;
  const remove = new DeleteAvtale(nesseby, signeringId, request('slett', plattform));
  const subject = subjectOfAvtale(signeringId);

  it('is destroyed with the agreement, and kept when the deletion is not stored', async () => {
    const { commands, keys, store } = await after(...people);
    await keys.obtain([subject]);
    const append = jest.spyOn(store, 'append').mockRejectedValue(new StoreUnavailable());
    await expect(commands.execute(remove)).rejects.toThrow(StoreUnavailable);
    expect((await keys.find([subject])).has(subject)).toBe(true);
    append.mockRestore();
    await commands.execute(remove);
    expect((await keys.find([subject])).has(subject)).toBe(false);
  });

  it('is destroyed by a policy when the service ended in between', async () => {
    const { commands, keys, store, news } = await after(...people);
    await commands.execute(remove);
    const others = new MemorySubjectKeys();
    await others.obtain([subject]);
    const policy = new WhenTjenestevedleggReplacedOrDeletedThenDestroyKeys(store, others);
    for (const event of await news()) if (policy.types.includes(event.type as EventType)) await policy.react(event as Recorded);
    expect((await others.find([subject])).has(subject)).toBe(false);
    expect((await keys.find([subject])).has(subject)).toBe(false);
  });
});

describe('Tilganger', () => {
  const mine = ressurserFor(nesseby);
  const fnr = parseFodselsnummer('12818510088', { syntetiske: true });
  const system = { id: parseUuid(id) };
  const grant = (ressurs: string, aktor: GrantTilgang['aktor'], privilegium: Privilegium = 'ADMIN', from = request()) =>
    new GrantTilgang(ressurs, aktor, privilegium, from);
  const revoke = (ressurs: string, aktor: GrantTilgang['aktor'], privilegium: Privilegium = 'ADMIN', from = request('bort')) =>
    new RevokeTilgang(ressurs, aktor, privilegium, from);
  const told = (events: readonly RecordedEvent[]) => events.map(({ type, stream, data }) => [type, stream.id, data]);

  it('of an integration are in its own stream, given and taken', async () => {
    const { commands, news } = await after(...people, created);
    await commands.execute(grant(mine.INNSYN, system, 'INNSYN.SOK'));
    await commands.execute(revoke(mine.INNSYN, system, 'INNSYN.SOK'));
    const data = { privilegium: 'INNSYN.SOK', undertjeneste: 'INNSYN' };
    const attached = { undertjeneste: 'INNSYN', integrasjon: { eier: nesseby, navn: sakssystem.navn, global: false }, tilganger: [] };
    expect(told(await news())).toEqual([['IntegrationAttached', id, attached], ['AccessGranted', id, data], ['AccessRevoked', id, data]]);
  });

  it('of a person are those of an administrator on the organisation, and of a tjenesteadministrator on an undertjeneste', async () => {
    const { commands, news, persons } = await after(...people);
    await commands.execute(grant(nesseby, { fnr }, 'ADMIN', request('1')));
    const personId = (await persons.find(fnr))!;
    const byId = { id: parseUuid(personId) };
    await commands.execute(grant(mine.INNSYN, byId, 'ADMIN', request('2')));
    await commands.execute(revoke(mine.INNSYN, { fnr }, 'ADMIN', request('3')));
    await commands.execute(revoke(nesseby, byId, 'ADMIN', request('4')));
    expect(told(await news())).toEqual([
      ['AdministratorAppointed', nesseby, { personId }],
      ['TjenesteadministratorAdded', nesseby, { personId, undertjeneste: 'INNSYN' }],
      ['TjenesteadministratorRemoved', nesseby, { personId, undertjeneste: 'INNSYN' }],
      ['AdministratorDismissed', nesseby, { personId }],
    ]);
  });

  it('of an auditor are given and taken on the organisation, to a person who has no other role in it', async () => {
    const { commands, news, persons } = await after(...people);
    await commands.execute(grant(nesseby, { fnr }, 'REVISOR', request('1', plattform)));
    const personId = (await persons.find(fnr))!;
    const dependent = { kind: 'conflict', code: 'REVISOR_IKKE_UAVHENGIG' };
    for (const [ressurs, privilegium] of [[nesseby, 'ADMIN'], [mine.INNSYN, 'ADMIN']] as const)
      await expect(commands.execute(grant(ressurs, { fnr }, privilegium, request(ressurs)))).rejects.toMatchObject(dependent);
    await commands.execute(grant(nesseby, { fnr }, 'REVISOR', request('2')));
    await commands.execute(revoke(nesseby, { fnr }, 'REVISOR', request('3')));
    await commands.execute(grant(mine.INNSYN, { fnr }, 'ADMIN', request('4')));
    await expect(commands.execute(grant(nesseby, { fnr }, 'REVISOR', request('5')))).rejects.toMatchObject(dependent);
    expect(told(await news())).toEqual([
      ['RevisorAppointed', nesseby, { personId }],
      ['RevisorDismissed', nesseby, { personId }],
      ['TjenesteadministratorAdded', nesseby, { personId, undertjeneste: 'INNSYN' }],
    ]);
  });

  it('are given once by a request that is repeated, and on the condition of its revision', async () => {
    const { commands, news } = await after(...people, created);
    const first = await commands.execute(grant(mine.INNSYN, system, 'INNSYN.SOK'));
    expect(await commands.execute(grant(mine.INNSYN, system, 'INNSYN.SOK'))).toEqual({ ...first, repeated: true });
    const late = new RevokeTilgang(mine.INNSYN, system, 'INNSYN.SOK', request('sent'), 0n);
    await expect(commands.execute(late)).rejects.toMatchObject({ code: 'REVISJON_ENDRET' });
    expect((await news()).map(({ type }) => type)).toEqual(['IntegrationAttached', 'AccessGranted']);
  });

  it('that do not fit the aktor or the resource are refused', async () => {
    const { commands, news } = await after(...people, created);
    const conflict = (code: string) => ({ kind: 'conflict', code });
    await expect(commands.execute(grant(mine.INNSYN, { fnr }, 'INNSYN.SOK'))).rejects.toMatchObject(conflict('TILGANG_PASSER_IKKE_AKTOR'));
    for (const privilegium of ['ADMIN', 'REVISOR'] as const)
      await expect(commands.execute(grant(mine.INNSYN, system, privilegium))).rejects.toMatchObject(conflict('TILGANG_PASSER_IKKE_AKTOR'));
    for (const ressurs of [mine.MIN_KOMMUNE, mine.INNSYN])
      await expect(commands.execute(grant(ressurs, { fnr }, 'REVISOR'))).rejects.toMatchObject(conflict('TILGANG_PASSER_IKKE_RESSURS'));
    for (const [ressurs, aktor, privilegium] of [[nesseby, system, 'INNSYN.SOK'], [mine.MIN_KOMMUNE, system, 'INNSYN.SOK'], [mine.MIN_KOMMUNE, { fnr }, 'ADMIN']] as const)
      await expect(commands.execute(grant(ressurs, aktor, privilegium))).rejects.toMatchObject(conflict('IKKE_EN_UNDERTJENESTE'));
    expect(await news()).toEqual([]);
  });

  it('are not changed by a stranger, who makes nobody known either', async () => {
    const { commands, news, persons } = await after(...people, created);
    const stranger = request('k', person(ola));
    for (const command of [grant(nesseby, { fnr }, 'ADMIN', stranger), grant(idOf('ingen'), { fnr }, 'ADMIN', stranger)])
      await expect(commands.execute(command)).rejects.toMatchObject(missing);
    for (const aktor of [{ fnr }, system]) await expect(commands.execute(revoke(mine.INNSYN, aktor, 'ADMIN', stranger))).rejects.toMatchObject(missing);
    expect(await persons.find(fnr)).toBeUndefined();
    expect(await news()).toEqual([]);
  });

  it('taken from somebody who is not known change nothing, and make nobody known', async () => {
    const { commands, news, persons } = await after(...people);
    expect(await commands.execute(revoke(nesseby, { fnr }))).toBeUndefined();
    expect(await persons.find(fnr)).toBeUndefined();
    expect(await news()).toEqual([]);
  });

  describe('that are held', () => {
    const auditor = 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c09' as typeof kari;
    const revisor = person(auditor);
    /** Kari is administrator, another person is auditor, a known person is tjenesteadministrator for INNSYN, and the integration may search. */
    const world = async () => {
      const persons = new MemoryPersons();
      const personId = await persons.identify({ fnr });
      const asked = await afterKnowing(
        persons,
        ...opened(nesseby, kari),
        thing('organisasjon', nesseby, nesseby)({ type: 'RevisorAppointed', data: { personId: auditor } }),
        thing('tjeneste', nesseby, nesseby)({ type: 'TjenesteadministratorAdded', data: { personId, undertjeneste: 'INNSYN' } }),
        created,
        integration()({ type: 'AccessGranted', data: { privilegium: 'INNSYN.SOK', undertjeneste: 'INNSYN' } }),
      );
      return { ...asked, personId };
    };

    it('are checked on the resource and on those above it, for an aktor by fødselsnummer or id', async () => {
      const { queries, personId } = await world();
      const check = (ressurs: string, aktor: GrantTilgang['aktor'], privilegium = 'ADMIN') =>
        queries.execute(new CheckAutorisasjon(person(kari), ressurs, aktor, privilegium));
      expect(await check(mine.INNSYN, { fnr })).toBe(true);
      expect(await check(mine.INNSYN, { id: parseUuid(personId) })).toBe(true);
      expect(await check(mine.INNSYN, { id: parseUuid(kari) })).toBe(true);
      expect(await check(mine.INNSYN, system, 'INNSYN.SOK')).toBe(true);
      expect(await check(nesseby, { fnr })).toBe(false);
      expect(await check(mine.INNSYN, system, 'INNSYN.INDEX.MAPPE')).toBe(false);
      expect(await check(mine.INNSYN, { fnr: parseFodselsnummer('03867220088', { syntetiske: true }) })).toBe(false);
      await expect(queries.execute(new CheckAutorisasjon(person(ola), mine.INNSYN, system, 'INNSYN.SOK'))).rejects.toMatchObject(missing);
    });

    it('are told by fødselsnummer to those who appoint and dismiss, by reference to others', async () => {
      const { queries, personId } = await world();
      const onInnsyn = async (actor: CommandRequest['actor'], aktor?: GrantTilgang['aktor']) =>
        (await queries.execute(new SearchTilganger(actor, mine.INNSYN, { fra: 0, antall: 50 }, aktor))).tilganger.map((one) => one.aktor).sort();
      expect(await onInnsyn(person(kari))).toEqual([fnr, id].sort());
      expect(await onInnsyn(plattform)).toEqual([fnr, id].sort());
      expect(await onInnsyn(person(personId))).toEqual([personId, id].sort());
      expect(await onInnsyn(revisor)).toEqual([personId, id].sort());
      expect(await onInnsyn(revisor, { fnr })).toEqual([personId]);
      expect(await onInnsyn(person(kari), system)).toEqual([id]);
    });

    it('are searched by each condition', async () => {
      const { queries, personId } = await world();
      const search = async (sok: SearchAutorisasjoner['sok'], actor: CommandRequest['actor'] = revisor) =>
        (await queries.execute(new SearchAutorisasjoner(actor, sok, { antall: 100 }))).items.map((one) => `${one.ressurs.type} ${one.aktor} ${one.privilegium}`).sort();
      const everywhere = (aktor: string, privilegium: string) => ['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER', 'MIN_KOMMUNE', 'ORGANISASJON'].map((type) => `${type} ${aktor} ${privilegium}`);
      const inherited = everywhere(kari, 'ADMIN');
      const audited = everywhere(auditor, 'REVISOR');
      const given = [`INNSYN ${personId} ADMIN`, `INNSYN ${id} INNSYN.SOK`];
      expect(await search({})).toEqual([...inherited, ...audited, ...given].sort());
      expect(await search({}, person(kari))).toEqual([...inherited, ...audited, `INNSYN ${fnr} ADMIN`, given[1]].sort());
      expect(await search({ utenArv: true })).toEqual([`ORGANISASJON ${kari} ADMIN`, `ORGANISASJON ${auditor} REVISOR`, ...given].sort());
      expect(await search({ forelderRessurs: mine.INNSYN, utenArv: true })).toEqual([...given].sort());
      expect(await search({ forelderRessurs: nesseby, maksDybde: 1 })).toEqual([...inherited.slice(3), ...audited.slice(3)].sort());
      expect(await search({ aktor: { fnr } })).toEqual([given[0]]);
      expect(await search({ privilegium: 'INNSYN.SOK' })).toEqual([given[1]]);
      expect(await search({ privilegium: 'REVISOR', utenArv: true })).toEqual([audited[4]]);
      expect(await search({ type: 'MIN_KOMMUNE' })).toEqual([audited[3], inherited[3]].sort());
    });

    it('are searched by nobody but a person without saying where, and by no stranger', async () => {
      const { queries } = await world();
      await expect(queries.execute(new SearchAutorisasjoner(plattform, {}, { antall: 100 }))).rejects.toMatchObject({ code: 'FORELDERRESSURS_MANGLER' });
      expect(await queries.execute(new SearchAutorisasjoner(person(ola), {}, { antall: 100 }))).toEqual({ items: [] });
      await expect(queries.execute(new SearchAutorisasjoner(person(ola), { forelderRessurs: mine.INNSYN }, { antall: 100 }))).rejects.toMatchObject(missing);
    });
  });
});

describe('Showing the post of a SvarUt account', () => {
  const [here, there] = ['4601', '5001'].map((nummer) => fiksOrgIdOf({ type: 'KOMMUNE', nummer })) as [string, string];
  const accountOf = async (fiksOrgId: string) => (await accounts.list(fiksOrgId))[0]!.id;
  const org = [...opened(here, kari), ...opened(there, ola)];

  it('switches it on and off', async () => {
    const { commands, news } = await after(...org);
    const kontoId = await accountOf(here);
    for (const [synlig, name] of [[true, 'på'], [true, 'på igjen'], [false, 'av']] as const)
      await commands.execute(new ShowSvarUtAccount(here, kontoId, synlig, request(name)));
    expect((await news()).map(({ type, data, stream }) => [type, data, stream.id])).toEqual([
      ['SvarUtAccountEnabled', { kontoId }, here],
      ['SvarUtAccountDisabled', { kontoId }, here],
    ]);
  });

  it('is refused for another organisation’s account as for one that does not exist, and in another organisation', async () => {
    const { commands, news } = await after(...org);
    const attempts: [string, string][] = [
      [here, await accountOf(there)],
      [here, idOf('ingen')],
      [there, await accountOf(there)],
      [there, await accountOf(here)],
    ];
    const refusals = await Promise.all(
      attempts.map(([fiksOrgId, kontoId]) =>
        commands.execute(new ShowSvarUtAccount(fiksOrgId, kontoId, true, request())).catch((error: unknown) => (error as Error).message),
      ),
    );
    expect(new Set(refusals)).toEqual(new Set([expect.stringContaining('IKKE_FUNNET')]));
    expect(await news()).toEqual([]);
  });
});
