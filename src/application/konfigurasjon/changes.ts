import type { configuration } from '../../domain/index.js';
import { deepEqual, isEmpty } from '../../domain/kernel/changes.js';
import type { CommandData, CommandName, NoData } from '../../domain/kernel/decider.js';
import { oppforingOf, type Privilegium } from '../../domain/privilegier.js';
import { tjenestekode } from '../../domain/tjeneste.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { undertjenestenavn, undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { tjenestenavn } from '../views/ressurs.js';
import { changed, privilege, quoted, shown, theTilganger } from './words.js';
import { lists, nameOf, nouns, rollenavn, rollerIn, type Konfigurasjon, type List, type ThingOf } from './konfigurasjon.js';

type Configuration = typeof configuration;
/** The data of the commands that a use case completes. */
interface Completed {
  readonly AdoptTjeneste: NoData;
  readonly AttachIntegration: { readonly undertjeneste: Undertjeneste };
  readonly GenerateIntegrationPassword: NoData;
}
/**
 * The commands that no file leads to: the platform registers organisations and agreements, persons sign, and auditors review. A plan
 * takes the parts of a setup one by one, so that each stands in it.
 */
type NotByFile =
  | 'SetUpIntegration'
  | 'ReviewInnsynslogg'
  | 'ReviewTilganger'
  | 'RegisterOrganisasjon'
  | 'RecordHovedavtale'
  | 'StartTjenestevedleggSigning'
  | 'RecordTjenestevedleggSigned'
  | 'RecordTjenestevedleggRejected'
  | 'TerminateTjenestevedlegg'
  | 'CorrectTjenestevedleggDate'
  | 'DeleteTjenestevedlegg';
type CommandsOf<A extends keyof Configuration> = {
  readonly [C in Exclude<CommandName<Configuration[A]>, NotByFile>]: {
    readonly type: C;
    /** The id of the thing. The organisation's own id for an aggregate that it has one of. */
    readonly id: string;
    readonly data: C extends keyof Completed ? Completed[C] : CommandData<Configuration[A], C>;
  };
}[Exclude<CommandName<Configuration[A]>, NotByFile>];
/** A command that brings a change about, or a part of it. */
export type Kommando = { [A in keyof Configuration]: CommandsOf<A> }[keyof Configuration];

type Section = 'tjeneste' | List | 'roller';
type KeysOf<T> = T extends unknown ? keyof T & string : never;
interface Values {
  readonly fra?: unknown;
  readonly til?: unknown;
}
/** The fields that a change can be in. */
export type Felt = KeysOf<ThingOf<List>> | KeysOf<NonNullable<Konfigurasjon['tjeneste']>> | 'rolle' | `utlop ${string}`;

/** The field of the last day of a tilgang or of a role, by the name of either. */
export const lastDayField = (navn: string): Felt => `utlop ${navn}`;

/** A difference between two configurations. */
export interface Endring {
  /** Something is new, has changed, or is gone. */
  readonly art: '+' | '~' | '-';
  readonly ting: { readonly seksjon: Section; readonly id: string; readonly navn: string };
  /** The values before and after, by field. Empty when the thing itself is new or gone. */
  readonly felter: Readonly<Partial<Record<Felt, Values>>>;
  /** The change in a few words without a verb, as in a plan: `kommunal tjeneste «Kulturskole»`. */
  readonly hva: string;
  /** The change as a sentence about what has happened. */
  readonly setning: string;
  /** The commands that bring it about, in order. Empty when no file can. */
  readonly kommandoer: readonly Kommando[];
}

/**
 * The changes that lead from one configuration to another, in an order in which they can be made. Things are the same when their
 * ids are. A section or a field that is missing in either is not compared.
 */
