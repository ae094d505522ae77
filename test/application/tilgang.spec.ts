import { CqrsModule, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { OrganisationStatusReader } from '../../src/application/commands/organisation-status-reader.js';
import { Clock } from '../../src/application/ports/clock.js';
import { Documents } from '../../src/application/ports/documents.js';
import { Persons } from '../../src/application/ports/persons.js';
import { CheckAutorisasjon, CheckAutorisasjonHandler, SearchAutorisasjoner, SearchAutorisasjonerHandler, SearchTilganger, SearchTilgangerHandler } from '../../src/application/views/autorisasjon.js';
import type { CursorPage, CursorRequest } from '../../src/application/ports/page.js';
import { GetRessursHandler, tilganger, type TilgangView } from '../../src/application/views/tilgang.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import type { Privilegium } from '../../src/domain/privilegier.js';
import type { Undertjeneste } from '../../src/domain/values/undertjeneste.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { kari, ola, sakssystem, tilknytning } from '../domain/examples.js';
import { administered, bergen, foldView, given, idOf, logOf, memory, nesseby, person, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

const mine = ressurserFor(nesseby);
const org = thing('organisasjon', nesseby);
const service = thing('tjeneste', nesseby);
const id = idOf('sakssystem');
const system = thing('integration', id);
const created = system({ type: 'IntegrationCreated', data: sakssystem });
const tilgang = (privilegium: Privilegium, undertjeneste: Undertjeneste = 'INNSYN') => ({ privilegium, undertjeneste });
const grant = (...held: Parameters<typeof tilgang>) => system({ type: 'AccessGranted', data: tilgang(...held) });
const revoke = (...held: Parameters<typeof tilgang>) => system({ type: 'AccessRevoked', data: tilgang(...held) });
const attached = system({ type: 'IntegrationAttached', data: { ...tilknytning, tilganger: ['INNSYN.INDEX.SKJEMA', 'INNSYN.SOK'] } });

/** The view without the position of the event that gave a tilgang, which a test of its own looks at. */
const withoutPosition: Projection<TilgangView> = {
  ...tilganger,
  apply(event, pages) {
    tilganger.apply(event, pages);
    for (const key of tilganger.keys(event)) {
      const held = pages.get(key);
      if (!held) continue;
      const { posisjon: _, ...rest } = held;
      pages.set(key, rest);
    }
  },
};
/** By whom and when all events of `given` happen. */
const given23 = { gitt: then, gittAv: 'person:kari' };
const personHolds = (privilegium: Privilegium, aktor: string, ressurs: string): Record<string, TilgangView> => ({
  [`${ressurs}/${aktor}/${privilegium}`]: { aktor, aktorType: 'PERSON', privilegium, ressurs, fiksOrgId: nesseby, ...given23 },
});
const admin = (aktor: string, ressurs: string) => personHolds('ADMIN', aktor, ressurs);
const held = (privilegium: Privilegium, ressurs = mine.INNSYN): Record<string, TilgangView> => ({
  [`${ressurs}/${id}/${privilegium}`]: { aktor: id, aktorType: 'INTEGRASJON', privilegium, ressurs, fiksOrgId: nesseby, ...given23 },
});

describe('Tilganger of persons', () => {
  it('an administrator holds ADMIN on the organisation, until dismissed', () => {
    const appointed = [kari, ola].map((personId) => org({ type: 'AdministratorAppointed', data: { personId } }));
    given(...appointed).then(withoutPosition, { ...admin(kari, nesseby), ...admin(ola, nesseby) });
    given(...appointed, org({ type: 'AdministratorDismissed', data: { personId: kari } })).then(withoutPosition, admin(ola, nesseby));
  });

  it('an auditor holds REVISOR on the organisation, until dismissed', () => {
    const appointed = [kari, ola].map((personId) => org({ type: 'RevisorAppointed', data: { personId } }));
    given(...appointed).then(withoutPosition, { ...personHolds('REVISOR', kari, nesseby), ...personHolds('REVISOR', ola, nesseby) });
    given(...appointed, org({ type: 'RevisorDismissed', data: { personId: kari } })).then(withoutPosition, personHolds('REVISOR', ola, nesseby));
  });

  it('a tjenesteadministrator holds ADMIN on the undertjeneste, until removed', () => {
    const added = (['INNSYN', 'MINE_EIENDOMMER'] as const).map((undertjeneste) =>
      service({ type: 'TjenesteadministratorAdded', data: { undertjeneste, personId: kari } }),
    );
    given(...added).then(withoutPosition, { ...admin(kari, mine.INNSYN), ...admin(kari, mine.MINE_EIENDOMMER) });
    given(...added, service({ type: 'TjenesteadministratorRemoved', data: { undertjeneste: 'INNSYN', personId: kari } })).then(
      withoutPosition,
      admin(kari, mine.MINE_EIENDOMMER),
    );
  });
});

describe('Tilganger with a last day', () => {
  const until = (utlop: string | undefined, time = then, actor = 'person:kari') =>
    org({ type: 'AdministratorAppointed', data: { personId: ola, ...(utlop !== undefined && { utlop }) } }, { time, actor });
  const key = `${nesseby}/${ola}/ADMIN`;
  const becomes = (happened: readonly GivenEvent[], changes: Partial<TilgangView>) => {
    given(...happened).then(withoutPosition, { [key]: { ...admin(ola, nesseby)[key]!, ...changes } });
  };

  it('tell the day, also when it is changed or taken away, and since when they were held', () => {
    becomes([until('2026-12-31')], { utlop: '2026-12-31' });
    becomes([until('2026-12-31'), until('2027-01-31', '2026-12-31T22:00:00.000Z', 'person:ola')], { utlop: '2027-01-31' });
    becomes([until('2026-12-31'), until(undefined, '2026-12-01T12:00:00.000Z')], {});
  });

  it('are held anew when they are given again after the day', () => {
    const later = '2026-12-31T23:00:00.000Z';
    becomes([until('2026-12-31'), until('2027-01-31', later, 'person:ola')], { utlop: '2027-01-31', gitt: later, gittAv: 'person:ola' });
  });

  it('tell the last review that kept them, and nothing of those that they do not hold', () => {
    const beholdt = [{ ressurs: nesseby, aktor: ola, privilegium: 'ADMIN' }, { ressurs: nesseby, aktor: kari, privilegium: 'REVISOR' }] as const;
    becomes([until(undefined), org({ type: 'TilgangerReviewed', data: { dag: '2026-11-24', beholdt, fjernet: [] } }, { actor: 'person:kari' })], { gjennomgatt: { dag: '2026-11-24', av: 'person:kari' } });
  });
});

it('Tilganger tell the event that gave them, also when they are prolonged or reviewed, and another one when they are given anew', () => {
  const appoint = (utlop: string, time = then) => org({ type: 'AdministratorAppointed', data: { personId: ola, utlop } }, { time });
  const beholdt = [{ ressurs: nesseby, aktor: ola, privilegium: 'ADMIN' }] as const;
  const reviewed = org({ type: 'TilgangerReviewed', data: { dag: '2026-11-24', beholdt, fjernet: [] } });
  const positionAfter = (...happened: readonly GivenEvent[]) => [...foldView(tilganger, logOf(happened)).values()].map(({ data }) => data.posisjon);
  const begun = [grant('INNSYN.SOK'), revoke('INNSYN.SOK'), appoint('2026-12-31')];
  expect(positionAfter(...begun, appoint('2027-01-31'), reviewed)).toEqual(['3']);
  expect(positionAfter(...begun, appoint('2027-02-28', '2027-01-02T12:00:00.000Z'))).toEqual(['4']);
});

describe('Tilganger of integrations', () => {
  const matrikkel = ['MATRIKKEL.QUERY', 'MINE_EIENDOMMER'] as const;

  it('are held on the resource of the undertjeneste, until revoked', () => {
    given(created, grant('INNSYN.SOK'), grant(...matrikkel)).then(withoutPosition, {
      ...held('INNSYN.SOK'),
      ...held('MATRIKKEL.QUERY', mine.MINE_EIENDOMMER),
    });
    given(created, grant('INNSYN.SOK'), grant(...matrikkel), revoke('INNSYN.SOK')).then(
      withoutPosition,
      held('MATRIKKEL.QUERY', mine.MINE_EIENDOMMER),
    );
  });

  it('come with attaching the integration, in addition to what it holds', () => {
    given(grant('INNSYN.INDEX.MAPPE'), grant('INNSYN.SOK'), attached).then(withoutPosition, {
      ...held('INNSYN.INDEX.MAPPE'),
      ...held('INNSYN.SOK'),
      ...held('INNSYN.INDEX.SKJEMA'),
    });
  });

  it('go with detaching it, all under that undertjeneste, however they came, and no others', () => {
    given(attached, grant('INNSYN.INDEX.MAPPE'), grant(...matrikkel), system({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } })).then(
      withoutPosition,
      held('MATRIKKEL.QUERY', mine.MINE_EIENDOMMER),
    );
  });

  it('go with deleting it, all of them', () => {
    given(created, attached, grant('INNSYN.INDEX.MAPPE'), grant(...matrikkel), system({ type: 'IntegrationDeleted', data: {} })).then(withoutPosition, {});
  });

  it('of one integration or organisation are untouched by what becomes of another', () => {
    const other = thing('integration', idOf('et annet system'));
    const theirs = thing('integration', id, bergen);
    given(
      grant('INNSYN.SOK'),
      other({ type: 'IntegrationDeleted', data: {} }),
      theirs({ type: 'IntegrationDeleted', data: {} }),
      other({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }),
      theirs({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }),
      other({ type: 'AccessRevoked', data: tilgang('INNSYN.SOK') }),
      theirs({ type: 'AccessRevoked', data: tilgang('INNSYN.SOK') }),
    ).then(withoutPosition, held('INNSYN.SOK'));
  });
});

describe('Who holds what', () => {
  const all = [
    ...administered(nesseby, kari),
    ...administered(bergen, ola),
    service({ type: 'TjenesteAdopted', data: { ressurser: mine } }),
    service({ type: 'TjenesteadministratorAdded', data: { undertjeneste: 'INNSYN', personId: ola } }),
    created,
    grant('INNSYN.SOK'),
  ];

  /** Asks as Kari. The views have seen the events of `views`, and the log has those of `log`. */
  async function asking(views = all, log = views) {
    const [{ documents }, { organisations }] = [await memory(...views), await memory(...log)];
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: Documents, useValue: documents },
        { provide: OrganisationStatusReader, useValue: organisations },
        { provide: Persons, useValue: new MemoryPersons() },
        { provide: Clock, useValue: new StoppedClock() },
        GetRessursHandler,
        SearchTilgangerHandler,
        SearchAutorisasjonerHandler,
        CheckAutorisasjonHandler,
      ],
    }).compile();
    await module.init();
    const queries = module.get(QueryBus);
    return {
      on: async (ressurs: string, page = { fra: 0, antall: 10 }) => (await queries.execute(new SearchTilganger(person(kari), ressurs, page))).tilganger.map(({ aktorId, privilegium }) => `${aktorId} ${privilegium}`),
      search: async (forelderRessurs?: string) =>
        (await queries.execute(new SearchAutorisasjoner(person(kari), forelderRessurs === undefined ? {} : { forelderRessurs }, { antall: 100 }))).items,
      page: (page: CursorRequest) => queries.execute(new SearchAutorisasjoner(person(kari), {}, page)),
      pages: async (antall: number) => {
        const pages: string[][] = [];
        for (let at: CursorPage<unknown> = { items: [], next: { fiksOrgId: '', key: '' } }; at.next; ) {
          const { items, ...rest } = await queries.execute(new SearchAutorisasjoner(person(kari), {}, { antall, cursor: at.next }));
          pages.push(items.map(({ ressurs, aktorId, privilegium }) => `${ressurs.id} ${aktorId} ${privilegium}`));
          at = { items, ...rest };
        }
        return pages;
      },
      holds: (ressurs: string, aktor: string, privilegium: string) => queries.execute(new CheckAutorisasjon(person(kari), ressurs, { id: parseUuid(aktor) }, privilegium)),
    };
  }

  it('is listed for a resource: what is given right there', async () => {
    const { on } = await asking();
    expect(await on(mine.INNSYN)).toEqual([`${id} INNSYN.SOK`, `${ola} ADMIN`]);
    expect(await on(nesseby)).toEqual([`${kari} ADMIN`]);
    expect(await on(mine.MIN_KOMMUNE)).toEqual([]);
    await expect(on(bergen)).rejects.toMatchObject({ kind: 'missing' });
    await expect(on(idOf('ingen'))).rejects.toMatchObject({ kind: 'missing' });
  });

  it('is listed for all organisations of the actor: what counts where, inherited from above too, and never from below or beside', async () => {
    const { search } = await asking();
    const lines = (await search()).map(({ ressurs, aktorId, privilegium, ressursNiva, privilegiumNiva, foreldre }) => {
      expect(foreldre).toHaveLength(ressursNiva);
      return `${ressurs.type} ${aktorId === kari ? 'kari' : aktorId === ola ? 'ola' : 'systemet'} ${privilegium} ${ressursNiva} ${privilegiumNiva}`;
    });
    expect(lines.sort()).toEqual(
      [
        'ORGANISASJON kari ADMIN 0 0',
        'MIN_KOMMUNE kari ADMIN 1 0',
        'INNSYN kari ADMIN 2 0',
        'INNSYN ola ADMIN 2 2',
        'INNSYN systemet INNSYN.SOK 2 2',
        'KOMMUNALE_TJENESTER kari ADMIN 2 0',
        'MINE_EIENDOMMER kari ADMIN 2 0',
      ].sort(),
    );
  });

  it('is the same list in pages of any size, across organisations and within one', async () => {
    const both = [
      ...all,
      thing('organisasjon', bergen, bergen)({ type: 'AdministratorAppointed', data: { personId: kari } }),
      thing('tjeneste', bergen, bergen)({ type: 'TjenesteAdopted', data: { ressurser: ressurserFor(bergen) } }),
    ];
    const { pages } = await asking(both);
    const [whole] = await pages(500);
    expect(whole).toHaveLength(17);
    for (const antall of [1, 2, 7, 16, 17]) {
      const some = await pages(antall);
      expect(some.flat()).toEqual(whole);
      expect(some.map(({ length }) => length)).toEqual(Array.from({ length: Math.ceil(17 / antall) }, (_, n) => Math.min(antall, 17 - n * antall)));
    }
  });

  describe('when the list changes between two pages', () => {
    const privileges: readonly Privilegium[] = ['INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA', 'INNSYN.SOK'];
    const before = [...all.slice(0, -1), ...privileges.map((privilegium) => grant(privilegium))];
    const fromNowOn = (privilegium: Privilegium) => system({ type: 'AccessGranted', data: { ...tilgang(privilegium), utlop: '2030-01-01' } });
    const changes = [
      ...privileges.map((privilegium): [string, GivenEvent, readonly Privilegium[]] => [`${privilegium} gets a last day`, fromNowOn(privilegium), privileges]),
      ...privileges.map((privilegium): [string, GivenEvent, readonly Privilegium[]] => [`${privilegium} is taken away`, revoke(privilegium), privileges.filter((one) => one !== privilegium)]),
    ];

    it.each(changes)('nobody who still holds a privilege is missed: %s', async (_, change, left) => {
      const [first, then] = [await asking(before), await asking([...before, change])];
      for (let antall = 1; ; antall++) {
        const { items, next } = await first.page({ antall });
        if (!next) break;
        const { items: rest } = await then.page({ antall: 100, cursor: next });
        const seen = [...items, ...rest].filter(({ aktorId }) => aktorId === id).map(({ privilegium }) => privilegium);
        expect(seen).toEqual(expect.arrayContaining([...left]));
        expect(new Set(seen).size).toBe(seen.length);
      }
    });

    it.each(privileges)('a resource lists everyone, though %s gets a last day', async (privilegium) => {
      const [first, then] = [await asking(before), await asking([...before, fromNowOn(privilegium)])];
      const seen = [...(await first.on(mine.INNSYN, { fra: 0, antall: 2 })), ...(await then.on(mine.INNSYN, { fra: 2, antall: 10 }))];
      expect(new Set(seen)).toEqual(new Set(await then.on(mine.INNSYN)));
    });
  });

  it('is checked for one aktor: given there or above, not below', async () => {
    const { holds } = await asking();
    expect(await holds(mine.INNSYN, id, 'INNSYN.SOK')).toBe(true);
    expect(await holds(mine.MIN_KOMMUNE, id, 'INNSYN.SOK')).toBe(false);
    expect(await holds(mine.INNSYN, id, 'INNSYN.INDEX.MAPPE')).toBe(false);
    expect(await holds(mine.INNSYN, idOf('en annen'), 'INNSYN.SOK')).toBe(false);
  });

  it('is left out of an organisation that has dismissed her, also before the views know, and shown of the others', async () => {
    const both = [...all, thing('organisasjon', bergen, bergen)({ type: 'AdministratorAppointed', data: { personId: kari } })];
    const dismissed = thing('organisasjon', bergen, bergen)({ type: 'AdministratorDismissed', data: { personId: kari } });
    const organisations = async (log: typeof both) => [...new Set((await (await asking(both, log)).search()).map(({ ressurs }) => ressurs.fiksOrgId))];
    expect(new Set(await organisations(both))).toEqual(new Set([nesseby, bergen]));
    expect(await organisations([...both, dismissed])).toEqual([nesseby]);
  });

  it('is refused in another organisation as in none', async () => {
    const { search } = await asking();
    for (const other of [bergen, idOf('ingen')]) await expect(search(other)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
  });
});
