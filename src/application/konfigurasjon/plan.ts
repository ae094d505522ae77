import { v5 as uuidv5 } from 'uuid';
import { synlighetOf } from '../../domain/driftsmelding.js';
import { configuration } from '../../domain/index.js';
import { oppforingOf, type Privilegium } from '../../domain/privilegier.js';
import { isInForce } from '../../domain/utlop.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { commandIdNamespace } from '../commands/decision.js';
import { changesBetween, partsOf, type Endring, type Kommando } from './changes.js';
import { privilege, quoted, shown } from './words.js';
import { keyOf, lists, nameOf, nouns, rollerIn, type Konfigurasjon, type List, type ThingOf } from './konfigurasjon.js';
import type { Konfigurasjonsstand } from './read-konfigurasjon.js';

/** The configuration of an organisation as it is now: what a plan is made against. */
export interface Stand extends Konfigurasjonsstand {
  readonly posisjon: string;
  readonly tidspunkt: Instant;
}

/** The changes that a file leads to in one organisation. */
export interface Plan {
  readonly organisasjon: { readonly fiksOrgId: string; readonly navn: string; readonly kommunenummer?: string };
  readonly posisjon: string;
  readonly revisjoner: Readonly<Record<string, string>>;
  /** The file, with the ids of the things. */
  readonly konfigurasjon: Konfigurasjon;
  readonly endringer: readonly Endring[];
  /** Sentences that the reader ought to see besides. */
  readonly merknader: readonly string[];
}

/** A part of the file that leads nowhere. `path` is its place in the file. */
interface PlanProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
/** The file cannot be planned. */
export class NotPlannable extends Error {
  constructor(readonly problems: readonly PlanProblem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.name = 'NotPlannable';
  }
}

/** Makes the plan that leads from the present configuration to the file's. Throws `NotPlannable`. */
export function planFor(stand: Stand, file: Konfigurasjon): Plan {
  const { fiksOrgId = '', navn = '', kommunenummer } = stand.konfigurasjon.organisasjon ?? {};
  requireSame(stand, file);
  const newId = (name: string) => parseUuid(uuidv5(`${fiksOrgId} ${stand.posisjon} ${name}`, commandIdNamespace));
  const konfigurasjon = withIds(stand, file, newId);
  const endringer = changesTo(stand, konfigurasjon);
  const needsOpen = endringer.some(({ kommandoer }) => kommandoer.length > 0) && !endringer.some(({ felter }) => 'signert' in felter);
  return {
    organisasjon: { fiksOrgId, navn, ...(kommunenummer !== undefined && { kommunenummer }) },
    posisjon: stand.posisjon,
    revisjoner: stand.revisjoner,
    konfigurasjon,
    endringer,
    merknader: [
      ...(needsOpen && stand.konfigurasjon.tjeneste?.signert === false ? ['tjenestevedlegget er ikke signert: må gjøres av en administrator'] : []),
      ...pastIn(konfigurasjon, stand.tidspunkt).map((one) => `${one}, så den er ikke med`),
    ],
  };
}

/** The changes that lead from the present configuration to one whose things have ids. */
function changesTo(stand: Stand, wanted: Konfigurasjon): readonly Endring[] {
  const konfigurasjon = withoutPast(wanted, stand.tidspunkt);
  return changesBetween(stand.konfigurasjon, konfigurasjon).map((change) => ({ ...change, kommandoer: change.kommandoer.flatMap((command) => completed(stand, konfigurasjon, command)) }));
}

/** The changes of a plan that remain to be made, and the things that have been changed by others since. */
export function remainingOf(plan: Plan, stand: Stand): { readonly remaining: readonly Endring[]; readonly moved: readonly Endring[] } {
  const planned = new Set(plan.endringer.map(identityOf));
  const isMoved = (change: Endring) =>
    !planned.has(identityOf(change)) || change.kommandoer.some((command) => (plan.revisjoner[streamOf(command)] ?? '-1') !== (stand.revisjoner[streamOf(command)] ?? '-1'));
  const now = changesTo(stand, plan.konfigurasjon);
  return { remaining: now, moved: now.filter(isMoved) };
}
const identityOf = ({ art, ting, felter }: Endring) => JSON.stringify([art, ting.seksjon, ting.id, felter]);