export function changesBetween(fra: Konfigurasjon, til: Konfigurasjon): readonly Endring[] {
  const fiksOrgId = fra.organisasjon?.fiksOrgId ?? til.organisasjon?.fiksOrgId ?? '';
  return inOrder([
    ...tjenesteChanges(fiksOrgId, fra.tjeneste, til.tjeneste),
    ...changesOf(fra.integrasjoner, til.integrasjoner, integrasjonChanges),
    ...changesOf(fra.svarUtKontoer, til.svarUtKontoer, (before, after) => svarUtChanges(fiksOrgId, before, after)),
    ...changesOf(fra.kommunaleTjenester, til.kommunaleTjenester, itemChanges('kommunaleTjenester', kommunaleTjenester)),
    ...changesOf(fra.eiendomslenker, til.eiendomslenker, itemChanges('eiendomslenker', eiendomslenker)),
    ...changesOf(fra.driftsmeldinger, til.driftsmeldinger, itemChanges('driftsmeldinger', driftsmeldinger)),
    ...rollerChanges(fiksOrgId, fra.roller, til.roller),
  ]);
}

const sections: readonly Section[] = ['tjeneste', ...lists, 'roller'];
const kinds: readonly Endring['art'][] = ['+', '~', '-'];

/**
 * The service is taken in use before its agreement is signed. An integration is created before it is attached, and attached before it
 * gets tilganger. Roles are changed last, and added before others are taken away. A role gets no last day before others have lost
 * theirs, because one administrator at least has none.
 */
function inOrder(changes: readonly Endring[]): readonly Endring[] {
  const step = ({ felter }: Endring) => ('undertjenester' in felter || 'signert' in felter ? 1 : 'tilganger' in felter ? 2 : 0);
  const ends = ({ ting, art, felter }: Endring) => ting.seksjon === 'roller' && art === '~' && fieldsIn(felter).some(([, { til }]) => til !== undefined);
  const placeOf = (one: Endring) =>
    [sections.indexOf(one.ting.seksjon), kinds.indexOf(one.art), ends(one), one.ting.navn, one.ting.id, step(one), JSON.stringify(one.felter)] as const;
  return changes
    .map((change) => ({ change, place: placeOf(change) }))
    .sort((a, b) => {
      const differing = a.place.findIndex((part, n) => part !== b.place[n]);
      return differing >= 0 && a.place[differing]! < b.place[differing]! ? -1 : 1;
    })
    .map(({ change }) => change);
}

type Compare<T> = (before: T | undefined, after: T | undefined, id: string) => readonly Endring[];

/** Compares the things of a section by id. */
function changesOf<T extends { readonly id?: string }>(fra: readonly T[] | undefined, til: readonly T[] | undefined, compare: Compare<T>): readonly Endring[] {
  if (fra === undefined || til === undefined) return [];
  const byId = (things: readonly T[]) => new Map(things.flatMap((thing) => (thing.id === undefined ? [] : [[thing.id, thing] as const])));
  const [before, after] = [byId(fra), byId(til)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => compare(before.get(id), after.get(id), id));
}

/** The fields that differ, with both values. One that is missing after is the same, unless the thing is the `whole` of its fields. */
function differing(before: object, after: object, fields: readonly string[], whole = false): Endring['felter'] {
  const [fra, til] = [before, after] as Record<string, unknown>[] as [Record<string, unknown>, Record<string, unknown>];
  const differ = fields.filter((field) => !deepEqual(fra[field], til[field]) && (whole || til[field] !== undefined));
  return Object.fromEntries(differ.map((field) => [field, { ...(fra[field] !== undefined && { fra: fra[field] }), ...(til[field] !== undefined && { til: til[field] }) }]));
}
/** The fields of a change, with the values of each. */
export const fieldsIn = (felter: Endring['felter']) => Object.entries(felter) as [Felt, Values][];
const valuesAfter = (felter: Endring['felter']) => Object.fromEntries(fieldsIn(felter).map(([field, { til }]) => [field, til]));
const inWords = (felter: Endring['felter']) => fieldsIn(felter).map(([field, { fra, til }]) => changed(field, fra, til)).join(', ');

