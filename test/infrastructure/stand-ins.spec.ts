import type { INestApplicationContext } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { fodselsnumre } from '../../src/application/commands/fodselsnumre.js';
import { readConfig } from '../../src/infrastructure/config.js';
import * as room from '../../src/infrastructure/development/stand-ins.js';
import { GlemBody } from '../../src/interfaces/http/innbygger/glem.dto.js';
import { refusal } from '../support/given.js';

const svarUt = {
  SVARUT_URL: 'https://svarut.ks.no/api',
  SVARUT_INTEGRASJON_ID: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10',
  SVARUT_INTEGRASJON_PASSORD: 'hemmelig',
  MASKINPORTEN_CLIENT_ID: 'min-kommune',
  MASKINPORTEN_KEY: '{"kty":"RSA","kid":"en","alg":"RS256","d":"x"}',
};
const dataDir = '/finnes/ikke';
const production = (settings: NodeJS.ProcessEnv = {}) => readConfig({ NODE_ENV: 'production', DATA_DIR: dataDir, ...settings });
const app = {} as INestApplicationContext;

/** Calls each function of the room that the service may use, as the service does. */
const uses: Readonly<Record<keyof typeof room, (config: ReturnType<typeof production>) => unknown>> = {
  refuseInProduction: (config) => {
    room.refuseInProduction(config);
  },
  standIns: (config) => room.standIns(config),
  fillWithExamples: (config) => room.fillWithExamples(config, app),
  mountStandIns: (config) => room.mountStandIns(config, app as never),
  issueToken: (config) => room.issueToken(config, 'plattform'),
};
/** The lines of the refusal without indentation; none when nothing is refused. */
async function refused(use: () => unknown): Promise<readonly string[]> {
  try {
    await use();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.trim());
  }
}

describe('In production', () => {
  it('all that the room gives refuses a stand-in, with one error that names it and what replaces it', async () => {
    // A function that is added to the room without a line above does not compile.
    expect(Object.keys(room).sort()).toEqual(Object.keys(uses).sort());
    for (const use of [uses.refuseInProduction, uses.standIns, uses.fillWithExamples, uses.mountStandIns]) {
      const lines = await refused(() => use(production({ EXAMPLES: 'true' })));
      expect(lines[0]).toContain('ikke kan brukes i produksjon (NODE_ENV=production)');
      expect(lines.slice(1)).toEqual(['Eksemplene: kommuner med oppdiktede personer i loggen.', 'I stedet: Sett EXAMPLES=false.']);
    }
    expect(existsSync(dataDir)).toBe(false);
  });

  it('no token is issued, and the key for them is neither read nor made', async () => {
    expect((await refused(() => uses.issueToken(production())))[0]).toContain('i produksjon');
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each<[string, NodeJS.ProcessEnv]>([['alone', {}], ['with SvarUt', svarUt]])('nothing stands in, and no development token counts: %s', (_, settings) => {
    const { used, providers, issuers } = room.standIns(production(settings));
    expect([...used]).toEqual([]);
    expect(providers).toEqual([]);
    expect(issuers()).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe('Outside production', () => {
  it.each(['development', 'test'])('nothing is refused: %s', async (NODE_ENV) => {
    const config = readConfig({ NODE_ENV, DATA_DIR: dataDir });
    expect(await refused(() => uses.refuseInProduction(config))).toEqual([]);
    expect([...room.standIns(config).used].sort()).toEqual(['eiendomsregister', 'eksempler', 'innlogging', 'representasjon', 'signering', 'svarUt']);
  });

  it('what is configured, is not a stand-in', () => {
    expect([...room.standIns(readConfig({ ...svarUt, EXAMPLES: 'false' })).used].sort()).toEqual(['eiendomsregister', 'innlogging', 'representasjon', 'signering']);
  });
});

describe('Synthetic persons', () => {
  const tenor = '12818510088';

  it('are accepted only by a process that has asked for the room, which production cannot', async () => {
    fodselsnumre.acceptSynthetic(false);
    expect(() => fodselsnumre.parse(tenor)).toThrow(refusal('invalid', 'FODSELSNUMMER_IKKE_TILLATT'));
    await refused(() => uses.standIns(production()));
    expect(() => fodselsnumre.parse(tenor)).toThrow(refusal('invalid', 'FODSELSNUMMER_IKKE_TILLATT'));
    const { error } = GlemBody.safeParse({ fnr: tenor });
    expect(error?.issues).toMatchObject([{ path: ['fnr'], params: { code: 'FODSELSNUMMER_IKKE_TILLATT' } }]);
    room.standIns(readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir }));
    expect(fodselsnumre.parse(tenor)).toBe(tenor);
    expect(GlemBody.parse({ fnr: tenor })).toEqual({ fnr: tenor });
  });
});
