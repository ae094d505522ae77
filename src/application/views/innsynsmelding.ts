import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { refuse } from '../../domain/kernel/domain-error.js';
import { privilegiumToIndex } from '../../domain/privilegier.js';
import { meldingstyper, type Meldingsversjon } from '../../domain/values/meldingstype.js';
import { exposureOf } from '../commands/exposure.js';
import { meldingIdOf, type MeldingId } from '../commands/melding-id.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import type { DocumentSet, Projection, Recorded } from '../ports/projection.js';
import { integrationNames } from './integrasjon.js';
import { projection, streamKey } from './projection.js';
import { inForceAt, tilganger } from './tilgang.js';

/**
 * A message without its content, for finding messages to delete and for listing them. The content is in the log, encrypted,
 * and in the search index.
 */
export interface InnsynsmeldingView extends MeldingId {
  readonly versjon: Meldingsversjon;
  /** The audience, as the search index stores it: `person:<reference>`, `organisasjon:<orgnr>` … */
  readonly eksponertFor: string;
  readonly eksternRef?: string;
  readonly tilgjengeligTil?: string;
  readonly kontoId?: string;
  /** The time of the last change (ISO 8601). */
  readonly sistEndret: string;
  /** The place among the organisation's messages, by version, integration and id. */
  readonly plass: string;
}

/**
 * The number of messages of an integration in an organisation, by version, without those that have none. It is a document of
 * the same view, because only the message's own document tells whether an event adds a message or replaces one.
 */
interface MeldingstallView {
  readonly eier: string;
  readonly avsender: string;
  readonly antall: { readonly [V in Meldingsversjon]?: number };
}

const meldinger = projection<InnsynsmeldingView>({
  name: 'innsynsmelding',
  version: 2,
  indexes: [['fiksOrgId', 'integrasjonId', 'eksternRef'], ['eksponertFor'], ['tilgjengeligTil'], ['fiksOrgId', 'plass']],
  keys: (event) => [streamKey(event)],
  on: {
    MeldingIndexed: (_, { stream, metadata, data: { versjon, eksponertFor, eksternRef, tilgjengeligTil, kontoId } }) => {
      const id = meldingIdOf(stream);
      return {
        ...id,
        versjon,
        eksponertFor: exposureOf(eksponertFor),
        ...(eksternRef !== undefined && { eksternRef }),
        ...(tilgjengeligTil !== undefined && { tilgjengeligTil }),
        ...(kontoId !== undefined && { kontoId }),
        sistEndret: metadata.time,
        plass: `${versjon}_${id.integrasjonId}_${id.meldingId}`,
      };
    },
    MeldingDeleted: () => undefined,
  },
});

const tallKey = ({ stream }: Recorded) => `tall/${stream.tenant}/${meldingIdOf(stream).integrasjonId}`;

export const innsynsmeldinger: Projection<InnsynsmeldingView> = {
  ...meldinger,
  // The numbers have no field that a message has, so no condition on messages meets them.
  indexes: [...meldinger.indexes, ['eier' as never]],
  keys: (event) => [streamKey(event), tallKey(event)],
  apply(event, documents) {
    const key = streamKey(event);
    const before = documents.get(key)?.versjon;
    meldinger.apply(event, documents);
    const after = documents.get(key)?.versjon;
    if (before !== after) count(event, documents as unknown as DocumentSet<MeldingstallView>, before, after);
  },
};
/** The same view, for reading its numbers. */
export const meldingstall = innsynsmeldinger as unknown as Projection<MeldingstallView>;

function count(event: Recorded, documents: DocumentSet<MeldingstallView>, before: Meldingsversjon | undefined, after: Meldingsversjon | undefined): void {
  const key = tallKey(event);
  const { antall: counted = {} } = documents.get(key) ?? {};
  const sums = { ...counted, ...(before && { [before]: (counted[before] ?? 0) - 1 }), ...(after && { [after]: (counted[after] ?? 0) + 1 }) };
  const antall = Object.fromEntries(Object.entries(sums).filter(([, number]) => number > 0));
  if (Object.keys(antall).length === 0) documents.remove(key);
  else documents.set(key, { eier: event.stream.tenant, avsender: meldingIdOf(event.stream).integrasjonId, antall });
}

