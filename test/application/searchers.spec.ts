import { inspect } from 'node:util';
import { SearcherResolver } from '../../src/application/innsyn/searchers.js';
import { withFnr, type Actor } from '../../src/application/ports/actor.js';
import { svarUtKontoer } from '../../src/application/views/svarut.js';
import { parseFodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { ExampleEiendommer } from '../../src/infrastructure/development/example-eiendommer.js';
import { ExampleRepresentasjon } from '../../src/infrastructure/development/example-representasjon.js';
import { bergen, idOf, memory, nesseby, StoppedClock, thing, type GivenEvent } from '../support/views.js';

const fnr = (text: string) => parseFodselsnummer(text, { syntetiske: true });
const id = idOf('kari') as PersonId;
/** Owns two properties, and acts for an organisation that owns one. */
const kari = withFnr<Actor>({ kind: 'person', id, innloggingsniva: 3 }, fnr('12818510088'));
/** Owns nothing, and acts for two organisations. */
const liv = withFnr<Actor>({ kind: 'person', id: idOf('liv') as PersonId, innloggingsniva: 4 }, fnr('28929930039'));
const havn = parseOrganisasjonsnummer('910753614');
const lag = parseOrganisasjonsnummer('311234560');

const konto = (tenant: string, navn: string) => ({ tenant, kontoId: idOf(navn) as Uuid });
const enabled = ({ tenant, kontoId }: { tenant: string; kontoId: Uuid }) =>
  thing('svarUt', tenant, tenant)({ type: 'SvarUtAccountEnabled', data: { kontoId } });
const disabled = ({ tenant, kontoId }: { tenant: string; kontoId: Uuid }) =>
  thing('svarUt', tenant, tenant)({ type: 'SvarUtAccountDisabled', data: { kontoId } });

const searchers = async (...happened: GivenEvent[]) => {
  const { documents } = await memory(...happened);
  return { documents, searchers: new SearcherResolver(documents, new StoppedClock('2026-11-23T12:00:00.000Z'), new ExampleEiendommer(), new ExampleRepresentasjon()) };
};

describe('Den som søker', () => {
  it('har det som er eksponert for henne, for eiendommene hennes og for eiendommene til dem hun representerer', async () => {
    const { searchers: all } = await searchers();
    expect(await all.resolve(kari)).toEqual({
      eksponeringer: [
        `person:${id}`,
        'matrikkel:4601-164/1203/0/0',
        'matrikkel:1103-55/842/0/3',
        'matrikkel:4601-166/20/0/0',
      ],
      innloggingsniva: 3,
      kontoer: [],
      now: Date.parse('2026-11-23T12:00:00.000Z'),
      eiendommer: expect.any(Array) as unknown,
    });
  });

  it('har på vegne av en virksomhet bare det som er virksomhetens', async () => {
    const { searchers: all } = await searchers();
    const { eksponeringer } = await all.resolve(kari, { onBehalfOf: havn });
    expect(eksponeringer).toEqual([`organisasjon:${havn}`, 'matrikkel:4601-166/20/0/0']);
    expect((await all.resolve(liv, { onBehalfOf: lag })).eksponeringer).toEqual([`organisasjon:${lag}`]);
  });

  it('kan ikke søke på vegne av en virksomhet som hun ikke representerer', async () => {
    const { searchers: all } = await searchers();
    await expect(all.resolve(kari, { onBehalfOf: lag })).rejects.toMatchObject({ kind: 'forbidden', code: 'KAN_IKKE_REPRESENTERE' });
  });

  it('begrenses til organisasjonene som er nevnt', async () => {
    const { searchers: all } = await searchers();
    expect(await all.resolve(kari, { fiksOrgIder: [bergen] })).toMatchObject({ fiksOrgIder: [bergen] });
    expect(await all.resolve(kari)).not.toHaveProperty('fiksOrgIder');
  });

  it('ser SvarUt-kontoene som er slått på akkurat nå, i alle organisasjoner', async () => {
    const [post, byggesak, annen] = [konto(nesseby, 'post'), konto(nesseby, 'byggesak'), konto(bergen, 'post')];
    const { searchers: all, documents } = await searchers(enabled(post), enabled(byggesak), enabled(annen), disabled(byggesak));
    const seen = async () => [...(await all.resolve(kari)).kontoer].sort();
    expect(await seen()).toEqual([post.kontoId, annen.kontoId].sort());
    const lease = await documents.acquireLease();
    const off = { key: `${nesseby}/${nesseby}`, data: { fiksOrgId: nesseby, synlige: [] }, revision: 4n, position: 5n };
    await lease!.commit([{ view: svarUtKontoer, from: 4n, to: 5n, set: [off], remove: [] }]);
    expect(await seen()).toEqual([annen.kontoId]);
  });

  it.each<[what: string, actor: Actor, code: string]>([
    ['plattformen', { kind: 'plattform', id: 'drift' }, 'KUN_FOR_INNBYGGERE'],
    ['tjenesten selv', { kind: 'system', id: 'x' }, 'KUN_FOR_INNBYGGERE'],
    ['en person vi ikke vet fødselsnummeret til', { kind: 'person', id, innloggingsniva: 4 }, 'KUN_FOR_INNBYGGERE'],
    ['en som er svakere innlogget enn nivå 3', withFnr<Actor>({ kind: 'person', id }, fnr('12818510088')), 'INNLOGGINGSNIVA_UTILSTREKKELIG'],
  ])('er ikke %s', async (_, actor, code) => {
    const { searchers: all } = await searchers();
    await expect(all.resolve(actor)).rejects.toMatchObject({ kind: 'forbidden', code });
  });

  it('har et fødselsnummer som ikke følger med når aktøren kopieres, skrives ut eller lagres', () => {
    expect(kari).toHaveProperty('fnr', '12818510088');
    expect(JSON.stringify(kari)).not.toContain('12818510088');
    expect(inspect(kari)).not.toContain('12818510088');
    expect({ ...kari }).not.toHaveProperty('fnr');
  });
});