/** A change of the thing itself: new, gone, or with other values. */
function change<L extends List>(section: L, art: Endring['art'], thing: ThingOf<L>, verb: string, kommandoer: readonly Kommando[], felter: Endring['felter'] = {}): Endring {
  const [one, the] = nouns[section];
  const navn = nameOf(section, thing);
  const rest = art === '~' ? `: ${inWords(felter)}` : '';
  return {
    art,
    ting: { seksjon: section, id: thing.id ?? '', navn },
    felter,
    hva: `${one} ${quoted(navn)}${rest}`,
    setning: `${the} ${quoted(navn)}${rest || ` ${verb}`}`,
    kommandoer,
  };
}

const only = (condition: boolean, ...kommandoer: readonly Kommando[]): readonly Kommando[] => (condition ? kommandoer : []);

/** The commands of a section whose things are aggregates of their own. */
interface Item<L extends List> {
  readonly fields: readonly (keyof ThingOf<L> & string)[];
  /** Whether a field that is missing says that there is none. */
  readonly whole?: true;
  readonly verbs: readonly [added: string, removed: string];
  readonly create: (content: Omit<ThingOf<L>, 'id'>, id: string) => readonly Kommando[];
  readonly change: (fields: Partial<ThingOf<L>>, after: Omit<ThingOf<L>, 'id'>, id: string) => readonly Kommando[];
  readonly remove: (id: string) => Kommando;
}

function itemChanges<L extends List>(section: L, item: Item<L>): Compare<ThingOf<L>> {
  return (before, after, id) => {
    if (!after) return before ? [change(section, '-', before, item.verbs[1], [item.remove(id)])] : [];
    const { id: _id, ...content } = after;
    if (!before) return [change(section, '+', after, item.verbs[0], item.create(content, id))];
    const felter = differing(before, after, item.fields, item.whole);
    return isEmpty(felter) ? [] : [change(section, '~', before, '', item.change(valuesAfter(felter) as Partial<ThingOf<L>>, content, id), felter)];
  };
}

const kommunaleTjenester: Item<'kommunaleTjenester'> = {
  fields: ['tittel', 'lenke', 'rettetMot', 'favoritt'],
  verbs: ['opprettet', 'slettet'],
  create: ({ favoritt = false, ...data }, id) => [{ type: 'CreateKommunalTjeneste', id, data }, ...only(favoritt, { type: 'StarKommunalTjeneste', id, data: {} })],
  change: ({ favoritt, ...data }, _after, id) => [
    ...only(!isEmpty(data), { type: 'ChangeKommunalTjeneste', id, data }),
    ...only(favoritt === true, { type: 'StarKommunalTjeneste', id, data: {} }),
    ...only(favoritt === false, { type: 'UnstarKommunalTjeneste', id, data: {} }),
  ],
  remove: (id) => ({ type: 'RemoveKommunalTjeneste', id, data: {} }),
};

const eiendomslenker: Item<'eiendomslenker'> = {
  fields: ['tittel', 'mal'],
  verbs: ['opprettet', 'slettet'],
  create: (data, id) => [{ type: 'CreateEiendomslenke', id, data }],
  change: (data, _after, id) => [{ type: 'ChangeEiendomslenke', id, data }],
  remove: (id) => ({ type: 'RemoveEiendomslenke', id, data: {} }),
};

const driftsmeldinger: Item<'driftsmeldinger'> = {
  fields: ['innhold', 'kategori', 'meldingType', 'url', 'urlTekst', 'startDato', 'sluttDato'],
  whole: true,
  verbs: ['publisert', 'tatt bort'],
  create: (data, id) => [{ type: 'PublishDriftsmelding', id, data }],
  change(fields, thing, id) {
    const { startDato: _start, sluttDato: _end, ...content } = fields;
    const { innhold, periode } = partsOf(thing);
    if (isEmpty(content)) return [{ type: 'ChangeDriftsmeldingPeriod', id, data: periode }];
    return [{ type: 'ChangeDriftsmelding', id, data: { ...innhold, ...(('startDato' in fields || 'sluttDato' in fields) && { periode }) } }];
  },
  remove: (id) => ({ type: 'WithdrawDriftsmelding', id, data: {} }),
};

