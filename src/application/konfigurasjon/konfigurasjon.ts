import { z } from 'zod';
import { kategorier, meldingTyper, requireLinkWithText } from '../../domain/driftsmelding.js';
import { lagringsvalg } from '../../domain/integrasjon.js';
import { rettetMotVerdier } from '../../domain/kommunal-tjeneste.js';
import { parsePrivilegium } from '../../domain/privilegier.js';
import { parseInstant } from '../../domain/values/instant.js';
import { parseKommunenummer } from '../../domain/values/kommunenummer.js';
import { parseLenke } from '../../domain/values/lenke.js';
import { parseLenkemal } from '../../domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import {
  parseDriftsmeldingstekst,
  parseIntegrasjonsbeskrivelse,
  parseIntegrasjonsnavn,
  parseLenketekst,
  parseOrganisasjonsnavn,
  parseTittel,
} from '../../domain/values/text.js';
import { parseTidsperiode } from '../../domain/values/tidsperiode.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { parsedText, parseOrIssue } from '../commands/parsed-text.js';
import { tjenestekoder } from '../views/ressurs-ids.js';

const uuid = (description: string) => parsedText(parseUuid, { description, example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });
const person = parsedText((text) => parseUuid(text) as string as PersonId, { description: 'Referansen til en person. Aldri et fødselsnummer.', example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });
const tidspunkt = (description: string) => parsedText(parseInstant, { description, example: '2026-11-23T08:00:00+01:00', format: 'date-time' });
const id = uuid('Id-en. Uten den finnes tingen igjen på navnet.').exactOptional();
const tittel = parsedText(parseTittel, { description: 'Tittelen innbyggeren ser', example: 'Kulturskole', maxLength: 200 });

/** The most items of a section. */
export const maxItems = 5000;

const Organisasjon = z
  .strictObject({
    fiksOrgId: uuid('Id-en til organisasjonen').exactOptional(),
    navn: parsedText(parseOrganisasjonsnavn, { description: 'Navnet på organisasjonen. Det endres ikke herfra.', example: 'Bergen' }).exactOptional(),
    kommunenummer: parsedText(parseKommunenummer, { description: 'Kommunenummeret, i anførselstegn', example: '4601', pattern: '^[0-9]{4}$' }).exactOptional(),
  })
  .meta({ description: 'Organisasjonen filen gjelder. Utelat den i en mal for flere.' });

const Tjeneste = z
  .strictObject({
    tattIBruk: z.boolean().exactOptional().meta({ description: 'Om Min kommune er tatt i bruk' }),
    signert: z.boolean().exactOptional().meta({ description: 'Om tjenestevedlegget er signert og gjelder. En administrator signerer selv.' }),
    konfigurert: z.array(z.enum(tjenestekoder)).max(tjenestekoder.length).exactOptional().meta({ description: 'Tjenestene der oppsettet er meldt ferdig' }),
  })
  .meta({ description: 'Min kommune i organisasjonen' });

const Integrasjon = z
  .strictObject({
    id,
    navn: parsedText(parseIntegrasjonsnavn, { description: 'Navnet på integrasjonen', example: 'Indeksering: Faktura', maxLength: 200 }),
    global: z.literal(true).exactOptional().meta({ description: 'En integrasjon fra en annen organisasjon, som denne har lagt til' }),
    beskrivelse: parsedText(parseIntegrasjonsbeskrivelse, { description: 'Hvem som bruker integrasjonen, og til hva', example: 'Sakssystemet viser byggesaker under Mine saker.', maxLength: 1000 }).exactOptional(),
    autorisertOrgnr: parsedText(parseOrganisasjonsnummer, { description: 'Organisasjonsnummeret til den som bruker integrasjonen, i anførselstegn', example: '910753614', pattern: '^[0-9]{9}$' }).exactOptional(),
    lagring: z.enum(lagringsvalg).exactOptional().meta({ description: 'Lageret der dokumentene ligger' }),
    undertjenester: z.array(z.enum(undertjenester)).max(undertjenester.length).exactOptional().meta({ description: 'Undertjenestene der integrasjonen er lagt til' }),
    tilganger: z.array(parsedText(parsePrivilegium, { description: 'En tilgang, under undertjenesten den hører til', example: 'INNSYN.INDEX.FAKTURA' })).max(50).exactOptional(),
  })
  .superRefine(({ global, beskrivelse, autorisertOrgnr }, context) => {
    const issue = (felt: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [felt], message });
    };
    if (!global && autorisertOrgnr === undefined) issue('autorisertOrgnr', 'Oppgi organisasjonsnummeret til den som bruker integrasjonen (autorisertOrgnr), eller «global: true» for en integrasjon fra en annen organisasjon.');
    if (global && autorisertOrgnr !== undefined) issue('autorisertOrgnr', 'Bare eieren endrer organisasjonsnummeret til en global integrasjon. Ta bort autorisertOrgnr.');
    if (global && beskrivelse !== undefined) issue('beskrivelse', 'Bare eieren endrer beskrivelsen av en global integrasjon. Ta bort beskrivelse.');
  });

