import { NotSetUp, RegisterUnavailable, noneUnlessSetUp } from '../../src/application/ports/not-set-up.js';
import { AltinnRepresentasjon } from '../../src/infrastructure/altinn/altinn-representasjon.js';
import { AltinnDouble, type AltinnParty } from '../support/altinn.js';

const fnr = '12818510088' as never;
const pakke = 'ordinaer-post-til-virksomheten';
const company = (change: Partial<AltinnParty> = {}): AltinnParty => ({ name: 'Havn AS', organizationNumber: '910753614', type: 'Organization', authorizedAccessPackages: [pakke], ...change });
const havn = { orgnr: '910753614', navn: 'Havn AS' };

let altinn: AltinnDouble;
beforeAll(async () => { altinn = await AltinnDouble.start(); });
afterAll(() => altinn.stop());
beforeEach(() => {
  altinn.status = 200;
  altinn.life = 1800;
  altinn.seen.length = 0;
});
const register = (token = () => Promise.resolve('maskinporten-token')) => new AltinnRepresentasjon({ url: `${altinn.url}/`, key: 'abonnementet', tilgangspakker: [pakke, 'annen-pakke'], token });
const found = async (...parties: readonly unknown[]) => {
  altinn.parties.set(fnr, parties);
  return register().organisationsOf(fnr);
};

describe('Those whom a person may act for, says Altinn', () => {
  it('and is asked with a token that it has exchanged, and with the person in the body alone', async () => {
    expect(await found(company())).toEqual([havn]);
    expect(altinn.seen).toEqual([
      { path: 'GET /authentication/api/v1/exchange/maskinporten', authorization: 'Bearer maskinporten-token', key: 'abonnementet' },
      { path: 'POST /accessmanagement/api/v1/resourceowner/authorizedparties', authorization: expect.stringMatching(/^Bearer .*\.signatur$/) as unknown, key: 'abonnementet' },
    ]);
  });

  it.each<[string, unknown]>([
    ['with another package', company({ authorizedAccessPackages: ['skatt'] })],
    ['with a package that begins alike', company({ authorizedAccessPackages: [`${pakke}-kopi`] })],
    ['with no package', company({ authorizedAccessPackages: [] })],
    ['that has left the packages out', { name: 'Havn AS', organizationNumber: '910753614', type: 'Organization' }],
    ['that is deleted', company({ isDeleted: true })],
    ['that is listed for one below it alone', company({ onlyHierarchyElementWithNoAccess: true })],
    ['that is a person', company({ type: 'Person', organizationNumber: null })],
    ['that has registered itself', company({ type: 'SelfIdentified', organizationNumber: null })],
    ['of the type None', company({ type: 'None' })],
    ['without a number', company({ organizationNumber: null })],
  ])('are not one %s', async (_, party) => {
    expect(await found(party)).toEqual([]);
  });

  it('are those below a parent too, however deep, and each once', async () => {
    const below = company({ name: 'Velforening', organizationNumber: '311234560' });
    expect(await found(company({ isDeleted: true, subunits: [company({ onlyHierarchyElementWithNoAccess: true, subunits: [below] }), below] }))).toEqual([{ orgnr: '311234560', navn: 'Velforening' }]);
  });

  it('may have a package by its URN', async () => {
    expect(await found(company({ authorizedAccessPackages: [`urn:altinn:accesspackage:${pakke}`] }))).toEqual([havn]);
  });

  it('are asked for anew each time, so that one that is taken away is gone at once', async () => {
    expect(await found(company())).toEqual([havn]);
    altinn.parties.set(fnr, []);
    expect(await register().organisationsOf(fnr)).toEqual([]);
  });

  it.each<[life: number, exchanges: number]>([[1800, 1], [10, 2]])('are asked for with one token until it is near its end: of %i seconds, %i exchanges', async (life, exchanges) => {
    altinn.life = life;
    const one = register();
    for (let n = 0; n < 2; n++) await one.organisationsOf(fnr);
    expect(altinn.seen.filter(({ path }) => path.includes('/exchange/'))).toHaveLength(exchanges);
  });

  it('are asked for with a new token after Altinn has refused one', async () => {
    const one = register();
    await one.organisationsOf(fnr);
    altinn.status = 401;
    await expect(one.organisationsOf(fnr)).rejects.toThrow('Altinn svarte 401');
    altinn.status = 200;
    await one.organisationsOf(fnr);
    expect(altinn.seen.filter(({ path }) => path.includes('/exchange/'))).toHaveLength(2);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['the form of the answer', () => found(company({ subunits: [{ ...company(), name: 7 as never }] })), 'svaret har feil form: 0.subunits.0.name'],
    ['a number', () => found(company({ organizationNumber: '910753615' })), 'UGYLDIG_ORGANISASJONSNUMMER'],
    ['the way there', () => new AltinnRepresentasjon({ url: 'http://127.0.0.1:2', key: 'x', tilgangspakker: [pakke], token: () => Promise.resolve('t') }).organisationsOf(fnr), 'ECONNREFUSED'],
  ])('cannot be told, and the cause says that it was %s', async (_, ask, cause) => {
    expect(await ask().catch((error: unknown) => error)).toMatchObject({ cause });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['Altinn refuses us', () => { altinn.status = 403; return register().organisationsOf(fnr); }],
    ['Altinn is down', () => { altinn.status = 500; return register().organisationsOf(fnr); }],
    ['the answer has another form', () => found({ navn: fnr })],
    ['a number has a wrong check digit', () => found(company({ organizationNumber: '910753615' }))],
    ['Maskinporten gives no token', () => register(() => Promise.reject(new Error('nei'))).organisationsOf(fnr)],
  ])('cannot be told when %s, and the error names nobody', async (_, ask) => {
    const error: unknown = await ask().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(RegisterUnavailable);
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(fnr);
  });

  it('are none where no register is set up, for what is useful without it, and every other error is told', async () => {
    expect(await noneUnlessSetUp(Promise.reject(new NotSetUp('Rolleregisteret')))).toEqual([]);
    await expect(noneUnlessSetUp(Promise.reject(new RegisterUnavailable('Rolleregisteret', 'x')))).rejects.toBeInstanceOf(RegisterUnavailable);
  });
});
