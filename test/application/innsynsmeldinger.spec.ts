import { meldingStream } from '../../src/application/commands/melding-id.js';
import { openMetadata } from '../../src/application/innsyn/sealing.js';
import type { Append } from '../../src/application/ports/event-store.js';
import { innsynsmeldinger, meldingstall } from '../../src/application/views/innsynsmelding.js';
import type { Innsynsmelding } from '../../src/domain/innsynsmelding.js';
import { parseEksternRef } from '../../src/domain/values/ekstern-ref.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { MemoryEventStore } from '../../src/infrastructure/memory/event-store.js';
import { MemorySubjectKeys } from '../../src/infrastructure/memory/subject-keys.js';
import { inMemory, Innsyn, integrationWith, kariNordmann, olaNordmann, openFor, sak } from '../support/innsyn.js';
import { bergen, idOf, nesseby } from '../support/views.js';

const [arkiv, regnskap] = [idOf('arkiv'), idOf('regnskap')];
const fiksOrgId = parseUuid(nesseby);
const world = (kept = inMemory()) =>
  Innsyn.start(
    kept,
    ...openFor(nesseby),
    ...openFor(bergen),
    ...integrationWith(arkiv, nesseby, 'INNSYN.INDEX.MAPPE'),
    ...integrationWith(regnskap, nesseby, 'INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.MAPPE'),
  );
const changed = (name: string) => sak(name, { fiksOrgId, metadata: { type: 'SAK', tittel: 'Noe annet' } });
const many = (count: number, change = {}) => Array.from({ length: count }, (_, n) => sak(`nr. ${n}`, { fiksOrgId, ...change }));

describe('A batch of messages', () => {
  it('is stored, a stream and an event a message, with one question for each kind of thing', async () => {
    const calls: string[] = [];
    class Counting extends MemoryEventStore {
      override appendMany(appends: readonly Append[]) {
        calls.push(`append ${appends.length}`);
        return super.appendMany(appends);
      }
      override readStreams(streams: Parameters<MemoryEventStore['readStreams']>[0]) {
        calls.push(`read ${streams.length}`);
        return super.readStreams(streams);
      }
    }
    const innsyn = await world({ ...inMemory(), store: new Counting() });
    calls.length = 0;
    expect(await innsyn.index(arkiv, ...many(1200))).toMatchObject({ opprettet: 1200, oppdatert: 0 });
    expect(calls).toEqual(['read 3', 'read 1200', 'append 1200']);
    const events = await innsyn.events();
    expect(events.map(({ stream }) => stream)).toEqual(many(1200).map((melding) => meldingStream({ ...melding, integrasjonId: arkiv })));
    expect(new Set(events.map(({ metadata }) => metadata.actor))).toEqual(new Set([`integrasjon:${arkiv}`]));
  });

  it('makes no event when it is sent again, however often; only what has changed does', async () => {
    const innsyn = await world();
    await innsyn.index(arkiv, ...many(20));
    for (const _ of [1, 2]) expect(await innsyn.index(arkiv, ...many(20).toReversed())).toEqual({ opprettet: 0, oppdatert: 20, position: 0n });
    expect(await innsyn.events()).toHaveLength(20);
    expect(await innsyn.index(arkiv, ...many(20), changed('nr. 7'), sak('ny', { fiksOrgId }))).toMatchObject({ opprettet: 1, oppdatert: 21 });
    expect((await innsyn.events()).slice(20).map(({ stream }) => stream.id)).toEqual([`${arkiv}_${idOf('nr. 7')}`, `${arkiv}_${idOf('ny')}`]);
  });

  it('that has the same fields in another order is the same', async () => {
    const innsyn = await world();
    await innsyn.index(arkiv, sak('a', { fiksOrgId, metadata: { type: 'SAK', tittel: 'En sak', minPart: { type: 'PERSON', rolle: 'Eier', navn: 'Kari' } } }));
    await innsyn.index(arkiv, sak('a', { fiksOrgId, metadata: { minPart: { navn: 'Kari', rolle: 'Eier', type: 'PERSON' }, tittel: 'En sak', type: 'SAK' } }));
    expect(await innsyn.events()).toHaveLength(1);
  });

  it('with the same message twice: the last counts', async () => {
    const innsyn = await world();
    expect(await innsyn.index(arkiv, sak('a', { fiksOrgId }), sak('b', { fiksOrgId }), changed('a'))).toMatchObject({ opprettet: 2, oppdatert: 1 });
    expect(await innsyn.events()).toHaveLength(2);
    expect(await innsyn.index(arkiv, changed('a'))).toMatchObject({ position: 0n });
  });

  it('that meets another with the same messages at the same time: each message is stored once', async () => {
    const innsyn = await world();
    const answers = await Promise.all([1, 2, 3].map(() => innsyn.index(arkiv, ...many(50))));
    expect(await innsyn.events()).toHaveLength(50);
    expect(answers.map(({ opprettet }) => opprettet).sort()).toEqual([0, 0, 50]);
  });

  it('that the store does not answer for is safe to send again', async () => {
    class Failing extends MemoryEventStore {
      failures = 0;
      override async appendMany(appends: readonly Append[]) {
        if (this.failures-- > 0) {
          await super.appendMany(appends.slice(0, 3));
          throw new Error('the line went dead');
        }
        return super.appendMany(appends);
      }
    }
    const store = new Failing();
    const innsyn = await world({ ...inMemory(), store });
    store.failures = 1;
    await expect(innsyn.index(arkiv, ...many(10))).rejects.toThrow('the line went dead');
    expect(await innsyn.index(arkiv, ...many(10))).toMatchObject({ opprettet: 7, oppdatert: 3 });
    expect(await innsyn.events()).toHaveLength(10);
  });
});

