import { readFileSync } from 'node:fs';
import { runCli } from '../support/cli.js';

const { version, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; scripts: Readonly<Record<string, string>> };
/** The scripts of the command line, and their modules. */
const programs = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file] = /^node dist\/interfaces\/cli\/([\w/-]+)\.js$/.exec(script) ?? [];
  return file === undefined ? [] : [[name, file] as const];
});

describe('The command line', () => {
  it('has its programs in package.json', () => {
    expect(programs.map(([name]) => name)).toEqual(expect.arrayContaining(['token', 'log', 'move', 'env', 'keys', 'search', 'revisjon', 'konfig', 'seal', 'backup', 'restore']));
  });

  it.each(programs)('npm run %s says in Norwegian what it does, and its version', async (name, file) => {
    const [help, versions] = await Promise.all([runCli(file, ['--help']), runCli(file, ['--version'])]);
    expect(help).toEqual({ code: 0, err: '', out: expect.stringMatching(new RegExp(`^${name}\\b[^]*Alternativer:\\n[^]*--help +Vis hjelp`)) as string });
    expect(help.out).not.toMatch(/\b(command|Options|Commands|Show)\b/);
    expect(versions).toEqual({ code: 0, err: '', out: `${version}\n` });
  });

  it.each(programs)('npm run %s refuses what it does not know, and says what there is', async (name, file) => {
    const { code, out, err } = await runCli(file, ['--finnes-ikke']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(new RegExp(`^${name}\\b[^]*Alternativer:[^]*(Ukjent: |Oppgi |Det mangler )`));
    expect(err).not.toContain('    at ');
  });

  it.each([
    ['restore', 'backup/restore', ['nei.ndjson'], 'nei.ndjson finnes ikke.\n'],
    ['restore', 'backup/restore', ['/tmp'], 'Filen er en mappe.\n'],
    ['move', 'move', ['--to', 'nei.env'], 'nei.env finnes ikke.\n'],
  ])('npm run %s says in Norwegian what is wrong with a file', async (_, file, args, said) => {
    expect(await runCli(file, args)).toEqual({ code: 1, out: '', err: said });
  });
});
