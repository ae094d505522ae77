import { z } from 'zod';
import { requireLinkWithText } from '../../domain/driftsmelding.js';
import { privilegier, type Privilegium } from '../../domain/privilegier.js';
import { parseDag } from '../../domain/values/dag.js';
import { parseInstant } from '../../domain/values/instant.js';
import { parseKommunenummer } from '../../domain/values/kommunenummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { parseOrganisasjonsnavn } from '../../domain/values/text.js';
import { parseTidsperiode } from '../../domain/values/tidsperiode.js';
import { undertjenestenavn, undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { parsedText, parseOrIssue } from '../commands/parsed-text.js';
import { tjenestekoder } from '../views/ressurs-ids.js';
import { privilege, quoted } from './words.js';
import { integrasjonsfelter, lagring, lenkefelter, meldingsfelter, periodetekster, tilgang, tjenestefelter } from './felter.js';

const uuid = (description: string) => parsedText(parseUuid, { description, example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });
const person = parsedText((text) => parseUuid(text) as string as PersonId, { description: 'Referansen til en person. Aldri et fødselsnummer.', example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });
const tidspunkt = (told: { readonly description: string; readonly example: string }) => parsedText(parseInstant, { ...told, format: 'date-time' });
const id = uuid('Id-en. Uten den finnes tingen igjen på navnet.').exactOptional();

/** The last day that something holds, in Norway. */
const sisteDag = parsedText((text) => (parseDag(text), text), { description: 'Den siste dagen det gjelder, i norsk tid', example: '2027-06-30', format: 'date' });

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

const utlopAvTilganger = z
  .strictObject(
    Object.fromEntries(privilegier.flatMap((one) => ('undertjeneste' in one ? [[one.navn, sisteDag.exactOptional()] as const] : []))) as { readonly [P in Privilegium]: z.ZodExactOptional<typeof sisteDag> },
  )
  .meta({ description: 'Den siste dagen for hver av tilgangene som har en. De andre har ingen slutt.' });

const Integrasjon = z
  .strictObject({
    id,
    ...integrasjonsfelter,
    global: z.literal(true).exactOptional().meta({ description: 'En integrasjon fra en annen organisasjon, som denne har lagt til' }),
    beskrivelse: integrasjonsfelter.beskrivelse.exactOptional(),
    autorisertOrgnr: integrasjonsfelter.autorisertOrgnr.exactOptional(),
    lagring: lagring.exactOptional(),
    undertjenester: z.array(z.enum(undertjenester)).max(undertjenester.length).exactOptional().meta({ description: 'Undertjenestene der integrasjonen er lagt til' }),
    tilganger: z.array(tilgang).max(50).exactOptional(),
    utlop: utlopAvTilganger.exactOptional(),
  })
  .superRefine(({ global, beskrivelse, autorisertOrgnr, tilganger = [], utlop = {} }, context) => {
    const issue = (felt: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [felt], message });
    };
    if (!global && autorisertOrgnr === undefined) issue('autorisertOrgnr', 'Oppgi organisasjonsnummeret til den som bruker integrasjonen (autorisertOrgnr), eller «global: true» for en integrasjon fra en annen organisasjon.');
    if (global && autorisertOrgnr !== undefined) issue('autorisertOrgnr', 'Bare eieren endrer organisasjonsnummeret til en global integrasjon. Ta bort autorisertOrgnr.');
    if (global && beskrivelse !== undefined) issue('beskrivelse', 'Bare eieren endrer beskrivelsen av en global integrasjon. Ta bort beskrivelse.');
    for (const one of Object.keys(utlop) as Privilegium[])
      if (!tilganger.includes(one)) context.addIssue({ code: 'custom', path: ['utlop', one], message: `Integrasjonen har ikke tilgangen ${privilege(one)}, så den kan ikke ha en utløpsdato. Ta den med i tilganger også.` });
  });

const SvarUtKonto = z.strictObject({
  id,
  navn: z.string().max(200).meta({ description: 'Navnet på kontoen i SvarUt' }),
  synlig: z.boolean().meta({ description: 'Om Innsyn viser posten fra kontoen' }),
});

