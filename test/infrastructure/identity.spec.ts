import { jest } from '@jest/globals';
import { idnr } from '@navikt/fnrvalidator';
import { SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import { NotAuthenticated } from '../../src/application/ports/identity.js';
import { keyFile } from '../../src/infrastructure/crypto/key-file.js';
import { developmentVerifier, DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { persona, syntheticFnr, type Persona } from '../../src/infrastructure/development/personas.js';
import { AccessTokens } from '../../src/infrastructure/identity/access-tokens.js';
import { VerifiedTokens } from '../../src/infrastructure/identity/verified-tokens.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { temporaryFolder } from '../support/databases.js';

const issuerName = 'min-kommune-utvikling';
const every = organisations.flatMap(({ nummer }) => [
  `administrator:${nummer}`,
  `revisor:${nummer}`,
  ...['INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER'].map((one) => `tjenesteadministrator:${nummer}:${one}`),
]);
const fnrOf = (text: string) => (persona(text) as Extract<Persona, { kind: 'person' }>).fnr;

describe('The personas', () => {
  it('are one person for each office in each kommune and fylkeskommune, and no two the same', () => {
    expect(every).toHaveLength(372 * 5);
    expect(new Set(every.map(fnrOf)).size).toBe(every.length);
  });

  it('have valid fødselsnumre that are synthetic, so that nobody has them', () => {
    for (const fnr of every.map(fnrOf)) {
      expect(idnr(fnr)).toMatchObject({ status: 'valid', type: 'tnr' });
      expect(Number(fnr.slice(2, 4))).toBeGreaterThan(80);
    }
  });

  it('are the same every time', () => {
    expect(persona('administrator:4601')).toEqual(persona('administrator:4601'));
    expect(syntheticFnr('kari')).toBe(syntheticFnr('kari'));
    expect(syntheticFnr('kari')).not.toBe(syntheticFnr('ola'));
  });

  it('have a name that says that they are made up', () => {
    expect(persona('administrator:4601')).toMatchObject({ kind: 'person', navn: expect.stringMatching(/^Syntetisk Administrator .*Bergen/) as unknown });
    expect(persona('revisor:46')).toMatchObject({ kind: 'person', navn: expect.stringMatching(/^Syntetisk Revisor .*Vestland/) as unknown });
    expect(persona('plattform')).toEqual({ kind: 'plattform' });
  });

  it('a citizen is whoever the number says, if it is synthetic', () => {
    expect(persona(`innbygger:${syntheticFnr('ola')}`)).toMatchObject({ kind: 'person', fnr: syntheticFnr('ola') });
    for (const real of ['01017012345', '15507600333', '55507608360', '', 'tull', syntheticFnr('ola').slice(0, -1), `${syntheticFnr('ola').slice(0, -2)}00`])
      expect(() => persona(`innbygger:${real}`)).toThrow();
  });

  it.each(['administrator:4601', 'tjenesteadministrator:4601:INNSYN', 'revisor:4601', `innbygger:${syntheticFnr('ola')}`])('%s may log in less surely, and through a virksomhet, and is the same person', (text) => {
    const { innloggingsniva, ...who } = persona(text) as Extract<Persona, { kind: 'person' }>;
    expect(innloggingsniva).toBe(4);
    expect(persona(`${text}:4`)).toEqual({ ...who, innloggingsniva: 4 });
    expect(persona(`${text}:3`)).toEqual({ ...who, innloggingsniva: 3 });
    expect(persona(`${text}@910753614`)).toEqual({ ...who, innloggingsniva: 4, consumer: '910753614' });
    expect(persona(`${text}:3@910753614`)).toEqual({ ...who, innloggingsniva: 3, consumer: '910753614' });
    for (const invalid of ['', '910753615', '0192:910753614', '910753614@910753614']) expect(() => persona(`${text}@${invalid}`)).toThrow();
  });

  it.each(['', 'administrator', 'administrator:9999', 'administrator:4601:INNSYN', 'tjenesteadministrator:4601', 'tjenesteadministrator:4601:ALT', 'revisor:4601:x', 'plattform:1', 'innbygger:12818510088:2', 'innbygger:12818510088:3:4', 'konge:4601', 'tjenesteadministrator:4601:INNSYN:x', 'administrator:3', 'administrator:4601:5', 'plattform:3', 'plattform@910753614', 'virksomhet:910753614:3', 'virksomhet:910753614@910753614', 'innbygger:12818510088@910753614:3', 'innbygger:12818510088@910753614@910753614'])(
    '«%s» is nobody',
    (text) => {
      expect(() => persona(text)).toThrow(/Kjenner ikke personen/);
    },
  );
});

/** Consumers that name no Norwegian virksomhet: another authority, another identifier, a number that is not valid. */
const foreign = [
  { ID: '0192:910753614' },
  { authority: 'etsi-en-319-412', ID: '0192:910753614' },
  { authority: 'etsi-en-319-412', ID: 'NTRNO-910753614' },
  ...['910753614', '0192:910753615', '0192:91075361', '0192:9107536140', '0192:', '0192:910753614:1', '9908:910753614', 910753614].map((ID) => ({ authority: 'iso6523-actorid-upis', ID })),
  null,
  7,
];

describe('The development issuer', () => {
  const open = async () => {
    const dataDir = await temporaryFolder();
    const issuer = DevelopmentIssuer.open({ dataDir });
    const persons = new MemoryPersons();
    const key = keyFile(dataDir, 'development-issuer.key');
    return { dataDir, issuer, persons, identity: new AccessTokens([developmentVerifier(issuer)], persons), key };
  };
  const token = (key: Uint8Array, change: (token: SignJWT) => SignJWT = (one) => one, claims: Record<string, unknown> = { pid: syntheticFnr('kari') }, alg = 'HS256') =>
    change(new SignJWT(claims).setProtectedHeader({ alg }).setIssuer(issuerName).setIssuedAt().setExpirationTime('1h')).sign(key);

  it('issues tokens that tell who somebody is, and nothing of what they may do', async () => {
    const { issuer, identity, persons } = await open();
    const { fnr, navn } = persona('administrator:4601') as Extract<Persona, { kind: 'person' }>;
    const id = await persons.identify({ fnr });
    const actor = await identity.authenticate(await issuer.issue(persona('administrator:4601')));
    expect(actor).toEqual({ kind: 'person', id, innloggingsniva: 4 });
    expect((await persons.reveal([id])).get(id)).toEqual({ fnr, navn });
    expect(await identity.authenticate(await issuer.issue(persona('administrator:4601')))).toEqual(actor);
    expect(await identity.authenticate(await issuer.issue({ kind: 'plattform' }))).toEqual({ kind: 'plattform', id: 'utvikling' });
  });

  it('reads no role of a person from a token', async () => {
    const { identity, persons, key } = await open();
    const id = await persons.identify({ fnr: syntheticFnr('kari') });
    const claims = { pid: syntheticFnr('kari'), revisorFor: [fiksOrgIdOf({ type: 'KOMMUNE', nummer: '4601' })] };
    expect(await identity.authenticate(await token(key, undefined, claims))).toEqual({ kind: 'person', id });
  });

  it('keeps nothing of one who logs in and whom nobody has given anything: the reference is nobody’s', async () => {
    const { issuer, identity, persons } = await open();
    const actor = await identity.authenticate(await issuer.issue(persona(`innbygger:${syntheticFnr('ola')}`)));
    expect(await persons.find(syntheticFnr('ola'))).toBeUndefined();
    expect(actor).toMatchObject({ kind: 'person', id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
    if (actor.kind === 'person') expect((await persons.reveal([actor.id])).size).toBe(0);
  });

  it('tells the number of one who is logged in and how sure the login is: 4 unless another is asked for', async () => {
    const { issuer, identity, key } = await open();
    const fnr = syntheticFnr('ola');
    const as = async (text: string) => identity.authenticate(await issuer.issue(persona(text)));
    for (const [text, niva] of [[`innbygger:${fnr}`, 4], [`innbygger:${fnr}:4`, 4], [`innbygger:${fnr}:3`, 3]] as const) {
      expect(await as(text)).toMatchObject({ innloggingsniva: niva });
      expect((await as(text)) as unknown).toHaveProperty('fnr', fnr);
    }
    const acr = async (claims: Record<string, unknown>) => identity.authenticate(await token(key, undefined, { pid: fnr, ...claims }));
    expect(await acr({ acr: 'idporten-loa-substantial' })).toMatchObject({ innloggingsniva: 3 });
    expect(await acr({ acr: 'idporten-loa-high' })).toMatchObject({ innloggingsniva: 4 });
    for (const weak of [{}, { acr: 'idporten-loa-low' }, { acr: 4 }]) expect(await acr(weak)).not.toHaveProperty('innloggingsniva');
  });

  it('knows its tokens again after a restart, and no other issuer’s', async () => {
    const { dataDir, issuer, persons } = await open();
    const issued = await issuer.issue(persona('administrator:4601'));
    const again = new AccessTokens([developmentVerifier(DevelopmentIssuer.open({ dataDir }))], persons);
    expect(await again.authenticate(issued)).toMatchObject({ kind: 'person' });
    await expect((await open()).identity.authenticate(issued)).rejects.toBeInstanceOf(NotAuthenticated);
  });

  it('knows a system by the virksomhet of its token, in the shape of Maskinporten, with the scope for KS Fiks', async () => {
    const { issuer, identity, key } = await open();
    expect(persona('virksomhet:910753614')).toEqual({ kind: 'virksomhet', orgnr: '910753614' });
    expect(() => persona('virksomhet:910753615')).toThrow('UGYLDIG_ORGANISASJONSNUMMER');
    expect(await identity.authenticate(await issuer.issue(persona('virksomhet:910753614')))).toEqual({ kind: 'virksomhet', id: '910753614' });
    const consumer = { authority: 'iso6523-actorid-upis', ID: '0192:910753614' };
    const as = async (claims: Record<string, unknown>) => identity.authenticate(await token(key, undefined, claims));
    expect(await as({ consumer, scope: 'annet:scope ks:fiks' })).toEqual({ kind: 'virksomhet', id: '910753614' });
    for (const claims of [{ consumer }, { consumer, scope: 'ks:fiksx' }, ...foreign.map((one) => ({ consumer: one, scope: 'ks:fiks' }))])
      await expect(as(claims)).rejects.toBeInstanceOf(NotAuthenticated);
  });

  it('knows the virksomhet that a person has logged in through, if any, in the same shape', async () => {
    const { issuer, identity, key } = await open();
    const fnr = syntheticFnr('ola');
    expect(await identity.authenticate(await issuer.issue(persona(`innbygger:${fnr}@910753614`)))).toMatchObject({ kind: 'person', innloggingsniva: 4, consumer: '910753614' });
    expect(await identity.authenticate(await issuer.issue(persona(`innbygger:${fnr}`)))).not.toHaveProperty('consumer');
    const consumer = { authority: 'iso6523-actorid-upis', ID: '0192:910753614' };
    for (const claims of [{ consumer }, ...foreign.map((one) => ({ consumer: one, scope: 'ks:fiks' }))])
      await expect(identity.authenticate(await token(key, undefined, { pid: fnr, ...claims }))).rejects.toBeInstanceOf(NotAuthenticated);
  });

  it('takes a token that is made as its own are', async () => {
    const { identity, key } = await open();
    expect(await identity.authenticate(await token(key))).toMatchObject({ kind: 'person' });
  });

  it.each<[string, (key: Uint8Array) => Promise<string> | string]>([
    ['of another key', () => token(randomBytes(32))],
    ['of another issuer', (key) => token(key, (one) => one.setIssuer('https://idporten.no'))],
    ['that has expired', (key) => token(key, (one) => one.setExpirationTime(Math.floor(Date.now() / 1000) - 60))],
    ['that is not yet good', (key) => token(key, (one) => one.setNotBefore(Math.floor(Date.now() / 1000) + 600))],
    ['of another algorithm', (key) => token(key, undefined, undefined, 'HS512')],
    ['without a signature', async (key) => `${(await token(key)).split('.').slice(0, 2).join('.')}.`],
    ['that says that it needs none', async (key) => [Buffer.from('{"alg":"none"}').toString('base64url'), (await token(key)).split('.')[1], ''].join('.')],
    [
      'whose content was changed',
      async (key) => {
        const [head, , signature] = (await token(key)).split('.');
        const body = Buffer.from(JSON.stringify({ iss: issuerName, rolle: 'PLATTFORM', exp: Math.floor(Date.now() / 1000) + 600 })).toString('base64url');
        return [head, body, signature].join('.');
      },
    ],
    ['that is no token', () => 'tull'],
    ['that is empty', () => ''],
  ])('refuses a token %s, without telling why', async (_, make) => {
    const { identity, key } = await open();
    const refused = identity.authenticate(await make(key));
    await expect(refused).rejects.toBeInstanceOf(NotAuthenticated);
    await expect(refused).rejects.toThrow('Klarte ikke å validere access_token');
  });

  it('recognises a token once it has let somebody in with it, and no other', async () => {
    const { identity, issuer, key } = await open();
    const issued = await issuer.issue(persona('plattform'));
    expect(identity.recognises(issued)).toBe(false);
    await identity.authenticate(issued);
    expect(identity.recognises(issued)).toBe(true);
    for (const refused of [await token(randomBytes(32)), await token(key, undefined, { pid: 'tull' }), `${issued}x`, '']) {
      await expect(identity.authenticate(refused)).rejects.toBeInstanceOf(NotAuthenticated);
      expect(identity.recognises(refused)).toBe(false);
    }
  });

  it('lets nobody in with a token that it knows, once it is too old', async () => {
    const { identity, key } = await open();
    // Ten seconds of clock skew are tolerated.
    const old = await token(key, (one) => one.setExpirationTime(Math.floor(Date.now() / 1000) - 8));
    await identity.authenticate(old);
    while (identity.recognises(old)) await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(identity.authenticate(old)).rejects.toBeInstanceOf(NotAuthenticated);
  });

  it('knows who somebody has become since the token was first seen', async () => {
    const { identity, persons, key } = await open();
    const issued = await token(key);
    await identity.authenticate(issued);
    const id = await persons.identify({ fnr: syntheticFnr('kari') });
    expect(await identity.authenticate(issued)).toEqual({ kind: 'person', id });
  });

  it('makes no person of a token that it refuses', async () => {
    const { identity, persons } = await open();
    await identity.authenticate(await token(randomBytes(32))).catch(() => undefined);
    expect(await persons.find(syntheticFnr('kari'))).toBeUndefined();
  });

  it('has only synthetic people', async () => {
    const { identity, key, persons } = await open();
    const real = '01017012345' as never;
    await persons.identify({ fnr: real });
    for (const claims of [{ pid: real }, { pid: 'tull' }, {}])
      await expect(identity.authenticate(await token(key, undefined, claims))).rejects.toBeInstanceOf(NotAuthenticated);
  });
});

describe('A token that has been verified', () => {
  afterEach(() => { jest.restoreAllMocks(); });

  it('is remembered until the second at which it is too old, and not at all when it already is', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const verified = new VerifiedTokens<{ readonly who: string }>();
    verified.set('good', { who: 'kari' }, 1_060);
    verified.set('old', { who: 'ola' }, 1_000);
    expect(verified.get('old')).toBeUndefined();
    now.mockReturnValue(1_059_999);
    expect(verified.get('good')).toEqual({ who: 'kari' });
    now.mockReturnValue(1_060_000);
    expect(verified.get('good')).toBeUndefined();
  });
});