/** The content of a driftsmelding, and its period. */
export const partsOf = ({ startDato, sluttDato, ...innhold }: Omit<ThingOf<'driftsmeldinger'>, 'id'>) => ({
  innhold,
  periode: { ...(startDato !== undefined && { startDato }), ...(sluttDato !== undefined && { sluttDato }) },
});

/** The accounts are SvarUt's own. Only whether Innsyn shows their post is configured. An account that is left out is not shown. */
function svarUtChanges(fiksOrgId: string, before: ThingOf<'svarUtKontoer'> | undefined, after: ThingOf<'svarUtKontoer'> | undefined): readonly Endring[] {
  const [fra, til] = [before?.synlig ?? false, after?.synlig ?? false];
  if (fra === til) return [];
  const konto = { ...(before ?? after)!, synlig: til };
  const command = { type: til ? 'EnableSvarUtAccount' : 'DisableSvarUtAccount', id: fiksOrgId, data: { kontoId: konto.id! } } as const;
  const verb = til ? 'vist i Innsyn' : 'skjult i Innsyn';
  return [{ ...change('svarUtKontoer', after ? '~' : '-', konto, verb, [command], { synlig: { fra, til } }), setning: `Posten fra SvarUt-kontoen ${quoted(konto.navn)} ${verb}` }];
}

type Integrasjon = ThingOf<'integrasjoner'>;
const undertjenesteOf = (privilegium: Privilegium): Undertjeneste => oppforingOf(privilegium).undertjeneste!;

/** The changes of the integration itself if the organisation owns it, of its use in each undertjeneste, and of its tilganger. */
function integrasjonChanges(before: Integrasjon | undefined, after: Integrasjon | undefined, id: string): readonly Endring[] {
  if (!after) {
    if (!before) return [];
    if (before.global) return useChanges(before, { ...before, undertjenester: [], tilganger: [] }, id);
    return [change('integrasjoner', '-', before, 'slettet', [{ type: 'DeleteIntegration', id, data: {} }])];
  }
  const { navn, beskrivelse, autorisertOrgnr, lagring } = after;
  const storage = only(lagring !== undefined && lagring !== before?.lagring, { type: 'ChooseDocumentStorage', id, data: { lagring: lagring! } });
  const use = useChanges(before ?? { ...after, undertjenester: [], tilganger: [] }, after, id);
  if (!before && autorisertOrgnr !== undefined) {
    const data = { navn, ...(beskrivelse !== undefined && { beskrivelse }), autorisertOrgnr };
    return [change('integrasjoner', '+', after, 'opprettet', [{ type: 'CreateIntegration', id, data }, { type: 'GenerateIntegrationPassword', id, data: {} }, ...storage]), ...use];
  }
  const felter = differing(before ?? {}, after, after.global ? ['lagring'] : ['navn', 'beskrivelse', 'autorisertOrgnr', 'lagring']);
  const { lagring: _lagring, ...definition } = valuesAfter(felter);
  const kommandoer = [...only(!isEmpty(definition), { type: 'ChangeIntegration', id, data: definition }), ...storage];
  return [...(isEmpty(felter) ? [] : [change('integrasjoner', '~', before ?? after, '', kommandoer, felter)]), ...use];
}