describe('What the log holds of a message', () => {
  const personal = { type: 'SAK', tittel: 'Barnevernssak', minPart: { type: 'PERSON', rolle: 'Mor', navn: 'Kári Nordmann', id: kariNordmann } } as const;
  const exposures = [
    ['a person', { type: 'FODSELSNUMMER', verdi: kariNordmann }],
    ['an organisation', { type: 'ORGANISASJONSNUMMER', verdi: parseOrganisasjonsnummer('910753614') }],
    ['a property', { type: 'MATRIKKELNUMMER', verdi: '5636-60/38/0/0' }],
    ['everybody', { type: 'OFFENTLIG' }],
  ] as const;

  it.each(exposures)('for %s tells neither what it says nor a fødselsnummer, and opens with the key alone, and there alone', async (_, eksponertFor) => {
    const innsyn = await world();
    await innsyn.index(arkiv, sak('a', { fiksOrgId, eksponertFor, metadata: personal }), sak('b', { fiksOrgId, eksponertFor, metadata: personal }));
    const events = await innsyn.events();
    const stored = JSON.stringify(events.map(({ data, metadata, stream }) => ({ data, metadata, stream })));
    for (const secret of ['Barnevern', 'Nordmann', 'Mor', kariNordmann, Buffer.from('Barnevernssak').toString('base64url').slice(0, 12)]) expect(stored).not.toContain(secret);

    const [one, two] = events.map(({ data }) => data as Innsynsmelding);
    expect(one!.forseglet).not.toBe(two!.forseglet);
    const subject = { FODSELSNUMMER: `person:${String((await innsyn.kept.persons.find(kariNordmann)))}`, ORGANISASJONSNUMMER: 'organisasjon:910753614', MATRIKKELNUMMER: 'matrikkel:5636-60/38/0/0', OFFENTLIG: 'offentlig' }[eksponertFor.type];
    const key = (await innsyn.kept.keys.find([subject])).get(subject)!;
    expect(openMetadata(events[0]!.stream, one!, key)).toEqual(personal);
    expect(() => openMetadata(events[1]!.stream, one!, key)).toThrow();
    expect(() => openMetadata(events[0]!.stream, { ...one!, eksponertFor: { type: 'ORGANISASJONSNUMMER', verdi: parseOrganisasjonsnummer('210987657') } }, key)).toThrow();
    const other = (await new MemorySubjectKeys().obtain([subject])).get(subject)!;
    expect(() => openMetadata(events[0]!.stream, one!, other)).toThrow();
    expect(other.digest('x')).not.toBe(key.digest('x'));
  });
});

