import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { Site } from '../support/browser.js';

// An administrator follows the user guide, heading by heading, in a kommune that has nothing set up. Two administrators then meet.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site: Site;
let context: BrowserContext;
let page: Page;
let org: string;
const errors: string[] = [];

/** Logs a persona in at Ansattporten, in a browser of its own. */
async function logIn(who: string, til = '/forvaltning'): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const opened = await site.browser.newContext({ locale: 'nb-NO', viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  const one = await opened.newPage();
  one.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) errors.push(message.text());
  });
  one.on('pageerror', (error) => errors.push(String(error)));
  await one.goto(`${site.address}/innlogging/ansattporten?til=${encodeURIComponent(til)}&niva=4`);
  await one.getByLabel('Personen, slik «npm run token» skriver den').fill(who);
  await one.getByRole('button', { name: 'Logg inn' }).click();
  await one.waitForURL((url) => url.pathname.startsWith('/forvaltning'));
  return { context: opened, page: one };
}

/** The violations of accessibility on the page as it is, and what sticks out of it. */
async function faults(on: Page): Promise<readonly string[]> {
  await on.evaluate(axe);
  const found = await on.evaluate<string[]>("axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target.join(' ') + ' ' + any.map(({ message }) => message).join(' ')).join(', ')))");
  const over = await on.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  return over > 0 ? [...found, `sticks out ${over} px`] : found;
}

/** Checks the page in light and dark, on a wide and on a narrow screen. */
async function isWhole(what: string): Promise<void> {
  await page.locator('.henter').waitFor({ state: 'detached' });
  const all: string[] = [];
  for (const width of [1280, 320])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      // The colours are those of the scheme when the next frame has been drawn.
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      all.push(...(await faults(page)).map((one) => `${what}, ${width}, ${colorScheme}: ${one}`));
    }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  expect(all).toEqual([]);
}

const receipt = () => page.locator('.kvittering');
const says = (text: string | RegExp) => receipt().getByText(text).waitFor();
const menu = (name: string) => page.getByRole('navigation', { name: 'Fiks forvaltning' }).getByRole('link', { name, exact: true }).click();
const tab = (name: string) => page.getByRole('navigation', { name: 'Faner' }).getByRole('link', { name, exact: true }).click();
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Asks the service as the administrator, past the pages. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { Origin: site.address, 'Idempotency-Key': crypto.randomUUID() };
  const answer = await context.request.fetch(site.address + path, { method, headers, ...(body !== undefined && { data: body }) });
  if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const own = (path: string) => `/min-kommune/api/v1/${org}/${path}`;

interface Integrasjon {
  readonly uuid: string;
  readonly navn: string;
  readonly tilknyttedeRessurser: readonly string[];
  readonly tilganger: readonly { readonly privilegium: string; readonly utlop?: string }[];
}
async function integrationNamed(name: string): Promise<Integrasjon> {
  const { integrasjoner } = await ask<{ integrasjoner: readonly Integrasjon[] }>('GET', own('konfigurasjon'));
  return integrasjoner.find(({ navn }) => navn === name)!;
}
/** The tilganger that an integration has, each with its last day. */
const held = async (name: string) => (await integrationNamed(name)).tilganger.map(({ privilegium, utlop }) => `${privilegium} ${utlop ?? ''}`).sort();

beforeAll(async () => {
  site = await Site.start();
  ({ context, page } = await logIn('administrator:1103'));
}, 180_000);
afterAll(() => site.end());

