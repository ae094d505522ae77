import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { parsePrivilegium } from '../../domain/privilegier.js';
import { isInForce } from '../../domain/utlop.js';
import { norwegianDate } from '../../domain/values/dag.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { LastUse, tilgangKey, type Omrade } from '../commands/last-use.js';
import type { CommandRequest } from '../commands/decision.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import type { PageRequest } from '../ports/page.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { Aktornavn } from '../revisjon/aktornavn.js';
import { integrationNames } from '../views/integrasjon.js';
import { organisasjoner } from '../views/organisasjon.js';
import { ressursId } from '../views/ressurs-ids.js';
import { inForceAt, tilganger, type TilgangView } from '../views/tilgang.js';

/** The days before its end that a tilgang is warned of. */
export const varselDager = 30;
/** The days after which a tilgang is to be reviewed again. */
const gjennomgangDager = 365;

/** The tilganger to list: all, those that end soon, or those to be reviewed. */
export const utvalg = ['ALLE', 'UTLOPER_SNART', 'IKKE_GJENNOMGATT'] as const;
export type Utvalg = (typeof utvalg)[number];

/** A tilgang that holds, with its last use. */
interface TilgangIBruk extends TilgangView {
  readonly omrade: Omrade;
  /** The last day that it was used. Missing: never, since the service began to note it. */
  readonly sistBrukt?: string;
}

/** The tilganger of an organisation that hold at a moment, oldest first. Checks no access. */
async function tilgangerIBruk(documents: Documents, lastUse: LastUse, fiksOrgId: string, now: Instant): Promise<readonly TilgangIBruk[]> {
  const [held, uses] = await Promise.all([documents.all(tilganger, { where: { fiksOrgId } }), lastUse.of(fiksOrgId)]);
  const used = new Map(uses.map((one) => [`${one.aktor}/${tilgangKey(one)}`, one.dag]));
  return held
    .filter(inForceAt(now))
    .map(({ data }) => {
      const omrade: Omrade = undertjenester.find((one) => ressursId(fiksOrgId, one) === data.ressurs) ?? 'ORGANISASJON';
      const sistBrukt = used.get(`${data.aktor}/${tilgangKey({ omrade, privilegium: parsePrivilegium(data.privilegium) })}`);
      return { ...data, omrade, ...(sistBrukt !== undefined && { sistBrukt }) };
    })
    .sort((a, b) => ((a.gitt ?? '') < (b.gitt ?? '') ? -1 : 1));
}

/** The roles of persons in an organisation, oldest first. Refused unless the actor may read its configuration. */
export class ListRoller extends Query<readonly TilgangIBruk[]> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(ListRoller)
export class ListRollerHandler implements IQueryHandler<ListRoller> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly lastUse: LastUse,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, fiksOrgId }: ListRoller): Promise<readonly TilgangIBruk[]> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    const all = await tilgangerIBruk(this.documents, this.lastUse, fiksOrgId, this.clock.now());
    return all.filter(({ aktorType }) => aktorType === 'PERSON');
  }
}

/** A tilgang as a review shows it: who holds it, since when, who gave it, and whether it is used. */
export interface GjennomgangsTilgang extends TilgangIBruk {
  /** The name of the holder. Missing for an integration that is deleted. */
  readonly navn?: string;
  readonly gittAvNavn?: string;
  /** Whether its last day is near. */
  readonly utloperSnart: boolean;
  readonly gjennomgattAvNavn?: string;
  /** Whether it has been held for a year without a review. */
  readonly ikkeGjennomgatt: boolean;
}

/** One page of an organisation's tilganger, and numbers over all pages and choices. */
export interface Tilgangsgjennomgang {
  readonly tilganger: readonly GjennomgangsTilgang[];
  readonly antall: number;
  readonly utloperSnart: number;
  readonly ikkeGjennomgatt: number;
  /** The day of the last review. */
  readonly sistGjennomgatt?: string;
}

/** The tilganger of an organisation, for its administrators and auditors. Notes the reading. */
export class GetTilgangsgjennomgang extends Query<Tilgangsgjennomgang> {
  constructor(
    readonly request: CommandRequest,
    readonly fiksOrgId: string,
    readonly utvalg: Utvalg,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(GetTilgangsgjennomgang)
export class GetTilgangsgjennomgangHandler implements IQueryHandler<GetTilgangsgjennomgang> {
  constructor(
    private readonly documents: Documents,
    private readonly adgang: Revisjonsadgang,
    private readonly navn: Aktornavn,
    private readonly lastUse: LastUse,
    private readonly clock: Clock,
  ) {}

  async execute({ request, fiksOrgId, utvalg, page }: GetTilgangsgjennomgang): Promise<Tilgangsgjennomgang> {
    await this.adgang.open(request, fiksOrgId, 'TILGANGER', { utvalg: utvalg === 'ALLE' ? undefined : utvalg });
    const now = this.clock.now();
    const [held, organisasjon] = await Promise.all([tilgangerIBruk(this.documents, this.lastUse, fiksOrgId, now), this.documents.get(organisasjoner, fiksOrgId)]);
    const [soon, longAgo] = [inDays(now, varselDager), norwegianDate(inDays(now, -gjennomgangDager))];
    const all = held.map((one) => {
      const since = one.gjennomgatt?.dag ?? (one.gitt && norwegianDate(parseInstant(one.gitt)));
      return { ...one, utloperSnart: !isInForce(one.utlop, soon), ikkeGjennomgatt: since !== undefined && since <= longAgo };
    });
    const chosen = all.filter((one) => (utvalg === 'UTLOPER_SNART' ? one.utloperSnart : utvalg === 'IKKE_GJENNOMGATT' ? one.ikkeGjennomgatt : true));
    const sistGjennomgatt = organisasjon?.data.tilgangerGjennomgatt;
    return {
      tilganger: await this.named(chosen.slice(page.fra, page.fra + page.antall)),
      antall: chosen.length,
      utloperSnart: all.filter((one) => one.utloperSnart).length,
      ikkeGjennomgatt: all.filter((one) => one.ikkeGjennomgatt).length,
      ...(sistGjennomgatt !== undefined && { sistGjennomgatt }),
    };
  }

  /** Adds the names of holders, givers and reviewers. */
  private async named<T extends TilgangView>(shown: readonly T[]): Promise<readonly (T & Pick<GjennomgangsTilgang, 'navn' | 'gittAvNavn' | 'gjennomgattAvNavn'>)[]> {
    const isPerson = ({ aktorType }: TilgangView) => aktorType === 'PERSON';
    const [nameOf, integrations] = await Promise.all([
      this.navn.of(shown.flatMap((one) => [isPerson(one) ? `person:${one.aktor}` : undefined, one.gittAv, one.gjennomgatt?.av])),
      integrationNames(this.documents, shown.flatMap((one) => (isPerson(one) ? [] : [one.aktor]))),
    ]);
    return shown.map((one) => {
      const navn = isPerson(one) ? nameOf(`person:${one.aktor}`) : integrations.get(one.aktor);
      return {
        ...one,
        ...(navn !== undefined && { navn }),
        ...(one.gittAv !== undefined && { gittAvNavn: nameOf(one.gittAv) }),
        ...(one.gjennomgatt && { gjennomgattAvNavn: nameOf(one.gjennomgatt.av) }),
      };
    });
  }
}

const inDays = (now: Instant, days: number): Instant => parseInstant(new Date(Date.parse(now) + days * 86_400_000).toISOString());
