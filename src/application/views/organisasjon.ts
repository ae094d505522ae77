import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { EventType } from '../../domain/index.js';
import type { Registrering } from '../../domain/organisasjon.js';
import { isClosed } from '../../domain/organisation-status.js';
import { stengesFra, tjenestekode, type Oppsigelse, type Ressurser, type Tjenestekode } from '../../domain/tjeneste.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Organisasjonstype } from '../../domain/values/organisasjonstype.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { commandIdNamespace } from '../commands/decision.js';
import { refuseMissing, type Role } from '../commands/access.js';
import { requireLevelFor } from '../commands/login-level.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents, type Document, type DocumentPage } from '../ports/documents.js';
import type { PageRequest } from '../ports/page.js';
import { existing, onEach, projection, type Step, type Steps } from './projection.js';
import { sortKey } from './sort-key.js';
import { inForceAt, tilganger } from './tilgang.js';

/** The `tjenestekode` of the hovedavtale. It is not a service, but is registered in the same way. */
export const hovedavtale = 'HOVEDAVTALE';

/** The id (uuid) of an organisation's signed hovedavtale. */
export const hovedavtaleIdOf = (fiksOrgId: string): string => uuidv5(`${fiksOrgId}/${hovedavtale}`, commandIdNamespace);

/** A signed tjenestevedlegg. */
export interface SignertVedlegg {
  readonly signeringId: string;
  readonly versjon: string;
  readonly signertAv: string;
  readonly signeringsdato: string;
  readonly oppsigelse?: Oppsigelse;
}

/** Whether the organisation's undertjenester are open at a moment. */
export const isOpen = ({ signert }: Pick<OrganisasjonView, 'signert'>, now: Instant): boolean =>
  signert !== undefined && !(signert.oppsigelse && isClosed({ stenges: stengesFra(signert.oppsigelse) }, now));

/** An organisation and its progress with Min kommune. Times and dates are ISO 8601. */
export interface OrganisasjonView extends Registrering {
  readonly fiksOrgId: string;
  /** The sort key of the name, in Norwegian order; see `sortKey`. */
  readonly sortering: string;
  readonly registrert: string;
  readonly hovedavtale?: { readonly signeringsdato: string; readonly avtaleUuid?: string };
  /** The id (uuid) of the signed hovedavtale (`hovedavtaleIdOf`). */
  readonly hovedavtaleId?: string;
  readonly administratorer: readonly PersonId[];
  /** Missing before the first one is appointed. */
  readonly revisorer?: readonly PersonId[];
  /** The time at which Min kommune was taken in use. Missing before. */
  readonly tattIBruk?: string;
  readonly ressurser?: Ressurser;
  readonly signering?: { readonly signeringId: string; readonly versjon: string; readonly startet: string };
  readonly signert?: SignertVedlegg;
  /** The id (uuid) of the signed tjenestevedlegg: the last part of its `signeringId`. */
  readonly avtaleSignertId?: string;
  readonly konfigurert: readonly Tjenestekode[];
  readonly tjenesteadministratorer: readonly { readonly undertjeneste: Undertjeneste; readonly personId: PersonId }[];
  /** The day of the last review of tilganger. Missing before the first. */
  readonly tilgangerGjennomgatt?: string;
  /** The revisions of the streams that the document is made of, as decimal numbers. */
  readonly revisjoner: { readonly organisasjon?: string; readonly tjeneste?: string };
}

/** Adds that the document has the revision of the event's stream, because its own is of whichever stream had the last event. */
const withRevisions = (steps: Steps<OrganisasjonView>): Steps<OrganisasjonView> =>
  onEach(Object.keys(steps) as EventType[], (document, event, key) => {
    const step = steps[event.type] as Step<OrganisasjonView>;
    return { ...existing(step(document, event, key)), revisjoner: { ...document?.revisjoner, [event.stream.aggregate]: `${event.revision}` } };
  });

