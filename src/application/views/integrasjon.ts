import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Tilgang } from '../../domain/integrasjon.js';
import { oppforingOf, parsePrivilegium, type Privilegium } from '../../domain/privilegier.js';
import { isInForce } from '../../domain/utlop.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Integrasjonsnavn } from '../../domain/values/text.js';
import { undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents, type Document } from '../ports/documents.js';
import type { PageRequest } from '../ports/page.js';
import { organisasjoner } from './organisasjon.js';
import { changeBy, existing, projection, streamKey, type LastChange } from './projection.js';

/** The definition of an integration. Only the owner's document holds it. */
export interface Definisjon {
  readonly navn: Integrasjonsnavn;
  readonly beskrivelse?: string;
  readonly autorisertOrgnr: string;
  readonly opprettet: string;
  /** The code of a global integration. Missing for others. */
  readonly kode?: string;
  readonly forespurtePrivilegier?: readonly string[];
  readonly tags: readonly string[];
  /** The time of the last password (ISO 8601). Its hash is in the log only, so readers of the views cannot see it. */
  readonly passordLaget?: string;
  /** The reference of the actor that made it. */
  readonly passordLagetAv?: string;
}

/** An integration in one organisation: its own, or a global one that it has attached. */
export interface IntegrasjonView extends Partial<LastChange> {
  readonly integrasjonId: string;
  readonly fiksOrgId: string;
  /** fiksOrgId of the owner. */
  readonly eier: string;
  /** Set in the owner's document only. */
  readonly definisjon?: Definisjon;
  readonly global: boolean;
  /** Set in the owner's document of a global integration: every organisation may attach it. */
  readonly tilbys?: true;
  readonly tilknyttet: readonly Undertjeneste[];
  /** With the last day of each that has one. A tilgang stays here until it is revoked. */
  readonly tilganger: readonly { readonly privilegium: string; readonly undertjeneste: Undertjeneste; readonly utlop?: string }[];
  readonly lagring?: 'DOKUMENTLAGER' | 'FAGSYSTEM';
}

const change = (document: IntegrasjonView | undefined, changed: Partial<Definisjon>): IntegrasjonView => {
  const integrasjon = existing(document);
  return { ...integrasjon, definisjon: { ...existing(integrasjon.definisjon), ...changed } };
};

const attachedTo = ({ tilknyttet }: Pick<IntegrasjonView, 'tilknyttet'>, undertjeneste: Undertjeneste) =>
  tilknyttet.includes(undertjeneste) ? tilknyttet : [...tilknyttet, undertjeneste];

const without = (tilganger: IntegrasjonView['tilganger'], { privilegium, undertjeneste }: Tilgang) =>
  tilganger.filter((held) => held.privilegium !== privilegium || held.undertjeneste !== undertjeneste);

/** The tilganger that hold at a moment. */
const current = ({ tilganger }: Pick<IntegrasjonView, 'tilganger'>, now: Instant) => tilganger.filter(({ utlop }) => isInForce(utlop, now));

type Steps = Parameters<typeof projection<IntegrasjonView>>[0]['on'];
/** The steps, each of which also notes that it was the last change. */
const stamped = (steps: Steps): Steps =>
  Object.fromEntries(
    Object.entries(steps).map(([type, step]: [string, NonNullable<Steps[keyof Steps]>]) => [
      type,
      (document: IntegrasjonView | undefined, event: never, key: string) => {
        const next = step(document, event, key);
        return next && { ...next, ...changeBy(event) };
      },
    ]),
  );

export const integrasjoner = projection<IntegrasjonView>({
  name: 'integrasjon',
  version: 5,
  indexes: [['fiksOrgId'], ['integrasjonId'], ['tilbys']],
  keys: (event) => [streamKey(event)],
  on: stamped({
    IntegrationCreated: (_, { stream, data: { global, ...data }, metadata }) => ({
      integrasjonId: stream.id,
      fiksOrgId: stream.tenant,
      eier: stream.tenant,
      definisjon: { ...data, opprettet: metadata.time, tags: [], ...global },
      global: global !== undefined,
      ...(global && { tilbys: true }),
      tilknyttet: [],
      tilganger: [],
    }),
    IntegrationChanged: (document, { data }) => change(document, data),
    IntegrationPasswordGenerated: (document, { metadata }) => change(document, { passordLaget: metadata.time, passordLagetAv: metadata.actor }),
    AccessGranted: (document, { data }) => {
      const integrasjon = existing(document);
      // Older logs grant a tilgang without attaching the integration first; a tilgang attaches.
      const tilknyttet = attachedTo(integrasjon, data.undertjeneste);
      return { ...integrasjon, tilknyttet, tilganger: [...without(integrasjon.tilganger, data), data] };
    },
    AccessRevoked: (document, { data }) => {
      const integrasjon = existing(document);
      return { ...integrasjon, tilganger: without(integrasjon.tilganger, data) };
    },
    IntegrationAttached: (document, { stream, data: { undertjeneste, integrasjon, tilganger } }) => {
      const before = document ?? {
        integrasjonId: stream.id,
        fiksOrgId: stream.tenant,
        global: integrasjon.global,
        tilknyttet: [],
        tilganger: [],
      };
      const held = new Set(before.tilganger.map(({ privilegium }) => privilegium));
      const brought = tilganger.filter((privilegium) => !held.has(privilegium));
      return {
        ...before,
        // The document may remain from an earlier attachment, and name an owner that has deleted the integration since.
        eier: integrasjon.eier,
        tilknyttet: attachedTo(before, undertjeneste),
        tilganger: [...before.tilganger, ...brought.map((privilegium) => ({ privilegium, undertjeneste }))],
      };
    },
    IntegrationDetached: (document, { data: { undertjeneste } }) => {
      const integrasjon = existing(document);
      return {
        ...integrasjon,
        tilknyttet: integrasjon.tilknyttet.filter((attached) => attached !== undertjeneste),
        tilganger: integrasjon.tilganger.filter((held) => held.undertjeneste !== undertjeneste),
      };
    },
    DocumentStorageChosen: (document, { data: { lagring } }) => ({ ...existing(document), lagring }),
    IntegrationDeleted: () => undefined,
  }),
});