const KommunalTjeneste = z.strictObject({
  id,
  ...tjenestefelter,
  favoritt: z.boolean().exactOptional().meta({ description: 'Om tjenesten er stjernemerket' }),
});

const Eiendomslenke = z.strictObject({ id, ...lenkefelter });

const Driftsmelding = z
  .strictObject({
    id,
    ...meldingsfelter,
    startDato: tidspunkt(periodetekster.startDato).exactOptional(),
    sluttDato: tidspunkt(periodetekster.sluttDato).exactOptional(),
    url: meldingsfelter.url.exactOptional(),
    urlTekst: meldingsfelter.urlTekst.exactOptional(),
  })
  .superRefine((melding, context) => {
    parseOrIssue(context, () => {
      requireLinkWithText(melding);
      parseTidsperiode(melding);
    });
  });

const personer = z.array(person).max(maxItems).exactOptional();
const utlopAvPersoner = z.record(person, sisteDag).exactOptional();
/** The holders of each role, with the same thing about each list. */
const rollefelter = <T extends z.ZodType>(each: T) => ({ administratorer: each, revisorer: each, tjenesteadministratorer: z.strictObject({ INNSYN: each, KOMMUNALE_TJENESTER: each, MINE_EIENDOMMER: each }).exactOptional() });
const Roller = z
  .strictObject({
    ...rollefelter(personer),
    utlop: z.strictObject(rollefelter(utlopAvPersoner)).exactOptional().meta({ description: 'Den siste dagen for hver av personene som har en, etter rolle. De andre har ingen slutt.' }),
  })
  .superRefine((roller, context) => {
    for (const { sti, personer: held = [], utlop = {} } of rollerIn(roller))
      for (const one of Object.keys(utlop))
        if (!held.includes(one as PersonId)) context.addIssue({ code: 'custom', path: ['utlop', ...sti, one], message: 'Personen har ikke rollen, så den kan ikke ha en utløpsdato. Ta med personen i rollen også.' });
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
 * driftsmelding is what its fields say, and `utlop` says which of the tilganger or roles beside it have a last day. Persons are
 * references, in `roller` only. There are no passwords.
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
    return [{ index, message: `To ${several} heter ${quoted(nameOf(section, thing as ThingOf<List>))}. Gi dem ulike navn, eller oppgi id-en på begge.` }];
  });
}

/** The names of the roles. */
export const rollenavn = {
  administrator: 'administrator',
  revisor: 'revisor',
  tjenesteadministrator: (undertjeneste: Undertjeneste) => `tjenesteadministrator for ${undertjenestenavn[undertjeneste]}`,
} as const;

/** A role of a configuration. */
interface Rolle {
  readonly navn: string;
  /** Its place in `roller`, and in `utlop` there. */
  readonly sti: readonly string[];
  /** The undertjeneste of a tjenesteadministrator. */
  readonly undertjeneste?: Undertjeneste;
  /** The holders. Missing: nothing is said of them. */
  readonly personer?: readonly PersonId[];
  /** The last day of those who have one. Missing: nothing is said of it. */
  readonly utlop?: Readonly<Record<PersonId, string>>;
}

/** Every role, with what a configuration says of it. */
export function rollerIn({ administratorer, revisorer, tjenesteadministratorer, utlop }: NonNullable<Konfigurasjon['roller']>): readonly Rolle[] {
  const role = (navn: string, sti: readonly string[], held: readonly PersonId[] | undefined, last: Rolle['utlop'] = {}): Rolle => ({ navn, sti, ...(held && { personer: held }), ...(utlop && { utlop: last }) });
  return [
    role(rollenavn.administrator, ['administratorer'], administratorer, utlop?.administratorer),
    role(rollenavn.revisor, ['revisorer'], revisorer, utlop?.revisorer),
    ...undertjenester.map((one) => ({
      ...role(rollenavn.tjenesteadministrator(one), ['tjenesteadministratorer', one], tjenesteadministratorer?.[one], utlop?.tjenesteadministratorer?.[one]),
      undertjeneste: one,
    })),
  ];
}