export const organisasjoner = projection<OrganisasjonView>({
  name: 'organisasjon',
  version: 4,
  indexes: [['fiksOrgId'], ['avtaleSignertId'], ['hovedavtaleId'], ['type', 'sortering'], ['sortering']],
  keys: ({ stream }) => [stream.tenant],
  on: withRevisions({
    OrganisasjonRegistered: (_, { stream, data, metadata }) => ({
      fiksOrgId: stream.tenant,
      ...data,
      sortering: sortKey(data.navn),
      registrert: metadata.time,
      administratorer: [],
      konfigurert: [],
      tjenesteadministratorer: [],
      revisjoner: {},
    }),
    HovedavtaleRecorded: (document, { data }) => ({ ...existing(document), hovedavtale: data, hovedavtaleId: hovedavtaleIdOf(document!.fiksOrgId) }),
    // An event that gives a role anew changes its last day only.
    AdministratorAppointed: (document, { data: { personId } }) => {
      const org = existing(document);
      return { ...org, administratorer: [...org.administratorer.filter((id) => id !== personId), personId] };
    },
    AdministratorDismissed: (document, { data: { personId } }) => {
      const org = existing(document);
      return { ...org, administratorer: org.administratorer.filter((id) => id !== personId) };
    },
    RevisorAppointed: (document, { data: { personId } }) => {
      const org = existing(document);
      return { ...org, revisorer: [...(org.revisorer ?? []).filter((id) => id !== personId), personId] };
    },
    RevisorDismissed: (document, { data: { personId } }) => {
      const org = existing(document);
      return { ...org, revisorer: (org.revisorer ?? []).filter((id) => id !== personId) };
    },
    TilgangerReviewed: (document, { data: { dag } }) => ({ ...existing(document), tilgangerGjennomgatt: dag }),
    TjenesteAdopted: (document, { data: { ressurser }, metadata }) => ({
      ...existing(document),
      tattIBruk: metadata.time,
      ressurser,
    }),
    TjenestevedleggSigningStarted: (document, { data: { signeringId, versjon }, metadata }) => ({
      ...existing(document),
      signering: { signeringId, versjon, startet: metadata.time },
    }),
    TjenestevedleggSigned: (document, { data }) => ({ ...withoutSigning(document, data.signeringId), signert: data, avtaleSignertId: data.signeringId.slice(-36) }),
    TjenestevedleggTerminated: (document, { data: oppsigelse }) => withAgreement(document, { oppsigelse }),
    TjenestevedleggDateCorrected: (document, { data: { signeringsdato } }) => withAgreement(document, { signeringsdato }),
    TjenestevedleggDeleted: (document) => {
      const { signert: _signert, avtaleSignertId: _id, ...rest } = existing(document);
      return rest;
    },
    TjenestevedleggRejected: (document, { data }) => withoutSigning(document, data.signeringId),
    TjenesteConfigured: (document, { data: { kode } }) => {
      const org = existing(document);
      return { ...org, konfigurert: [...org.konfigurert, kode] };
    },
    TjenesteadministratorAdded: (document, { data: { undertjeneste, personId } }) => {
      const org = existing(document);
      return { ...org, tjenesteadministratorer: [...others(org, { undertjeneste, personId }), { undertjeneste, personId }] };
    },
    TjenesteadministratorRemoved: (document, { data }) => {
      const org = existing(document);
      return { ...org, tjenesteadministratorer: others(org, data) };
    },
  }),
});

/** The other tjenesteadministratorer. */
const others = ({ tjenesteadministratorer }: OrganisasjonView, one: OrganisasjonView['tjenesteadministratorer'][number]) =>
  tjenesteadministratorer.filter(({ undertjeneste, personId }) => undertjeneste !== one.undertjeneste || personId !== one.personId);

function withAgreement(document: OrganisasjonView | undefined, change: Partial<SignertVedlegg>): OrganisasjonView {
  const org = existing(document);
  return { ...org, signert: { ...existing(org.signert), ...change } };
}

function withoutSigning(document: OrganisasjonView | undefined, signeringId: string): OrganisasjonView {
  const { signering, ...rest } = existing(document);
  return signering && signering.signeringId !== signeringId ? { ...rest, signering } : rest;
}

/** One organisation, and the roles of the actor in it. Refused unless the actor may read its configuration. */
export class GetOrganisasjon extends Query<{ readonly document: Document<OrganisasjonView>; readonly roles: ReadonlySet<Role> }> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(GetOrganisasjon)
export class GetOrganisasjonHandler implements IQueryHandler<GetOrganisasjon> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, fiksOrgId }: GetOrganisasjon) {
    const roles = await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return { document: (await this.documents.get(organisasjoner, fiksOrgId)) ?? refuseMissing(), roles };
  }
}

/** The organisation that signed an agreement, by the agreement's id. Refused unless the actor may read its configuration. */
export class FindSignertAvtale extends Query<{ readonly document: Document<OrganisasjonView> }> {
  constructor(
    readonly actor: Actor,
    readonly avtaleSignertId: string,
  ) {
    super();
  }
}

@QueryHandler(FindSignertAvtale)
export class FindSignertAvtaleHandler implements IQueryHandler<FindSignertAvtale> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, avtaleSignertId }: FindSignertAvtale) {
    const { documents } = await this.documents.find(organisasjoner, { where: { avtaleSignertId }, limit: 1 });
    const document = documents[0] ?? refuseMissing();
    await this.organisations.requireReading(actor, 'konfigurasjon', document.data.fiksOrgId);
    return { document };
  }
}

/** The organisation that signed a hovedavtale, by the agreement's id. Undefined when there is none. Refused as `FindSignertAvtale` is. */
export class FindHovedavtale extends Query<OrganisasjonView | undefined> {
  constructor(
    readonly actor: Actor,
    readonly hovedavtaleId: string,
  ) {
    super();
  }
}