/** An integration in one organisation, with its definition and the owner's name. */
export interface SynligIntegrasjon extends Omit<IntegrasjonView, 'tilbys'> {
  readonly definisjon: Definisjon;
  readonly eierNavn: string;
  /** The revision of the integration's stream in this organisation; -1 while the stream has no events. */
  readonly revision: bigint;
}

/** Joins the owner's documents with the organisation's own documents of the same integrations. */
async function joinWithOwn(
  documents: Documents,
  fiksOrgId: string,
  owned: readonly Document<IntegrasjonView>[],
  now: Instant,
): Promise<SynligIntegrasjon[]> {
  const eiere = [...new Set(owned.map(({ data }) => data.eier))];
  const [owners, attached] = await Promise.all([
    documents.all(organisasjoner, { where: { fiksOrgId: eiere } }),
    documents.all(integrasjoner, { where: { fiksOrgId } }),
  ]);
  const names = new Map(owners.map(({ data }) => [data.fiksOrgId, data.navn]));
  const here = new Map(attached.map((document) => [document.data.integrasjonId, document]));
  return owned.flatMap(({ data }) => {
    if (!data.definisjon) return [];
    const mine = here.get(data.integrasjonId);
    const { lagring: _theirs, endret: _changed, endretAv: _by, ...known } = data;
    const { tilbys: _offered, ...seen } = mine?.data ?? { ...known, fiksOrgId, tilknyttet: [], tilganger: [] };
    const revision = mine?.revision ?? -1n;
    return [{ ...seen, tilganger: current(seen, now), definisjon: data.definisjon, eierNavn: names.get(data.eier) ?? '', revision }];
  });
}

/** The tilganger that a global integration asks for in the undertjeneste. */
export const askedIn = ({ forespurtePrivilegier = [] }: Definisjon, undertjeneste: Undertjeneste): readonly Privilegium[] =>
  forespurtePrivilegier.map(parsePrivilegium).filter((asked) => oppforingOf(asked).undertjeneste === undertjeneste);

/**
 * The undertjenester that a global integration is made for: those that it has a tag for, or asks for tilganger in. One with neither
 * is made for every one.
 */
export function madeFor(definisjon: Definisjon): readonly Undertjeneste[] {
  const named = undertjenester.filter((one) => definisjon.tags.includes(one) || askedIn(definisjon, one).length > 0);
  return named.length > 0 ? named : undertjenester;
}

/** Whether the integration can be attached to the undertjeneste now: not attached there, and the organisation's own or made for it. */
export const canBeAttached = ({ global, tilknyttet, definisjon }: SynligIntegrasjon, undertjeneste: Undertjeneste): boolean =>
  !tilknyttet.includes(undertjeneste) && (!global || madeFor(definisjon).includes(undertjeneste));

/** A condition that every document with the field meets, because `from` is the lowest text. */
export const fieldExists = { from: '' };

/**
 * The owner's document of an integration. Other organisations' documents do not tell the owner, because they remain after
 * the owner has deleted the integration. In older logs another organisation may then have reused the id.
 */
export async function ownersDocument(documents: Documents, integrasjonId: string): Promise<Document<IntegrasjonView> | undefined> {
  const { documents: found } = await documents.find(integrasjoner, { where: { integrasjonId, definisjon: fieldExists }, limit: 1, skipCount: true });
  return found[0];
}

/** The names of integrations, by their ids. One that its owner has deleted has none. */
export async function integrationNames(documents: Documents, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const integrasjonId = [...new Set(ids)];
  const owned = integrasjonId.length === 0 ? [] : await documents.all(integrasjoner, { where: { integrasjonId, definisjon: fieldExists } });
  return new Map(owned.map(({ data }) => [data.integrasjonId, data.definisjon!.navn]));
}