/** The changes of where an integration is attached, and of its tilganger there. A tilgang attaches; detaching takes the tilganger away. */
function useChanges(before: Integrasjon, after: Integrasjon, id: string): readonly Endring[] {
  const { undertjenester: attached = [], tilganger: held = [], utlop: ends } = before;
  const named = new Set([...(after.undertjenester ?? attached), ...(after.tilganger ?? []).map(undertjenesteOf)]);
  const wanted = undertjenester.filter((one) => named.has(one));
  const kept = (after.tilganger ?? held).filter((one) => wanted.includes(undertjenesteOf(one)));
  const ting = { seksjon: 'integrasjoner', id, navn: after.navn } as const;
  const name = quoted(after.navn);
  const use = members(attached, wanted).map(({ art, one }): Endring => {
    const lost = art === '-' ? held.filter((tilgang) => undertjenesteOf(tilgang) === one) : [];
    const along = lost.length > 0 ? `, med ${theTilganger(lost)}` : '';
    return {
      art,
      ting,
      felter: { undertjenester: art === '+' ? { til: one } : { fra: one }, ...(lost.length > 0 && { tilganger: { fra: lost } }) },
      hva: `integrasjon ${name} under ${undertjenestenavn[one]}${along}`,
      setning: `Integrasjonen ${name} ${art === '+' ? 'lagt til under' : 'fjernet fra'} ${undertjenestenavn[one]}${along}`,
      kommandoer: [{ type: art === '+' ? 'AttachIntegration' : 'DetachIntegration', id, data: { undertjeneste: one } }],
    };
  });
  const rights = members(held.filter((one) => wanted.includes(undertjenesteOf(one))), kept).map(({ art, one }): Endring => {
    const undertjeneste = undertjenesteOf(one);
    const where = `${name} under ${undertjenestenavn[undertjeneste]}`;
    const utlop = art === '+' ? after.utlop?.[one] : undefined;
    return {
      art,
      ting,
      felter: { tilganger: art === '+' ? { til: one } : { fra: one }, ...newLastDay(one, utlop) },
      hva: `tilgang ${privilege(one)} til ${where}${until(utlop)}`,
      setning: `Tilgangen ${privilege(one)} ${art === '+' ? 'gitt til' : 'tatt fra'} ${where}${until(utlop)}`,
      kommandoer: [{ type: art === '+' ? 'GrantAccess' : 'RevokeAccess', id, data: { undertjeneste, privilegium: one, ...(utlop !== undefined && { utlop }) } }],
    };
  });
  const staying = kept.filter((one) => held.includes(one));
  const days = lastDayChanges(staying, ends, after.utlop, (one, utlop) => ({
    ting,
    felt: lastDayField(one),
    hva: `tilgangen ${privilege(one)} til ${name}`,
    kommando: { type: 'GrantAccess', id, data: { undertjeneste: undertjenesteOf(one), privilegium: one, utlop } },
  }));
  return [...use, ...rights, ...days];
}

const newLastDay = (navn: string, utlop: string | undefined): Endring['felter'] => (utlop === undefined ? {} : { [lastDayField(navn)]: { til: utlop } });
const until = (utlop: string | undefined): string => (utlop === undefined ? '' : `, til og med ${shown('utlop', utlop)}`);

/** The differences in the last days of what both have. None when either says nothing of last days. `null` is none. */
function lastDayChanges<K extends string>(
  both: readonly K[],
  fra: Readonly<Partial<Record<K, string>>> | undefined,
  til: Readonly<Partial<Record<K, string>>> | undefined,
  of: (one: K, utlop: string | null) => { readonly ting: Endring['ting']; readonly felt: Felt; readonly hva: string; readonly kommando: Kommando },
): readonly Endring[] {
  if (fra === undefined || til === undefined) return [];
  return both.flatMap((one): readonly Endring[] => {
    const [before, after] = [fra[one], til[one]];
    if (before === after) return [];
    const { ting, felt, hva, kommando } = of(one, after ?? null);
    const days = `${hva}: ${shown('utlop', before)} → ${shown('utlop', after)}`;
    return [
      {
        art: '~',
        ting,
        felter: { [felt]: { ...(before !== undefined && { fra: before }), ...(after !== undefined && { til: after }) } },
        hva: `siste dag for ${days}`,
        setning: `Siste dag for ${days}`,
        kommandoer: [kommando],
      },
    ];
  });
}

/** The members that one list has and the other has not. None when either is missing. */
function members<T extends string>(fra: readonly T[] | undefined, til: readonly T[] | undefined): { readonly art: '+' | '-'; readonly one: T }[] {
  if (fra === undefined || til === undefined) return [];
  const [before, after] = [new Set(fra), new Set(til)];
  return [
    ...[...after].filter((one) => !before.has(one)).map((one) => ({ art: '+' as const, one })),
    ...[...before].filter((one) => !after.has(one)).map((one) => ({ art: '-' as const, one })),
  ];
}