const SvarUtKonto = z.strictObject({
  id,
  navn: z.string().max(200).meta({ description: 'Navnet på kontoen i SvarUt' }),
  synlig: z.boolean().meta({ description: 'Om Innsyn viser posten fra kontoen' }),
});

const KommunalTjeneste = z.strictObject({
  id,
  tittel,
  lenke: parsedText(parseLenke, { description: 'Adressen til tjenesten (https)', example: 'https://www.bergen.kommune.no/kulturskole' }),
  rettetMot: z.enum(rettetMotVerdier).meta({ description: 'Målgruppen for tjenesten' }),
  favoritt: z.boolean().exactOptional().meta({ description: 'Om tjenesten er stjernemerket' }),
});

const Eiendomslenke = z.strictObject({
  id,
  tittel,
  mal: parsedText(parseLenkemal, { description: 'En lenke (https), eller en mal som fylles fra matrikkelen', example: 'https://www.bergen.kommune.no/eiendom/{gardsnummer}/{bruksnummer}' }),
});

const Driftsmelding = z
  .strictObject({
    id,
    innhold: parsedText(parseDriftsmeldingstekst, { description: 'Meldingsteksten', example: 'Innlogging er ustabil.', maxLength: 300 }),
    kategori: z.enum(kategorier).meta({ description: 'Siden meldingen står på' }),
    meldingType: z.enum(meldingTyper).meta({ description: 'Alvorlighetsgraden' }),
    startDato: tidspunkt('Tidspunktet meldingen vises fra og med. Uten det vises den med en gang.').exactOptional(),
    sluttDato: tidspunkt('Tidspunktet meldingen vises til. Uten det vises den til den trekkes tilbake.').exactOptional(),
    url: parsedText(parseLenke, { description: 'Lenke til mer informasjon (https)', example: 'https://www.bergen.kommune.no/drift' }).exactOptional(),
    urlTekst: parsedText(parseLenketekst, { description: 'Lenketeksten', example: 'Les mer om driften', maxLength: 200 }).exactOptional(),
  })
  .superRefine((melding, context) => {
    parseOrIssue(context, () => {
      requireLinkWithText(melding);
      parseTidsperiode(melding);
    });
  });

const personer = z.array(person).max(maxItems).exactOptional();
const Roller = z
  .strictObject({
    administratorer: personer,
    revisorer: personer,
    tjenesteadministratorer: z.strictObject({ INNSYN: personer, KOMMUNALE_TJENESTER: personer, MINE_EIENDOMMER: personer }).exactOptional(),
  })
  .meta({ description: 'Rollene, som referanser til personer' });

/** The sections with a list of things, in the order of the document. */
export const lists = ['integrasjoner', 'svarUtKontoer', 'kommunaleTjenester', 'eiendomslenker', 'driftsmeldinger'] as const;
export type List = (typeof lists)[number];

const listOf = <T extends z.ZodType<Thing>>(section: List, item: T) =>
  z
    .array(item)
    .max(maxItems)
    .superRefine((all, context) => {
      for (const { index, message } of repeated(section, all)) context.addIssue({ code: 'custom', path: [index], message });
    })
    .exactOptional();

/**
 * All that an organisation has configured: the state at a moment, both ends of a comparison, the file and the plan. Without a
 * section the file says nothing of it; an empty section says that there is none. A field that is missing is left as it is, but a
 * driftsmelding is what its fields say. Persons are references, in `roller` only. There are no passwords.
 */