/** The organisation's own integrations and all global ones, oldest first. Checks no access. */
export async function synligeIntegrasjoner(documents: Documents, fiksOrgId: string, now: Instant): Promise<readonly SynligIntegrasjon[]> {
  const [own, global] = await Promise.all([
    documents.all(integrasjoner, { where: { fiksOrgId } }),
    documents.all(integrasjoner, { where: { tilbys: 'true' } }),
  ]);
  const owned = [...own, ...global].filter(({ data }) => data.definisjon);
  const once = new Map(owned.map((document) => [document.key, document]));
  const all = await joinWithOwn(documents, fiksOrgId, [...once.values()], now);
  const age = ({ definisjon, integrasjonId }: SynligIntegrasjon) => `${definisjon.opprettet}/${integrasjonId}`;
  return all.sort((a, b) => (age(a) < age(b) ? -1 : 1));
}

/** The organisation's own integrations and all global ones, oldest first. Refused unless the actor may read the configuration. */
export class ListIntegrasjoner extends Query<readonly SynligIntegrasjon[]> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(ListIntegrasjoner)
export class ListIntegrasjonerHandler implements IQueryHandler<ListIntegrasjoner> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, fiksOrgId }: ListIntegrasjoner): Promise<readonly SynligIntegrasjon[]> {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return synligeIntegrasjoner(this.documents, fiksOrgId, this.clock.now());
  }
}

/** The owner and definition of an integration, for paths that name only the integration. */
export interface Located {
  readonly integrasjonId: string;
  readonly eier: string;
  readonly definisjon: Definisjon;
  readonly global: boolean;
  /** The revision of the owner's stream. */
  readonly revision: bigint;
}

/**
 * Finds an integration by its id alone. Refused (`missing`) when there is none. Grants no access: the command or query that
 * follows checks it.
 */
export class LocateIntegrasjon extends Query<Located> {
  constructor(readonly integrasjonId: string) {
    super();
  }
}

@QueryHandler(LocateIntegrasjon)
export class LocateIntegrasjonHandler implements IQueryHandler<LocateIntegrasjon> {
  constructor(private readonly documents: Documents) {}

  async execute({ integrasjonId }: LocateIntegrasjon): Promise<Located> {
    const document = await ownersDocument(this.documents, integrasjonId);
    if (!document?.data.definisjon) return refuseMissing();
    const { eier, definisjon, global } = document.data;
    return { integrasjonId, eier, definisjon, global, revision: document.revision };
  }
}

/**
 * One integration in an organisation: its own, or a global one. Without an actor it returns only the owner's public
 * description of a global integration. Refused (`missing`) for any other integration, and unless the actor is the integration
 * itself or may read the configuration.
 */
export class GetIntegrasjon extends Query<SynligIntegrasjon> {
  constructor(
    readonly actor: Actor | undefined,
    readonly fiksOrgId: string,
    readonly integrasjonId: string,
  ) {
    super();
  }
}

@QueryHandler(GetIntegrasjon)
export class GetIntegrasjonHandler implements IQueryHandler<GetIntegrasjon> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, fiksOrgId, integrasjonId }: GetIntegrasjon): Promise<SynligIntegrasjon> {
    const itself = actor?.kind === 'integrasjon' && actor.id === integrasjonId;
    if (actor && !itself) await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    const owned = await ownersDocument(this.documents, integrasjonId);
    if (!owned || (!owned.data.global && (!actor || owned.data.eier !== fiksOrgId))) return refuseMissing();
    const [integrasjon] = await joinWithOwn(this.documents, fiksOrgId, [owned], this.clock.now());
    if (!integrasjon) return refuseMissing();
    if (actor) return integrasjon;
    const { lagring: _theirs, endret: _changed, endretAv: _by, ...known } = integrasjon;
    return { ...known, tilknyttet: [], tilganger: [] };
  }
}

/** The choices of one organisation about an integration: where it uses it, its tilganger, and the place of its documents. */
export type Integrasjonsvalg = Pick<IntegrasjonView, 'fiksOrgId' | 'tilknyttet' | 'tilganger' | 'lagring'> & { readonly organisasjonsnavn: string };

/** The choices of every organisation that has the integration, for the integration itself, by fiksOrgId. */
export class ListIntegrasjonsvalg extends Query<{ readonly valg: readonly Integrasjonsvalg[]; readonly total: number }> {
  constructor(
    /** The integration, which has been authenticated. */
    readonly integrasjonId: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListIntegrasjonsvalg)
export class ListIntegrasjonsvalgHandler implements IQueryHandler<ListIntegrasjonsvalg> {
  constructor(
    private readonly documents: Documents,
    private readonly clock: Clock,
  ) {}

  async execute({ integrasjonId, page }: ListIntegrasjonsvalg) {
    const { documents, total } = await this.documents.find(integrasjoner, { where: { integrasjonId }, orderBy: 'fiksOrgId', offset: page.fra, limit: page.antall });
    const now = this.clock.now();
    const fiksOrgId = documents.map(({ data }) => data.fiksOrgId);
    const names = new Map((await this.documents.all(organisasjoner, { where: { fiksOrgId } })).map(({ data }) => [data.fiksOrgId, data.navn]));
    return { valg: documents.map(({ data }) => ({ ...data, tilganger: current(data, now), organisasjonsnavn: names.get(data.fiksOrgId) ?? '' })), total };
  }
}