describe('the guide, heading by heading', () => {
  it('Ta i bruk: one organisation needs no choice; she takes Min kommune in use, signs, and comes back', async () => {
    await heading('Tjenester');
    [, org = ''] = /\/forvaltning\/([0-9a-f-]{36})/.exec(page.url()) ?? [];
    await isWhole('Tjenester before');
    await page.getByRole('button', { name: 'Ta i bruk' }).click();
    await says(/tatt i bruk/);
    await page.getByRole('button', { name: 'Signer tjenestevedlegget' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/forvaltning'));
    await page.getByRole('link', { name: /Signer/ }).or(page.getByRole('button', { name: /Signer/ })).first().click();
    await page.waitForURL((url) => url.pathname === `/forvaltning/${org}`);
    await page.getByText('Takk, signaturen er registrert.').waitFor();
    await page.getByText('Tjenestevedlegget er signert').waitFor();
    await isWhole('Tjenester after');
    await page.goto(`${site.address}/forvaltning/${org}?signering=AVVIST`);
    await page.getByText('Signeringen ble avbrutt').waitFor();
  });

  it('Tjenesteadministratorer: she adds one, and the list has it', async () => {
    await menu('Innsyn');
    await tab('Tjenesteadministratorer');
    await page.getByRole('button', { name: 'Legg til tjenesteadministrator' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Legg til tjenesteadministrator' }).click();
    await page.getByText('Skriv fødselsnummeret, 11 siffer.').waitFor();
    await isWhole('the dialog with an error');
    await page.getByLabel('Fødselsnummer').fill('12818510088');
    await page.getByRole('dialog').getByRole('button', { name: 'Legg til tjenesteadministrator' }).click();
    await says('Personen er lagt til.');
    expect(await page.getByRole('button', { name: /^Ta bort rollen fra/ }).count()).toBe(1);
    expect(page.url()).not.toContain('12818510088');
  });

  it('SvarUt: she adds the ready-made integration, and shows an account', async () => {
    await tab('Tilgjengelige integrasjoner');
    await page.getByRole('button', { name: 'Legg til SvarUt' }).click();
    await says('«SvarUt» er lagt til, med tilgangene den ber om.');
    await isWhole('Tilgjengelige');
    await tab('SvarUt');
    const account = page.getByRole('switch').first();
    await account.click();
    await says(/^Lagret\. Innbyggerne skal se post fra/);
    await isWhole('SvarUt');
    await receipt().getByRole('button', { name: 'Angre' }).click();
    await says('Angret. Alt er som før.');
    expect(await account.isChecked()).toBe(false);
  });

  it('Hvordan opprette en ny integrasjon: four steps, and a password that is shown once', async () => {
    await tab('Integrasjoner');
    await page.getByRole('button', { name: 'Opprett integrasjon' }).click();
    await heading('Opprett integrasjon');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['1. Navn og beskrivelse', '2. Bruksområde', '3. Lagring', '4. Integrasjonspassord']);
    await page.getByRole('button', { name: 'Opprett integrasjon' }).click();
    await page.getByText('Skriv et navn.').waitFor();
    await isWhole('Opprett integrasjon with errors');
    await page.getByRole('textbox', { name: 'Navn' }).fill('Indeksering: Mappe');
    await page.getByRole('textbox', { name: 'Beskrivelse' }).fill('Sakssystemet viser saker under Mine saker.');
    await page.getByRole('textbox', { name: 'Organisasjonsnummer' }).fill('910 753 614');
    await page.getByLabel('Mine saker').check();
    await page.getByLabel('I Fiks dokumentlager').check();
    await page.getByRole('button', { name: 'Opprett integrasjon' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ta vare på integrasjonspassordet' });
    await dialog.waitFor();
    await isWhole('the password');
    const values = await dialog.locator('output').allTextContents();
    expect(values[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(values[1]!.length).toBeGreaterThan(30);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByLabel('Jeg har tatt vare på passordet').check();
    await dialog.getByRole('button', { name: 'Ferdig' }).click();
    await says('«Indeksering: Mappe» er opprettet, og kan brukes fra nå.');
    await page.getByRole('link', { name: 'Indeksering: Mappe' }).waitFor();
    expect(await page.content()).not.toContain(values[1]);
    await isWhole('Integrasjoner');
  });

  it('Faktura and Skjema: an integration gets further tilganger, which can be undone', async () => {
    await page.getByRole('link', { name: 'Indeksering: Mappe' }).click();
    await heading('Indeksering: Mappe');
    await isWhole('one integration');
    await page.getByLabel('Kan lagre fakturaer i Innsyn').click();
    await says('Tilgangen «Kan lagre fakturaer i Innsyn» er gitt.');
    await receipt().getByRole('button', { name: 'Angre' }).click();
    await says('Angret. Alt er som før.');
    expect(await page.getByLabel('Kan lagre fakturaer i Innsyn').isChecked()).toBe(false);
    await page.getByRole('textbox', { name: 'Beskrivelse' }).fill('');
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await page.getByText('Beskrivelsen kan endres, men ikke tas bort.').waitFor();
    await page.getByRole('button', { name: 'Slett integrasjonen' }).click();
    await isWhole('the question before deleting');
    await page.keyboard.press('Escape');
  });

  it('Kommunale tjenester: a link with preview, seen by citizens, and a star in its row', async () => {
    await menu('Kommunale tjenester');
    await page.getByRole('button', { name: 'Opprett lenke til kommunal tjeneste' }).click();
    await page.getByLabel('Tittel').fill('Kulturskole');
    await page.getByLabel('Lenke', { exact: true }).fill('http://kulturskole.no');
    expect(await page.locator('.vindu').getByText('Kulturskole').count()).toBe(1);
    await page.getByRole('button', { name: 'Opprett lenke' }).click();
    await page.getByText('Rett dette før du går videre').waitFor();
    await page.getByLabel('Lenke', { exact: true }).fill('https://kulturskole.no');
    await page.getByRole('button', { name: 'Opprett lenke' }).click();
    await says(/^Synlig for innbyggerne fra kl\. \d\d\.\d\d på forsiden/);
    await page.getByRole('button', { name: 'Stjernemerk Kulturskole' }).click();
    await says('«Kulturskole» er stjernemerket');
    expect(await page.getByRole('button', { name: 'Stjernemerk Kulturskole' }).getAttribute('aria-pressed')).toBe('true');
    await isWhole('Kommunale tjenester');
  });

  it('Lenker under eiendommer: a template, filled for a chosen property', async () => {
    await menu('Mine eiendommer');
    // The page before it has «Opprett lenke til kommunal tjeneste».
    await page.getByRole('button', { name: 'Opprett lenke', exact: true }).click();
    await page.getByLabel('Tittel').fill('Byggesaker på eiendommen');
    await page.getByLabel('Lenke', { exact: true }).fill('https://www.stavanger.kommune.no/eiendom/');
    await page.getByRole('button', { name: 'Gårdsnummer' }).click();
    await page.getByText('Lenken blir: https://www.stavanger.kommune.no/eiendom/60').waitFor();
    await isWhole('the form of an eiendomslenke');
    await page.getByRole('button', { name: 'Opprett lenke' }).click();
    await says(/^Synlig for innbyggerne fra kl\. \d\d\.\d\d under eiendommene/);
    await tab('Integrasjoner');
    await page.getByText('Ingen integrasjoner ennå').waitFor();
    await isWhole('Mine eiendommer, Integrasjoner');
  });

  it('Driftsmeldinger: published, seen by citizens, withdrawn, and undone', async () => {
    await menu('Innsyn');
    await tab('Driftsmeldinger');
    await page.getByRole('button', { name: 'Opprett driftsmelding' }).click();
    await page.getByLabel('Meldingstekst').fill('Arkivet er nede i kveld.');
    await page.getByLabel('Advarsel').check();
    await page.locator('.vindu').getByText('Arkivet er nede i kveld.').waitFor();
    await isWhole('the form of a driftsmelding');
    await page.getByRole('button', { name: 'Publiser' }).click();
    await says(/^Synlig for innbyggerne fra kl\. \d\d\.\d\d på Post fra kommunen\.$/);
    await isWhole('Driftsmeldinger');
    await page.getByRole('button', { name: 'Trekk tilbake «Arkivet er nede i kveld.»' }).click();
    await says(/^Innbyggerne ser den ikke lenger/);
    await receipt().getByRole('button', { name: 'Angre' }).click();
    await says(/^Synlig for innbyggerne fra kl\./);
  });

  it('the pages beside the guide are whole too, and the guide leads to each', async () => {
    for (const [name, path] of [['Administratorer', 'administratorer'], ['Tilgangsgjennomgang', 'tilgangsgjennomgang']] as const) {
      await menu(name);
      await page.waitForURL((url) => url.pathname.endsWith(path));
      await heading(name);
      await isWhole(name);
    }
    await page.goto(`${site.address}/veiledning`);
    await heading('Veiledningen, steg for steg');
    await isWhole('Veiledningen');
    expect(await page.locator('main .liste a[href^="/forvaltning/"]').count()).toBe(15);
    expect(errors).toEqual([]);
  });
});

describe('what the pages say of a write', () => {
  const drift = () => `/forvaltning/${org}/innsyn/driftsmeldinger`;
  const save = () => page.getByRole('button', { name: 'Lagre endringene' }).click();
  /** Answers the requests of a method to an address with an error, until told to stop. */
  async function refuse(method: string, path: RegExp): Promise<() => Promise<void>> {
    await page.route(path, (route) => (route.request().method() === method ? route.fulfill({ status: 500, json: { kode: 'FEIL', detail: 'Det skjedde en feil.' } }) : route.fallback()));
    return () => page.unroute(path);
  }

  it('the text and the period of a driftsmelding are one change: both are saved, or neither', async () => {
    await page.goto(`${site.address}${drift()}`);
    await page.getByRole('link', { name: 'Rediger Arkivet er nede i kveld.' }).click();
    await page.getByLabel('Meldingstekst').fill('Arkivet er nede i natt.');
    await page.getByLabel('Fra', { exact: true }).fill('2030-01-02T08:00');
    await page.getByLabel('Til', { exact: true }).fill('2030-01-01T08:00');
    await save();
    await page.getByText('«Til» må være etter «Fra».').first().waitFor();
    await page.getByLabel('Fra', { exact: true }).fill('');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(new URL(request.url()).pathname);
    });
    const accept = await refuse('PUT', /\/driftsmeldinger\//);
    await save();
    await page.locator('form').getByText('Det skjedde en feil.').waitFor();
    await accept();
    await save();
    await says(/^Synlig for innbyggerne fra kl\./);
    await page.getByText(/^Til 1\. januar 2030 kl\. 08\.00$/).waitFor();
    expect(sent).toEqual([expect.stringMatching(/\/driftsmeldinger\/[0-9a-f-]{36}$/), sent[0]]);
  });

  it('a saved link whose page could not be looked at is not told as a failure', async () => {
    await menu('Kommunale tjenester');
    await page.getByRole('link', { name: 'Rediger Kulturskole' }).click();
    await page.getByLabel('Lenke', { exact: true }).fill('https://kulturskole.no/sok');
    const accept = await refuse('GET', /\/sider\/FORSIDE/);
    await save();
    await says('Lagret, men vi fikk ikke kontrollert hva innbyggerne ser nå.');
    await accept();
    await page.getByText('https://kulturskole.no/sok').waitFor();
  });

  it('a deletion or a withdrawal whose page could not be looked at is told as what it is, and can be undone', async () => {
    const notSeen = (done: string) => says(`${done}, men vi fikk ikke kontrollert hva innbyggerne ser nå.`);
    const undo = () => receipt().getByRole('button', { name: 'Angre' }).click();
    const accept = await refuse('GET', /\/sider\//);
    await page.getByRole('button', { name: 'Slett Kulturskole' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Slett' }).click();
    await notSeen('Slettet');
    await undo();
    await says('Angret. Alt er som før.');
    await page.goto(`${site.address}${drift()}`);
    await page.getByRole('button', { name: /^Trekk tilbake «Arkivet er nede i natt/ }).click();
    await notSeen('Trukket tilbake');
    await accept();
    await undo();
    await says(/^Synlig for innbyggerne fra kl\./);
  });

  it('a tilgang that she gives while the form is open is no conflict, and two clicks make one password', async () => {
    await menu('Innsyn');
    await page.getByRole('link', { name: 'Indeksering: Mappe' }).click();
    await page.getByRole('textbox', { name: 'Navn' }).fill('Indeksering: Mappe – Acos');
    await page.getByLabel('Kan lagre skjema i Innsyn').click();
    await says('Tilgangen «Kan lagre skjema i Innsyn» er gitt.');
    await page.getByRole('button', { name: 'Lagre', exact: true }).click();
    await says('«Indeksering: Mappe – Acos» er lagret.');

    await page.getByRole('link', { name: 'Indeksering: Mappe – Acos' }).click();
    await page.getByRole('button', { name: 'Lag nytt passord' }).click();
    const made: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/lagPassord')) made.push(request.headers()['if-match'] ?? '');
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Lag nytt passord' }).dblclick();
    const dialog = page.getByRole('dialog', { name: 'Ta vare på integrasjonspassordet' });
    await dialog.getByLabel('Jeg har tatt vare på passordet').check();
    await dialog.getByRole('button', { name: 'Ferdig' }).click();
    expect(made).toEqual([expect.stringMatching(/^"\d+"$/)]);
  });

  it('undoing gives back the tilganger that were held, with their last days', async () => {
    const name = 'Indeksering: Mappe – Acos';
    const { uuid, tilknyttedeRessurser: [ressurs] } = await integrationNamed(name);
    await ask('PUT', own('tilganger'), { aktor: uuid, ressurs, privilegium: 'INNSYN.SOK', utlop: '2099-12-31' });
    const before = await held(name);
    expect(before).toContain('INNSYN.SOK 2099-12-31');

    await page.goto(`${site.address}/forvaltning/${org}/innsyn/integrasjoner/${uuid}`);
    const search = page.getByLabel('Kan søke i Innsyn på vegne av en innbygger');
    await search.click();
    await says(/^Tilgangen «Kan søke .*» er tatt bort/);
    await receipt().getByRole('button', { name: 'Angre' }).click();
    await says('Angret. Alt er som før.');
    expect(await held(name)).toEqual(before);

    const remove = async () => {
      await page.getByRole('button', { name: 'Fjern herfra' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Fjern herfra' }).click();
      await says(/er fjernet/);
      await receipt().getByRole('button', { name: 'Angre' }).click();
      await says('Angret. Alt er som før.');
    };
    await remove();
    expect(await held(name)).toEqual(before);

    // A ready-made one that the kommune has taken the tilgang from that it asks for.
    await page.getByRole('link', { name: 'SvarUt', exact: true }).last().click();
    await heading('SvarUt');
    await page.getByLabel('Kan lagre mapper og journalposter i Innsyn').click();
    await says(/er tatt bort/);
    await remove();
    expect(await held('SvarUt')).toEqual([]);
  });

  it('a new password is shown also when the service goes away before the page is asked for anew', async () => {
    const away = async () => {
      await page.route(/\/konfigurasjon$/, (route) => route.abort());
      return () => page.unroute(/\/konfigurasjon$/);
    };
    const isShown = async () => {
      const dialog = page.getByRole('dialog', { name: 'Ta vare på integrasjonspassordet' });
      expect((await dialog.locator('output').nth(1).textContent())!.length).toBeGreaterThan(30);
      await dialog.getByLabel('Jeg har tatt vare på passordet').check();
      return dialog.getByRole('button', { name: 'Ferdig' });
    };
    await page.goto(`${site.address}/forvaltning/${org}/innsyn`);
    await page.getByRole('link', { name: 'Indeksering: Mappe – Acos' }).click();
    await page.getByRole('button', { name: 'Lag nytt passord' }).click();
    let back = await away();
    await page.getByRole('dialog').getByRole('button', { name: 'Lag nytt passord' }).click();
    const done = await isShown();
    await back();
    await done.click();

    await page.goto(`${site.address}/forvaltning/${org}/innsyn/integrasjoner/ny`);
    await page.getByRole('textbox', { name: 'Navn' }).fill('Faktura');
    await page.getByRole('textbox', { name: 'Organisasjonsnummer' }).fill('910753614');
    await page.locator('input[value="INNSYN.INDEX.FAKTURA"]').check();
    back = await away();
    await page.getByRole('button', { name: 'Opprett integrasjon' }).click();
    const created = await isShown();
    await back();
    await created.click();
    await says('«Faktura» er opprettet, og kan brukes fra nå.');
    await page.getByRole('link', { name: 'Faktura', exact: true }).waitFor();
  });

  it('what she clicks while another change is on its way waits for its turn, and is done', async () => {
    /** Keeps the requests of a method to an address waiting, until told to let them go. */
    const hold = async (method: string, path: RegExp): Promise<() => void> => {
      let go!: () => void;
      const gate = new Promise<void>((open) => (go = open));
      await page.route(path, async (route) => {
        if (route.request().method() === method) await gate;
        await route.fallback();
      });
      return go;
    };
    const turn = async (box: Locator, on: boolean) => {
      await box.click();
      await box.and(page.locator(on ? ':checked' : ':not(:checked)')).waitFor();
    };
    const name = 'Indeksering: Mappe – Acos';
    expect(await held(name)).toEqual(['INNSYN.INDEX.MAPPE ', 'INNSYN.INDEX.SKJEMA ', 'INNSYN.SOK 2099-12-31']);
    await page.goto(`${site.address}/forvaltning/${org}/innsyn/integrasjoner/${(await integrationNamed(name)).uuid}`);
    const fakturaer = page.getByLabel('Kan lagre fakturaer i Innsyn');
    let go = await hold('POST', /\/tilganger$/);
    for (const on of [true, false, true]) await turn(fakturaer, on);
    await turn(page.getByLabel('Kan lagre skjema i Innsyn'), false);
    expect(await fakturaer.isChecked()).toBe(true);
    go();
    await says(/^Tilgangen «Kan lagre skjema i Innsyn» er tatt bort/);
    expect(await held(name)).toEqual(['INNSYN.INDEX.FAKTURA ', 'INNSYN.INDEX.MAPPE ', 'INNSYN.SOK 2099-12-31']);

    // All accounts have one revision.
    await page.goto(`${site.address}/forvaltning/${org}/innsyn/svarut`);
    go = await hold('PUT', /\/svarut-kontoer\//);
    const rows = page.getByRole('listitem').filter({ has: page.getByRole('switch') });
    for (const row of [rows.nth(0), rows.nth(1)]) await turn(row.getByRole('switch'), true);
    go();
    await says(`Lagret. Innbyggerne skal se post fra «${(await rows.nth(1).locator('strong').textContent())!}».`);
    const { kontoer } = await ask<{ kontoer: readonly { readonly synlig: boolean }[] }>('GET', own('svarut-kontoer'));
    expect(kontoer.filter(({ synlig }) => synlig).length).toBe(2);
  });

  it('a choice in the review is kept and counted while another part of it is shown', async () => {
    await menu('Tilgangsgjennomgang');
    await page.getByRole('radio', { name: 'Behold' }).first().check();
    await page.getByRole('radio', { name: 'Utløper snart' }).check();
    await page.getByText('1 valg du har gjort i et annet utvalg, lagres også.').waitFor();
    await page.getByRole('button', { name: 'Lagre gjennomgangen' }).click();
    await says('Gjennomgangen er lagret. 1 beholdt, 0 fjernet.');
  });
});

describe('two administrators at the same time', () => {
  it('a message that the other has withdrawn is published again only by a button that says so', async () => {
    const list = `/forvaltning/${org}/innsyn/driftsmeldinger`;
    await page.goto(`${site.address}${list}`);
    await page.getByRole('link', { name: 'Rediger Arkivet er nede i natt.' }).click();
    await page.getByLabel('Meldingstekst').fill('Arkivet er nede til i morgen.');

    const other = await logIn('administrator:1103', list);
    await other.page.getByRole('button', { name: 'Trekk tilbake «Arkivet er nede i natt.»' }).click();
    await other.page.getByText(/^Innbyggerne ser den ikke lenger/).waitFor();

    await page.getByRole('button', { name: /^(Lagre endringene|Publiser igjen)$/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Noen andre har endret dette' });
    await dialog.getByRole('row', { name: 'Status Publisert Trukket tilbake' }).waitFor();
    await dialog.getByRole('button', { name: 'Lagre mitt og publiser igjen' }).click();
    await says(/^Synlig for innbyggerne/);

    // The other's way back is closed, because the message is no longer what she withdrew.
    await other.page.getByText('Arkivet er nede til i morgen.').first().waitFor();
    await other.page.locator('.kvittering').getByRole('button', { name: 'Angre' }).click();
    await other.page.getByText('Noen andre endret dette samtidig.').waitFor();
    await other.context.close();
  });

  it('one changes the text of a message and the other its period: the second sees both, and saves hers whole', async () => {
    const list = `/forvaltning/${org}/innsyn/driftsmeldinger`;
    const edit = (on: Page, text: string) => on.getByRole('link', { name: `Rediger ${text}` }).click();
    await page.goto(`${site.address}${list}`);
    await edit(page, 'Arkivet er nede til i morgen.');
    await page.getByLabel('Meldingstekst').fill('Arkivet er nede ut uken.');
    await page.getByLabel('Til', { exact: true }).fill('2031-05-01T12:00');

    const other = await logIn('administrator:1103', list);
    await edit(other.page, 'Arkivet er nede til i morgen.');
    await other.page.getByLabel('Til', { exact: true }).fill('2032-06-01T12:00');
    await other.page.getByRole('button', { name: 'Lagre endringene' }).click();
    await other.page.getByText(/^Synlig for innbyggerne/).waitFor();

    await page.getByRole('button', { name: 'Lagre endringene' }).click();
    const dialog = page.getByRole('dialog', { name: 'Noen andre har endret dette' });
    await dialog.getByRole('row', { name: 'Meldingstekst Arkivet er nede ut uken. Arkivet er nede til i morgen.' }).waitFor();
    await dialog.getByRole('row', { name: /^Til 1\. mai 2031 .* 1\. juni 2032 / }).waitFor();
    expect(await dialog.getByRole('row').count()).toBe(3);
    await dialog.getByRole('button', { name: 'Lagre mitt' }).click();
    await says(/^Synlig for innbyggerne/);
    // The other sees the whole of it, by the stream of changes.
    await other.page.getByText('Arkivet er nede ut uken.').first().waitFor();
    await other.page.getByText(/^Til 1\. mai 2031 kl\. 12\.00$/).waitFor();
    await other.context.close();
  });

  it('the second sees both versions side by side, and what the first did stands in her list by itself', async () => {
    const list = `/forvaltning/${org}/kommunale-tjenester`;
    await page.goto(`${site.address}${list}`);
    await page.getByRole('link', { name: 'Rediger Kulturskole' }).click();
    await page.getByLabel('Tittel').fill('Kulturskolen i Stavanger');

    const other = await logIn('administrator:1103', list);
    await other.page.getByRole('link', { name: 'Rediger Kulturskole' }).click();
    await other.page.getByLabel('Tittel').fill('Kulturskolen vår');
    await other.page.getByRole('button', { name: 'Lagre endringene' }).click();
    await other.page.getByText(/^Synlig for innbyggerne/).waitFor();

    await page.getByRole('button', { name: 'Lagre endringene' }).click();
    const dialog = page.getByRole('dialog', { name: 'Noen andre har endret dette' });
    await dialog.waitFor();
    expect(await dialog.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual(['Kulturskolen i Stavanger', 'Kulturskolen vår']);
    expect(await dialog.getByRole('row').count()).toBe(2);
    await isWhole('the conflict');
    await dialog.getByRole('button', { name: 'Lagre mitt' }).click();
    await says(/^Synlig for innbyggerne/);
    await page.getByText('Kulturskolen i Stavanger').first().waitFor();
    // The stream of changes, not a reload, brings it to the other.
    await other.page.getByText('Kulturskolen i Stavanger').first().waitFor();
    await other.context.close();
    await context.close();
  });
});
