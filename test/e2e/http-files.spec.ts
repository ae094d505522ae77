import { readFileSync } from 'node:fs';
import { exampleForsendelser } from '../../src/infrastructure/development/example-forsendelser.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { DocumentedAnswers } from '../support/answers.js';
import { Kommune, TestApp } from '../support/app.js';
import type { Answer } from '../support/http.js';
import { readHttpFile } from '../support/http-file.js';
import { documentedOperations, type Method } from '../support/operations.js';

// Every request of the .http files, in order, on a service with the examples that `npm start` makes. A person pastes tokens and
// ids where the files say so. Every answer is the success that the OpenAPI document has for its operation.

const app = await TestApp.start();
await app.fillWithExamples();
for (const letter of exampleForsendelser(new ExampleSvarUtAccounts())) app.svarUt.send(letter);
const dokumentet = await DocumentedAnswers.of(app);
const { operations } = await documentedOperations(app);
const nobody = app.bearing();
const [stavanger, bergen] = ['1103', '4601'].map((nummer) => new Kommune(app, organisationNumbered(nummer)!)) as [Kommune, Kommune];

type Json = Readonly<Record<string, unknown>>;
const field = ({ body }: Answer, name: string) => (body as Json)[name] as string;
const among = ({ body }: Answer, holds: (item: Json) => boolean) => (body as readonly Json[]).find(holds)!;

interface Walk {
  /** The values that a person copies into variables, from the answers so far or from elsewhere. */
  readonly copied: Readonly<Record<string, (last: Answer, answers: readonly Answer[]) => string>>;
  /** The steps that she takes after a request, beside the file. */
  readonly then?: Readonly<Record<number, (answer: Answer) => Promise<unknown>>>;
}

/** Runs the file. Returns the answers to its requests. */
async function walk(file: string, { copied, then = {} }: Walk): Promise<readonly Answer[]> {
  const values: Record<string, string> = {};
  const filled = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]!);
  const pasted: string[] = [];
  const answers: Answer[] = [];
  for (const step of readHttpFile(file)) {
    if ('comments' in step) {
      const { name, value } = step;
      if (value === '<lim inn tokenet>') values[name] = await app.token([...step.comments.matchAll(/npm run -s token -- ([^\s`]+)/g)].at(-1)![1]!);
      else if (value.startsWith('<lim inn')) {
        values[name] = copied[name]!(answers.at(-1)!, answers);
        pasted.push(name);
      } else values[name] = name === 'base' ? '' : value;
      continue;
    }
    const [method, url] = [step.method.toLowerCase() as Method, filled(step.url)];
    const headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, filled(value)]));
    const answer = await nobody.call(method, url, step.body === '' ? undefined : filled(step.body), { ...headers, 'Log-Position': String(await app.events.head()) })();
    expect([step.title, answer.status < 400 ? 'answered' : answer.status, answer.text]).toEqual([step.title, 'answered', answer.text]);
    expect([step.title, dokumentet.faults(method, pathOf(method, url)!, answer)]).toEqual([step.title, []]);
    answers.push(answer);
    expect(step.title).toMatch(new RegExp(`^${answers.length} `));
    await then[answers.length]?.(answer);
  }
  expect(pasted.sort()).toEqual(Object.keys(copied).sort());
  return answers;
}

/** The path of the operation in the document; undefined for none. One without parameters goes before one with. */
function pathOf(method: Method, url: string): string | undefined {
  const asked = url.split('?')[0]!;
  const paths = operations.filter((one) => one.method === method).map(({ path }) => path);
  return paths.find((path) => path === asked) ?? paths.find((path) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(asked));
}

/** Presses Signer on the page that a 302 leads to. */
async function sign({ headers }: Answer): Promise<void> {
  const inApp = (address: string) => new URL(address).pathname + new URL(address).search;
  const { text } = await nobody.get(inApp(headers['location']!))();
  const [, signer] = /href="([^"]*)"/.exec(text)!;
  const { headers: back } = await nobody.get(inApp(signer!.replaceAll('&#38;', '&')))();
  expect(back['location']).toContain('signering=SIGNERT');
}

it('guide.http tar Stavanger gjennom veiledningen', async () => {
  const answers = await walk('http/guide.http', {
    copied: {
      org: ({ body }) => (body as readonly { uuid: string }[])[0]!.uuid,
      integrasjon: (last) => field(last, 'uuid'),
      innsyn: (last) => among(last, ({ type }) => type === 'INNSYN')['ressurs'] as string,
      svarut: (last) => among(last, ({ navn }) => navn === 'SvarUt')['uuid'] as string,
      konto: ({ body }) => (body as { kontoer: readonly { konto: { id: string } }[] }).kontoer[0]!.konto.id,
      tjeneste: (last) => field(last, 'id'),
      melding: (last) => field(last, 'id'),
      posisjon: ({ headers }) => headers['log-position']!,
      storrelse: (last) => field(last, 'storrelse'),
    },
    then: { 3: sign, 30: () => app.sealed(stavanger.fiksOrgId) },
  });
  expect(answers[24]!.body).toMatchObject({ fiksOrgId: stavanger.fiksOrgId, avtale: { apen: true }, revisorer: [{}, {}] });
});

it('innsyn.http finner det innbyggeren har, for henne selv og for systemene i Bergen', async () => {
  const { administrator } = bergen;
  const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
  const { body: made } = await administrator.post<{ uuid: string }>(integrasjoner, { fiksOrganisasjonUuid: bergen.fiksOrgId, navn: 'Min side', autorisertOrgnr: '910753614' })();
  for (const [kode, privilegium] of [['INNSYN', 'INNSYN.SOK'], ['MINE_EIENDOMMER', 'MATRIKKEL.QUERY']] as const)
    await administrator.post(bergen.tilganger(bergen.ressurs(kode)), { aktor: made.uuid, privilegium })();
  const { body } = await administrator.post<{ passord: string }>(`${integrasjoner}/${made.uuid}/lagPassord`)();
  const answers = await walk('http/innsyn.http', {
    copied: {
      mappe: (_, [, mapper]) => (mapper!.body as { treff: readonly { dokumentId: string }[] }).treff[0]!.dokumentId,
      integrasjon: () => made.uuid,
      passord: () => body.passord,
      org: () => bergen.fiksOrgId,
    },
  });
  const [, mapper, fakturaer, post] = answers.map((answer) => (answer.body as { antallTreff?: number }).antallTreff);
  // The examples are in five organisations.
  expect([mapper, fakturaer, post]).toEqual([5, 5, 1]);
});

it.each(['README.md', 'docs/adr/0009-the-api-follows-ks-fiks-with-listed-exceptions.md'])('%s nevner bare operasjoner som står i dokumentet', (file) => {
  const named = [...readFileSync(file, 'utf8').matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/(?!metrics)[^`]+)`/g)];
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter(([, method, url]) => pathOf(method!.toLowerCase() as Method, url!) === undefined).map(([whole]) => whole)).toEqual([]);
});