@QueryHandler(FindHovedavtale)
export class FindHovedavtaleHandler implements IQueryHandler<FindHovedavtale> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
  ) {}

  async execute({ actor, hovedavtaleId }: FindHovedavtale) {
    const { documents } = await this.documents.find(organisasjoner, { where: { hovedavtaleId }, limit: 1 });
    if (documents[0]) await this.organisations.requireReading(actor, 'konfigurasjon', documents[0].data.fiksOrgId);
    return documents[0]?.data;
  }
}

/**
 * All organisations, or those of one type, by name. Any logged-in actor may ask. `term` is words of the name, a kommunenummer or an
 * organisasjonsnummer.
 */
export class ListOrganisasjoner extends Query<DocumentPage<OrganisasjonView>> {
  constructor(
    readonly page: PageRequest,
    readonly type?: Organisasjonstype,
    readonly term?: string,
  ) {
    super();
  }
}

@QueryHandler(ListOrganisasjoner)
export class ListOrganisasjonerHandler implements IQueryHandler<ListOrganisasjoner> {
  constructor(private readonly documents: Documents) {}

  execute({ page, type, term = '' }: ListOrganisasjoner): Promise<DocumentPage<OrganisasjonView>> {
    return this.documents.find(organisasjoner, {
      where: { ...(type && { type }), ...(/^\d{4}$/.test(term) && { kommunenr: term }), ...(/^\d{9}$/.test(term) && { orgnr: term }) },
      ...(!/^(\d{4}|\d{9}|)$/.test(term) && { contains: { field: 'navn', words: term } }),
      orderBy: 'sortering',
      offset: page.fra,
      limit: page.antall,
    });
  }
}

/** The organisations with one of these ids or one of these kommunenumre, by name. Any logged-in actor may ask. */
export class FindOrganisasjoner extends Query<readonly OrganisasjonView[]> {
  constructor(
    readonly fiksOrgIder: readonly string[],
    readonly kommunenumre: readonly string[] = [],
  ) {
    super();
  }
}

@QueryHandler(FindOrganisasjoner)
export class FindOrganisasjonerHandler implements IQueryHandler<FindOrganisasjoner> {
  constructor(private readonly documents: Documents) {}

  async execute({ fiksOrgIder, kommunenumre }: FindOrganisasjoner): Promise<readonly OrganisasjonView[]> {
    const found = await Promise.all([
      fiksOrgIder.length === 0 ? [] : this.documents.all(organisasjoner, { where: { fiksOrgId: fiksOrgIder } }),
      kommunenumre.length === 0 ? [] : this.documents.all(organisasjoner, { where: { kommunenr: kommunenumre } }),
    ]);
    const once = new Map(dataOf(found.flat()).map((org) => [org.fiksOrgId, org]));
    return [...once.values()].sort((a, b) => (a.sortering < b.sortering ? -1 : 1));
  }
}

/** The organisations with a hovedavtale, or with a tjenestevedlegg in force, by name. Any logged-in actor may ask. */
export class ListKunder extends Query<readonly OrganisasjonView[]> {
  constructor(
    /** Only those that have signed this agreement. Missing: either of them. */
    readonly kode?: typeof hovedavtale | typeof tjenestekode,
  ) {
    super();
  }
}

@QueryHandler(ListKunder)
export class ListKunderHandler implements IQueryHandler<ListKunder> {
  constructor(
    private readonly documents: Documents,
    private readonly clock: Clock,
  ) {}

  async execute({ kode }: ListKunder): Promise<readonly OrganisasjonView[]> {
    const now = this.clock.now();
    const all = dataOf(await this.documents.all(organisasjoner, { orderBy: 'sortering' }));
    return all.filter((org) => (kode !== tjenestekode && org.hovedavtale !== undefined) || (kode !== hovedavtale && isOpen(org, now)));
  }
}

/** The organisations, by name, that a person administers, wholly or in part, or audits. All organisations for other actors. */
export class ListSynligeOrganisasjoner extends Query<DocumentPage<OrganisasjonView>> {
  constructor(
    readonly actor: Actor,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListSynligeOrganisasjoner)
export class ListSynligeOrganisasjonerHandler implements IQueryHandler<ListSynligeOrganisasjoner> {
  constructor(
    private readonly documents: Documents,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, page: { fra, antall } }: ListSynligeOrganisasjoner): Promise<DocumentPage<OrganisasjonView>> {
    const page = { orderBy: 'sortering', offset: fra, limit: antall } as const;
    if (actor.kind !== 'person') return this.documents.find(organisasjoner, page);
    requireLevelFor(actor, 'reading');
    const held = await this.documents.all(tilganger, { where: { aktor: actor.id } });
    const fiksOrgId = [...new Set(dataOf(held.filter(inForceAt(this.clock.now()))).map((tilgang) => tilgang.fiksOrgId))];
    return this.documents.find(organisasjoner, { where: { fiksOrgId }, ...page });
  }
}

const dataOf = <D>(documents: readonly Document<D>[]): readonly D[] => documents.map(({ data }) => data);