describe('Who may index', () => {
  const refused = (integrasjonId: string, org: string) => ({ kind: 'forbidden', code: 'INNSYN.INTEGRASJON_IKKE_AUTORISERT_FOR_INDEX', integrasjonId, fiksOrgId: org });

  it('an integration with the tilgang for each kind of message, in each organisation; otherwise nothing is stored or kept', async () => {
    const innsyn = await world();
    const faktura = sak('f', {
      fiksOrgId,
      versjon: 'FAKTURA_V1',
      metadata: { tittel: 'SFO', fakturaDato: '2026-11-01', forfallDato: '2026-12-01', fakturaMottaker: 'Kari', betalesTil: 'Nesseby', belop: 1, status: 'BETALT' },
    });
    await expect(innsyn.index(arkiv, sak('a', { fiksOrgId }), faktura)).rejects.toMatchObject(refused(arkiv, nesseby));
    await expect(innsyn.index(regnskap, faktura, sak('b', { fiksOrgId: parseUuid(bergen) }))).rejects.toMatchObject(refused(regnskap, bergen));
    await expect(innsyn.index(idOf('ukjent'), sak('a', { fiksOrgId }))).rejects.toMatchObject(refused(idOf('ukjent'), nesseby));
    await expect(innsyn.index(arkiv, sak('a', { fiksOrgId: parseUuid(idOf('ingen kommune')) }))).rejects.toMatchObject(refused(arkiv, idOf('ingen kommune')));
    expect(await innsyn.events()).toEqual([]);
    expect(await innsyn.kept.persons.find(kariNordmann)).toBeUndefined();
    expect(await innsyn.index(regnskap, faktura)).toMatchObject({ opprettet: 1 });
  });

  it('and never what another integration has: the same id is another message', async () => {
    const innsyn = await world();
    await innsyn.index(arkiv, sak('a', { fiksOrgId }));
    expect(await innsyn.index(regnskap, changed('a'))).toMatchObject({ opprettet: 1 });
    expect(await innsyn.delete(regnskap, [{ fiksOrgId, integrasjonId: regnskap, meldingId: idOf('a') }])).toMatchObject({ antallSlettet: 1 });
    expect(await innsyn.index(arkiv, sak('a', { fiksOrgId }))).toMatchObject({ opprettet: 0, position: 0n });
  });

  it('a malformed message refuses the batch, and says which', async () => {
    const innsyn = await world();
    await expect(innsyn.index(arkiv, sak('a', { fiksOrgId }), sak('b', { fiksOrgId, metadata: { type: 'SAK' } }))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'UGYLDIG_MELDING',
      detail: `Melding ${idOf('b')} (MAPPE_V1): tittel mangler.`,
    });
    expect(await innsyn.events()).toEqual([]);
  });

  it('metadata above the limit refuse the batch, and the refusal says which message; the service’s own letters have no limit', async () => {
    const innsyn = await world();
    const sized = (name: string, bytes: number) => {
      const metadata = { type: 'SAK', tittel: 'Ø', beskrivelse: '' };
      return sak(name, { fiksOrgId, metadata: { ...metadata, beskrivelse: 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(metadata))) } });
    };
    await expect(innsyn.index(arkiv, sized('a', 262_144), sized('b', 262_145))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'FOR_STOR_MELDING',
      detail: `Melding ${idOf('b')} (MAPPE_V1): metadata kan ha høyst 262144 byte, men har 262145.`,
    });
    expect(await innsyn.events()).toEqual([]);
    expect(await innsyn.index(arkiv, sized('a', 262_144))).toMatchObject({ opprettet: 1 });
    expect(await innsyn.indexAs({ kind: 'system', id: 'svarut' }, arkiv, sized('b', 262_145))).toMatchObject({ opprettet: 1 });
  });
});