export const Konfigurasjon = z
  .strictObject({
    organisasjon: Organisasjon.exactOptional(),
    tjeneste: Tjeneste.exactOptional(),
    integrasjoner: listOf('integrasjoner', Integrasjon),
    svarUtKontoer: listOf('svarUtKontoer', SvarUtKonto),
    kommunaleTjenester: listOf('kommunaleTjenester', KommunalTjeneste),
    eiendomslenker: listOf('eiendomslenker', Eiendomslenke),
    driftsmeldinger: listOf('driftsmeldinger', Driftsmelding),
    roller: Roller.exactOptional(),
  })
  .meta({ title: 'Konfigurasjon av Min kommune', description: 'Et avsnitt som mangler, blir ikke rørt. Et tomt avsnitt betyr ingen.' });
export type Konfigurasjon = z.output<typeof Konfigurasjon>;
/** A thing of a section. */
export type ThingOf<L extends List> = NonNullable<Konfigurasjon[L]>[number];

interface Thing {
  readonly id?: string;
}

/** The words for a thing of each section: indefinite and definite. */
export const nouns: Readonly<Record<List, readonly [one: string, the: string, several: string]>> = {
  integrasjoner: ['integrasjon', 'Integrasjonen', 'integrasjoner'],
  svarUtKontoer: ['SvarUt-konto', 'SvarUt-kontoen', 'SvarUt-kontoer'],
  kommunaleTjenester: ['kommunal tjeneste', 'Den kommunale tjenesten', 'kommunale tjenester'],
  eiendomslenker: ['eiendomslenke', 'Eiendomslenken', 'eiendomslenker'],
  driftsmeldinger: ['driftsmelding', 'Driftsmeldingen', 'driftsmeldinger'],
};

/** The name that people know a thing by. */
export function nameOf<L extends List>(section: L, thing: ThingOf<L>): string {
  const { navn, tittel: title, innhold } = thing as { readonly navn?: string; readonly tittel?: string; readonly innhold?: string };
  return (section === 'driftsmeldinger' ? innhold : (navn ?? title)) ?? '';
}

/** The key by which a thing without an id is found. Two messages with one text may be shown on two pages. */
export function keyOf<L extends List>(section: L, thing: ThingOf<L>): string {
  const { kategori = '', global = false } = thing as { readonly kategori?: string; readonly global?: boolean };
  return `${kategori}/${global}/${nameOf(section, thing)}`;
}

/** The things that cannot be told apart: one id twice, or one name twice where not both have an id. */
function repeated(section: List, all: readonly Thing[]): { readonly index: number; readonly message: string }[] {
  const [, , several] = nouns[section];
  const ids = new Set<string>();
  const named = new Map<string, boolean>();
  return all.flatMap((thing, index) => {
    const key = keyOf(section, thing as ThingOf<List>);
    const [twice, before] = [thing.id !== undefined && ids.has(thing.id), named.get(key)];
    if (thing.id !== undefined) ids.add(thing.id);
    named.set(key, (before ?? true) && thing.id !== undefined);
    if (twice) return [{ index, message: `To ${several} har id-en ${thing.id}.` }];
    if (before === undefined || (before && thing.id !== undefined)) return [];
    return [{ index, message: `To ${several} heter «${nameOf(section, thing as ThingOf<List>)}». Gi dem ulike navn, eller oppgi id-en på begge.` }];
  });
}

/** A name or a text between guillemets. Cut when it is long. */
export const quoted = (text: string): string => `«${Array.from(text).length > 60 ? `${Array.from(text).slice(0, 59).join('')}…` : text}»`;

const labels: Readonly<Record<string, string>> = {
  autorisertOrgnr: 'organisasjonsnummer',
  lagring: 'dokumentlagring',
  rettetMot: 'målgruppe',
  favoritt: 'stjerne',
  mal: 'lenke',
  innhold: 'tekst',
  kategori: 'side',
  meldingType: 'alvorlighet',
  startDato: 'vises fra',
  sluttDato: 'vises til',
  url: 'lenke',
  urlTekst: 'lenketekst',
};
/** The word for a field. */
export const labelOf = (field: string): string => labels[field] ?? field;

const inOslo = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Oslo' });
/** The value of a field, for people. */
export function shown(field: string, value: unknown): string {
  if (value === undefined) return 'ingen';
  if (typeof value === 'boolean') return value ? 'ja' : 'nei';
  if (field === 'startDato' || field === 'sluttDato') return inOslo.format(new Date(value as string));
  return ['lagring', 'rettetMot', 'kategori', 'meldingType'].includes(field) ? (value as string) : quoted(value as string);
}