function requireSame(stand: Stand, { organisasjon: named = {} }: Konfigurasjon): void {
  const own = stand.konfigurasjon.organisasjon ?? {};
  for (const field of ['fiksOrgId', 'kommunenummer'] as const)
    if (named[field] !== undefined && named[field] !== own[field])
      throw new NotPlannable([{ path: ['organisasjon', field], message: `Filen gjelder en annen organisasjon enn ${own.navn} (${own.kommunenummer ?? own.fiksOrgId}).` }]);
}

const isPast = (melding: ThingOf<'driftsmeldinger'>, now: Instant) => synlighetOf(melding, now) === 'TIDLIGERE';
type Utlop<K extends string> = Readonly<Partial<Record<K, string>>>;
/** The entries whose last day has passed. */
const endedIn = <K extends string>(utlop: Utlop<K> | undefined, now: Instant) => (Object.entries(utlop ?? {}) as [K, string][]).filter(([, dag]) => !isInForce(dag, now));

/** The parts of a file that are over, in words. */
function pastIn({ driftsmeldinger = [], integrasjoner = [], roller = {} }: Konfigurasjon, now: Instant): readonly string[] {
  return [
    ...driftsmeldinger.filter((one) => isPast(one, now)).map(({ innhold }) => `driftsmeldingen ${quoted(innhold)} er over`),
    ...integrasjoner.flatMap(({ navn, utlop }) => endedIn<Privilegium>(utlop, now).map(([one, dag]) => `siste dag for tilgangen ${privilege(one)} til ${quoted(navn)} var ${shown('utlop', dag)}`)),
    ...rollerIn(roller).flatMap(({ navn, utlop }) => endedIn(utlop, now).map(([one, dag]) => `siste dag for rollen ${navn} til ${one} var ${shown('utlop', dag)}`)),
  ];
}

/** Leaves out what is over: driftsmeldinger, because nobody would see them, and tilganger and roles, because nobody can give them. */
function withoutPast({ driftsmeldinger, integrasjoner, roller, ...file }: Konfigurasjon, now: Instant): Konfigurasjon {
  const lasting = <K extends string>(held: readonly K[], utlop: Utlop<K> | undefined): K[] => held.filter((one) => isInForce(utlop?.[one], now));
  const { administratorer, revisorer, tjenesteadministratorer, utlop = {} } = roller ?? {};
  const under = Object.entries(tjenesteadministratorer ?? {}) as [Undertjeneste, PersonId[]][];
  return {
    ...file,
    ...(integrasjoner && { integrasjoner: integrasjoner.map((one) => ({ ...one, ...(one.tilganger && { tilganger: lasting(one.tilganger, one.utlop) }) })) }),
    ...(driftsmeldinger && { driftsmeldinger: driftsmeldinger.filter((one) => !isPast(one, now)) }),
    ...(roller && {
      roller: {
        ...roller,
        ...(administratorer && { administratorer: lasting(administratorer, utlop.administratorer) }),
        ...(revisorer && { revisorer: lasting(revisorer, utlop.revisorer) }),
        ...(tjenesteadministratorer && { tjenesteadministratorer: Object.fromEntries(under.map(([one, held]) => [one, lasting(held, utlop.tjenesteadministratorer?.[one])])) }),
      },
    }),
  };
}