/** No file signs the tjenestevedlegg, gives the service back, or takes back that a setup is done. */
function tjenesteChanges(id: string, fra: Konfigurasjon['tjeneste'] = {}, til: Konfigurasjon['tjeneste'] = {}): readonly Endring[] {
  const flags = fieldsIn(differing(fra, til, fra.tattIBruk === undefined && fra.signert === undefined ? [] : ['tattIBruk', 'signert'])).map(([felt, values]): Endring => {
    const [hva, yes, no] = felt === 'tattIBruk' ? (['Min kommune tatt i bruk', 'Min kommune tatt i bruk', 'Min kommune ikke lenger i bruk'] as const) : (['tjenestevedlegget signert', 'Tjenestevedlegget signert', 'Tjenestevedlegget gjelder ikke lenger'] as const);
    return {
      art: '~',
      ting: { seksjon: 'tjeneste', id: tjenestekode, navn: tjenestenavn[tjenestekode] },
      felter: { [felt]: values },
      hva: `${hva}: ${shown(felt, values.fra)} → ${shown(felt, values.til)}`,
      setning: values.til === true ? yes : no,
      kommandoer: only(felt === 'tattIBruk' && values.til === true, { type: 'AdoptTjeneste', id, data: {} }),
    };
  });
  const done = members(fra.konfigurert, til.konfigurert).map(({ art, one }): Endring => ({
    art,
    ting: { seksjon: 'tjeneste', id: one, navn: tjenestenavn[one] },
    felter: { konfigurert: art === '+' ? { til: true } : { fra: true } },
    hva: `oppsettet av ${tjenestenavn[one]} er ferdig`,
    setning: `Oppsettet av ${tjenestenavn[one]} ${art === '+' ? 'meldt ferdig' : 'ikke lenger meldt ferdig'}`,
    kommandoer: only(art === '+', { type: 'ConfigureTjeneste', id, data: { kode: one } }),
  }));
  return [...flags, ...done];
}

function rollerChanges(fiksOrgId: string, fra: Konfigurasjon['roller'] = {}, til: Konfigurasjon['roller'] = {}): readonly Endring[] {
  const before = rollerIn(fra);
  return rollerIn(til).flatMap(({ navn, undertjeneste, personer, utlop }, n) => {
    const { personer: held, utlop: ends } = before[n]!;
    const give = (data: { readonly personId: PersonId; readonly utlop?: string | null }): Kommando =>
      undertjeneste !== undefined
        ? { type: 'AddTjenesteadministrator', id: fiksOrgId, data: { ...data, undertjeneste } }
        : { type: navn === rollenavn.revisor ? 'AppointRevisor' : 'AppointAdministrator', id: fiksOrgId, data };
    const take = (personId: PersonId): Kommando =>
      undertjeneste !== undefined
        ? { type: 'RemoveTjenesteadministrator', id: fiksOrgId, data: { personId, undertjeneste } }
        : { type: navn === rollenavn.revisor ? 'DismissRevisor' : 'DismissAdministrator', id: fiksOrgId, data: { personId } };
    const roles = members(held, personer).map(({ art, one }): Endring => {
      const last = art === '+' ? utlop?.[one] : undefined;
      return {
        art,
        ting: { seksjon: 'roller', id: one, navn },
        felter: { rolle: art === '+' ? { til: navn } : { fra: navn }, ...newLastDay(navn, last) },
        hva: `${navn} ${one}${until(last)}`,
        setning: `Rollen ${navn} ${art === '+' ? 'gitt til' : 'tatt fra'} ${one}${until(last)}`,
        kommandoer: [art === '+' ? give({ personId: one, ...(last !== undefined && { utlop: last }) }) : take(one)],
      };
    });
    const staying = (held ?? []).filter((one) => personer?.includes(one));
    const days = lastDayChanges(staying, ends, utlop, (one, last) => ({
      ting: { seksjon: 'roller', id: one, navn },
      felt: lastDayField(navn),
      hva: `rollen ${navn} til ${one}`,
      kommando: give({ personId: one, utlop: last }),
    }));
    return [...roles, ...days];
  });
}
