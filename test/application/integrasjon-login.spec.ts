import { StreamCache } from '../../src/application/commands/stream-cache.js';
import { FailedAttempts } from '../../src/application/commands/failed-attempts.js';
import { IntegrasjonLogin } from '../../src/application/use-cases/integrasjon-login.js';
import type { StreamFrom } from '../../src/application/ports/event-store.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { HashedSecrets } from '../../src/infrastructure/crypto/hashed-secrets.js';
import { fellesIntegrasjon, sakssystem } from '../domain/examples.js';
import { bergen, idOf, memory, StoppedClock, thing, type GivenEvent } from '../support/views.js';

const noLimits = { perCaller: 0, perAddress: 0, perIntegration: 0 };
const caller = { address: '192.0.2.1' };
const secrets = new HashedSecrets();
const [first, second] = [secrets.generate(), secrets.generate()];
const id = idOf('sakssystem');
const felles = idOf('felles skjema');
const own = thing('integration', id);
const global = thing('integration', felles, bergen);
const elsewhere = thing('integration', felles);
const made = (one: typeof own, { passordHash }: typeof first) => one({ type: 'IntegrationPasswordGenerated', data: { passordHash } });
const attached = elsewhere({
  type: 'IntegrationAttached',
  data: { undertjeneste: 'INNSYN', integrasjon: { eier: parseUuid(bergen), navn: fellesIntegrasjon.navn, global: true }, tilganger: [] },
});
const deleted = { type: 'IntegrationDeleted', data: {} } as const;

/** The login after these events, with counts of its reads of the log and of the views. */
async function login(...happened: readonly GivenEvent[]) {
  const { store, documents } = await memory(...happened);
  const asked = { log: 0, views: 0 };
  const [readStreams, find] = [store.readStreams.bind(store), documents.find.bind(documents)];
  store.readStreams = (streams: readonly StreamFrom[]) => (asked.log++, readStreams(streams));
  documents.find = (...search: Parameters<typeof find>) => (asked.views++, find(...search)) as never;
  const integrations = new IntegrasjonLogin(documents, new StreamCache(store), secrets, new FailedAttempts(noLimits, new StoppedClock()));
  const knows = async (integrasjonId: string, passord: string, orgnr: string = (integrasjonId === id ? sakssystem : fellesIntegrasjon).autorisertOrgnr) =>
    (await integrations.authenticate(integrasjonId, passord, orgnr, caller)) !== undefined;
  return { store, asked, integrations, knows };
}

describe('The login of an integration', () => {
  it('takes the last password only, also when others attached the integration before it was made', async () => {
    const { knows, integrations } = await login(
      global({ type: 'IntegrationCreated', data: fellesIntegrasjon }),
      made(global, first),
      attached,
      made(global, second),
      own({ type: 'IntegrationCreated', data: sakssystem }),
    );
    expect(await integrations.authenticate(felles, second.passord, fellesIntegrasjon.autorisertOrgnr, caller)).toEqual({ kind: 'integrasjon', id: felles });
    for (const wrong of [first.passord, '', second.passordHash, second.passord.slice(0, -1)]) expect(await knows(felles, wrong)).toBe(false);
    expect(await knows(id, '')).toBe(false);
    expect(await knows(idOf('ingen'), second.passord)).toBe(false);
  });

  it('takes the orgnr that is authorised only, and no token without one', async () => {
    const { knows, integrations } = await login(own({ type: 'IntegrationCreated', data: sakssystem }), made(own, first));
    expect(await knows(id, first.passord, sakssystem.autorisertOrgnr)).toBe(true);
    for (const wrong of ['971032146', '']) expect(await knows(id, first.passord, wrong)).toBe(false);
    expect(await integrations.authenticate(id, first.passord, undefined, caller)).toBeUndefined();
  });

  it('is with the present owner when an id is used again, though the former owner’s was attached elsewhere', async () => {
    const again = thing('integration', felles, idOf('oslo'));
    const { knows } = await login(
      global({ type: 'IntegrationCreated', data: fellesIntegrasjon }),
      made(global, first),
      attached,
      global(deleted),
      again({ type: 'IntegrationCreated', data: fellesIntegrasjon }),
      made(again, second),
    );
    expect([await knows(felles, first.passord), await knows(felles, second.passord)]).toEqual([false, true]);
  });

  it('asks the log once and no view, once the owner is known; a wrong password costs the same', async () => {
    const { knows, asked } = await login(own({ type: 'IntegrationCreated', data: sakssystem }), made(own, first));
    expect(await knows(id, first.passord)).toBe(true);
    expect(asked).toEqual({ log: 1, views: 1 });
    for (const passord of [first.passord, 'feil']) await knows(id, passord);
    expect(asked).toEqual({ log: 3, views: 1 });
  });
});