/** The number of messages of one version that an integration has in an organisation. */
export interface Meldingstall {
  readonly integrasjon: { readonly id: string; readonly navn: string };
  readonly versjon: Meldingsversjon;
  readonly antall: number;
  /** Whether the integration may index messages of the version now. The service itself takes in letters. */
  readonly harTilgang: boolean;
}

/** A reading of the messages in an organisation, by those who may read its configuration, or of an integration's own ones. */
abstract class Meldingslesning<T> extends Query<T> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
    /** Limits the reading to one integration. */
    readonly integrasjonId?: string,
  ) {
    super();
  }
}

/** The numbers of messages in an organisation, by integration and version. Refuses an integration that asks about another. */
export class CountMeldinger extends Meldingslesning<readonly Meldingstall[]> {}

/**
 * One page of the messages of a version, by integration and id; none without a version. `etter` is the
 * `<integrasjonId>_<meldingId>` of the last one before the page.
 */
export class ListMeldinger extends Meldingslesning<readonly InnsynsmeldingView[]> {
  constructor(
    actor: Actor,
    fiksOrgId: string,
    integrasjonId: string | undefined,
    readonly versjon: Meldingsversjon | undefined,
    readonly page: { readonly antall: number; readonly etter?: string },
  ) {
    super(actor, fiksOrgId, integrasjonId);
  }
}

/** The integration that the reading is limited to. Refuses who may not read. */
async function limitOf({ actor, fiksOrgId, integrasjonId }: Meldingslesning<unknown>, organisations: OrganisationStatusReader): Promise<string | undefined> {
  if (actor.kind !== 'integrasjon') {
    await organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return integrasjonId;
  }
  if (integrasjonId !== undefined && integrasjonId !== actor.id) refuse('forbidden', 'MANGLER_TILGANG', 'En integrasjon kan bare lese om sine egne meldinger.', 'integrasjonId');
  return actor.id;
}

@QueryHandler(CountMeldinger)
export class CountMeldingerHandler implements IQueryHandler<CountMeldinger> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute(asked: CountMeldinger): Promise<readonly Meldingstall[]> {
    const { fiksOrgId } = asked;
    const only = await limitOf(asked, this.organisations);
    const counted = await this.documents.all(meldingstall, { where: { eier: fiksOrgId, ...(only !== undefined && { avsender: only }) }, orderBy: 'avsender' });
    const ids = counted.map(({ data }) => data.avsender);
    if (ids.length === 0) return [];
    const [names, held] = await Promise.all([
      integrationNames(this.documents, ids),
      this.documents.all(tilganger, { where: { aktor: ids, fiksOrgId } }),
    ]);
    const holds = new Set(held.filter(inForceAt(this.clock.now())).map(({ data }) => `${data.aktor}/${data.privilegium}`));
    return counted.flatMap(({ data: { avsender, antall } }) =>
      (Object.entries(antall) as [Meldingsversjon, number][]).sort().map(([versjon, number]) => {
        const privilegium = privilegiumToIndex(meldingstyper[versjon]);
        return {
          integrasjon: { id: avsender, navn: names.get(avsender) ?? 'Slettet integrasjon' },
          versjon,
          antall: number,
          harTilgang: privilegium === undefined || holds.has(`${avsender}/${privilegium}`),
        };
      }),
    );
  }
}

@QueryHandler(ListMeldinger)
export class ListMeldingerHandler implements IQueryHandler<ListMeldinger> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute(asked: ListMeldinger): Promise<readonly InnsynsmeldingView[]> {
    const { fiksOrgId, versjon, page } = asked;
    const only = await limitOf(asked, this.organisations);
    if (versjon === undefined) return [];
    const prefix = only === undefined ? `${versjon}_` : `${versjon}_${only}_`;
    // A uuid continues with a hexadecimal digit, which is before `g`. Nothing is between a place and the same with a space.
    const next = page.etter === undefined ? prefix : `${versjon}_${page.etter} `;
    const from = next > prefix ? next : prefix;
    const found = await this.documents.find(innsynsmeldinger, { where: { fiksOrgId, plass: { from, until: `${prefix}g` } }, orderBy: 'plass', limit: page.antall, skipCount: true });
    return found.documents.map(({ data }) => data);
  }
}