describe('Messages are deleted', () => {
  const ref = parseEksternRef('Sak 2026/14');
  const where = (integrasjonId: string, more = {}) => ({ fiksOrgId: nesseby, integrasjonId, ...more });

  it('by id: those that are there are counted', async () => {
    const innsyn = await world();
    await innsyn.index(arkiv, ...many(3));
    const ids = [...many(2), sak('ukjent', { fiksOrgId })].map(({ meldingId }) => ({ fiksOrgId, integrasjonId: arkiv, meldingId }));
    // Those that are named twice are counted once.
    expect(await innsyn.delete(arkiv, [...ids, ...ids])).toMatchObject({ antallSlettet: 2 });
    expect(await innsyn.delete(arkiv, ids)).toEqual({ antallSlettet: 0, position: 0n });
    expect((await innsyn.events()).slice(3).map(({ type, data }) => ({ type, data }))).toEqual(Array(2).fill({ type: 'MeldingDeleted', data: { grunn: 'AVSENDER' } }));
  });

  it('by eksternRef, also those that were indexed just now and are more than a page; never another integration’s', async () => {
    const innsyn = await world();
    await innsyn.index(regnskap, sak('deres', { fiksOrgId, eksternRef: ref }));
    await innsyn.index(arkiv, ...many(1100, { eksternRef: ref }), sak('uten', { fiksOrgId }));
    expect(await innsyn.delete(arkiv, where(arkiv, { eksternRef: ref }))).toMatchObject({ antallSlettet: 1100 });
    expect(await innsyn.delete(arkiv, where(arkiv))).toMatchObject({ antallSlettet: 1 });
    expect(await innsyn.delete(arkiv, where(arkiv))).toEqual({ antallSlettet: 0, position: 0n });
    const { documents } = await innsyn.kept.views.find(innsynsmeldinger, { where: { fiksOrgId } });
    expect(documents.map(({ data }) => data)).toEqual([
      {
        sistEndret: innsyn.clock.now(), plass: `MAPPE_V1_${regnskap}_${idOf('deres')}`,
        fiksOrgId, integrasjonId: regnskap, meldingId: idOf('deres'), versjon: 'MAPPE_V1', eksponertFor: `person:${String(await innsyn.kept.persons.find(kariNordmann))}`, eksternRef: ref,
      },
    ]);
  });

  it('leaves the numbers of what is there, by integration and version', async () => {
    const innsyn = await world();
    const numbers = async () => {
      await innsyn.kept.views.waitFor([innsynsmeldinger], await innsyn.kept.store.head(), 60_000);
      const found = await innsyn.kept.views.all(meldingstall, { where: { eier: fiksOrgId } });
      return Object.fromEntries(found.map(({ data: { avsender, antall } }) => [avsender === arkiv ? 'arkiv' : 'regnskap', antall]));
    };
    const post = { versjon: 'JOURNALPOST_V1', metadata: { tittel: 'Svar' } } as const;
    await innsyn.index(arkiv, ...many(3), sak('svar', { fiksOrgId, ...post }));
    await innsyn.index(regnskap, ...many(2));
    expect(await numbers()).toEqual({ arkiv: { MAPPE_V1: 3, JOURNALPOST_V1: 1 }, regnskap: { MAPPE_V1: 2 } });
    await innsyn.index(arkiv, sak('svar', { fiksOrgId, ...post, sikkerhetsniva: 4 }), ...many(1, post));
    expect(await numbers()).toMatchObject({ arkiv: { MAPPE_V1: 2, JOURNALPOST_V1: 2 } });
    await innsyn.delete(regnskap, where(regnskap));
    await innsyn.delete(arkiv, many(2).map(({ meldingId }) => ({ fiksOrgId, integrasjonId: arkiv, meldingId })));
    expect(await numbers()).toEqual({ arkiv: { MAPPE_V1: 1, JOURNALPOST_V1: 1 } });
    await innsyn.index(regnskap, ...many(1));
    expect(await numbers()).toMatchObject({ regnskap: { MAPPE_V1: 1 } });
  });

  it('and can be indexed again', async () => {
    const innsyn = await world();
    await innsyn.index(arkiv, ...many(2));
    await innsyn.delete(arkiv, where(arkiv));
    expect(await innsyn.index(arkiv, ...many(2))).toMatchObject({ opprettet: 2, oppdatert: 0 });
  });

  it('when their time is over, and not before', async () => {
    const innsyn = await world();
    const until = (moment: string) => ({ fiksOrgId, tilgjengeligTil: parseInstant(moment) });
    await innsyn.index(arkiv, sak('snart', until('2026-11-24T00:00:00Z')), sak('senere', until('2026-11-26T00:00:00Z')), sak('alltid', { fiksOrgId }));
    const { store, views } = innsyn.kept;
    await views.waitFor([innsynsmeldinger], await store.head(), 60_000);
    expect(await innsyn.expire()).toEqual({ antallSlettet: 0, position: 0n });
    innsyn.clock.set('2026-11-25T00:00:00Z');
    expect(await innsyn.expire()).toMatchObject({ antallSlettet: 1 });
    expect(await innsyn.expire()).toMatchObject({ antallSlettet: 0 });
    innsyn.clock.set('2027-01-01T00:00:00Z');
    expect(await innsyn.expire()).toMatchObject({ antallSlettet: 1 });
    expect((await innsyn.events()).slice(3)).toMatchObject([
      { type: 'MeldingDeleted', data: { grunn: 'UTLOPT' }, stream: { id: `${arkiv}_${idOf('snart')}` } },
      { type: 'MeldingDeleted', data: { grunn: 'UTLOPT' }, stream: { id: `${arkiv}_${idOf('senere')}` } },
    ]);
  });
});

describe('Somebody who is forgotten while a message of theirs is on its way', () => {
  it('is somebody new by the time it is stored', async () => {
    const kept = inMemory();
    const innsyn = await world(kept);
    await innsyn.index(arkiv, sak('a', { fiksOrgId }));
    const before = (await kept.persons.find(kariNordmann)) as PersonId;
    const obtain = kept.keys.obtain.bind(kept.keys);
    let forgotten = false;
    // Runs between the look-up of persons and the look-up of keys.
    kept.keys.obtain = async (subjects) => {
      if (!forgotten) await Promise.all([kept.keys.destroy(`person:${before}`), kept.persons.forget(before)]);
      forgotten = true;
      return obtain(subjects);
    };
    await innsyn.index(arkiv, sak('b', { fiksOrgId }), sak('c', { fiksOrgId, eksponertFor: { type: 'FODSELSNUMMER', verdi: olaNordmann } }));
    const after = (await kept.persons.find(kariNordmann)) as PersonId;
    expect(after).not.toBe(before);
    expect((await innsyn.events()).map(({ data }) => (data as Innsynsmelding).eksponertFor)).toContainEqual({ type: 'FODSELSNUMMER', verdi: after });
  });
});