/** Gives each thing the id of the one that it is: by its id, else by its name. Others get a new id. */
function withIds(stand: Stand, file: Konfigurasjon, newId: (name: string) => ReturnType<typeof parseUuid>): Konfigurasjon {
  const problems: PlanProblem[] = [];
  const identified = <L extends List>(section: L): ThingOf<L>[] => {
    const present = (stand.konfigurasjon[section] ?? []) as ThingOf<L>[];
    const wanted = (file[section] ?? []) as ThingOf<L>[];
    const taken = new Set(wanted.flatMap(({ id }) => present.filter((one) => one.id === id).map((one) => one.id)));
    return wanted.map((thing, index) => {
      const problem = (message: string) => {
        problems.push({ path: [section, index], message });
        return thing;
      };
      if (thing.id !== undefined && (taken.has(thing.id) || isEarlier(stand, section, thing.id))) return thing;
      const named = present.filter((one) => keyOf(section, one) === keyOf(section, thing) && !taken.has(one.id));
      if (named.length > 1) return problem(`${named.length} ${nouns[section][2]} heter ${quoted(nameOf(section, thing))}. Oppgi id-en.`);
      const known = named[0]?.id ?? offeredId(stand, section, thing);
      if (known !== undefined) {
        taken.add(known);
        return { ...thing, id: known };
      }
      if (section === 'svarUtKontoer') return problem(`SvarUt har ingen konto som heter ${quoted(nameOf(section, thing))} i organisasjonen.`);
      if ('global' in thing) return problem(`Fant ingen global integrasjon som heter ${quoted(nameOf(section, thing))}.`);
      return { ...thing, id: newId(`${section}/${thing.id ?? ''}/${keyOf(section, thing)}`) };
    });
  };
  const found = Object.fromEntries(lists.flatMap((section) => (file[section] === undefined ? [] : [[section, identified(section)]])));
  if (problems.length > 0) throw new NotPlannable(problems);
  return { ...file, ...found };
}

/** Whether the id is of a driftsmelding that is over. It is used again. */
const isEarlier = (stand: Stand, section: List, id: string) => section === 'driftsmeldinger' && `driftsmelding/${id}` in stand.revisjoner;

/** The id of the only global integration with the name that the organisation may attach. */
function offeredId<L extends List>(stand: Stand, section: L, thing: ThingOf<L>): ReturnType<typeof parseUuid> | undefined {
  if (section !== 'integrasjoner' || !('global' in thing)) return undefined;
  const byId = stand.globale.filter(({ id }) => id === thing.id);
  const offered = byId.length > 0 ? byId : stand.globale.filter(({ navn }) => navn === nameOf(section, thing));
  return offered.length === 1 ? parseUuid(offered[0]!.id) : undefined;
}

/**
 * Completes a command with what only the present state tells. A driftsmelding that is over is used again under its id. A global
 * integration gets the tilganger that it asks for when it is attached, so those that the file leaves out are taken away again.
 */
function completed(stand: Stand, { integrasjoner = [] }: Konfigurasjon, command: Kommando): readonly Kommando[] {
  const { type, id } = command;
  if (type === 'PublishDriftsmelding' && `driftsmelding/${id}` in stand.revisjoner) {
    const { innhold, periode } = partsOf(command.data);
    return [{ type: 'ChangeDriftsmelding', id, data: { ...innhold, periode } }];
  }
  const wanted = integrasjoner.find((one) => one.id === id)?.tilganger;
  if (type !== 'AttachIntegration' || wanted === undefined) return [command];
  const { undertjeneste } = command.data;
  const unwanted = (stand.globale.find((one) => one.id === id)?.forespurt ?? []).filter((one) => oppforingOf(one).undertjeneste === undertjeneste && !wanted.includes(one));
  return [command, ...unwanted.map((privilegium): Kommando => ({ type: 'RevokeAccess', id, data: { undertjeneste, privilegium } }))];
}

/** The stream that a command is decided on, as `revisjoner` names it. */
export function streamOf({ type, id }: Kommando): string {
  const aggregate = Object.values(configuration).find(({ decide }) => Object.hasOwn(decide, type));
  return `${aggregate?.name}/${id}`;
}
