import { Logger } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseKommunenummer } from '../../domain/values/kommunenummer.js';
import { undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { capabilitiesOf, refuseMissing } from '../commands/access.js';
import { exposure } from '../commands/exposure.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { Oversikter } from '../innsyn/oversikt.js';
import type { Actor, Innloggingsniva } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { noneUnlessSetUp, RegisterUnavailable } from '../ports/not-set-up.js';
import { Persons } from '../ports/persons.js';
import { Representasjon, type Representert } from '../ports/representasjon.js';
import { innbyggersider } from '../views/innbyggerside.js';
import { innsynsmeldinger } from '../views/innsynsmelding.js';
import { organisasjoner } from '../views/organisasjon.js';
import { inForceAt, tilganger } from '../views/tilgang.js';

/** A kommune, as its inhabitants know it. */
export interface EgenKommune {
  readonly fiksOrgId: string;
  readonly navn: string;
  readonly kommunenummer: string;
}

/** The roles of a person in an organisation, and the commands that she may send there. */
export interface EgenOrganisasjon {
  readonly fiksOrgId: string;
  readonly navn: string;
  readonly organisasjonsnummer: string;
  readonly kommunenummer?: string;
  readonly fylkesnummer?: string;
  readonly roller: readonly { readonly rolle: 'ADMIN' | 'REVISOR'; readonly undertjeneste?: Undertjeneste }[];
  readonly kan: readonly string[];
}

/** The caller, and all that she may choose among. */
export interface Meg {
  readonly navn?: string;
  /** Missing for the platform. */
  readonly personId?: string;
  readonly innloggingsniva?: Innloggingsniva;
  readonly plattform: boolean;
  readonly egenKommune?: EgenKommune;
  readonly kanRepresentere: readonly Representert[];
  /** Whether the register of who may act for an organisation does not answer, so that `kanRepresentere` is empty. */
  readonly kanRepresentereUkjent?: true;
  readonly organisasjoner: readonly EgenOrganisasjon[];
}

/** A description of the caller: a person or the platform. Refused (`missing`) for systems. */
export class GetMeg extends Query<Meg> {
  constructor(
    readonly actor: Actor,
    /** The name in her login. Missing: the name of an earlier one. */
    readonly navn?: string,
  ) {
    super();
  }
}

type Person = Extract<Actor, { kind: 'person' }>;

@QueryHandler(GetMeg)
export class GetMegHandler implements IQueryHandler<GetMeg> {
  private readonly log = new Logger('Innlogging');

  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly persons: Persons,
    private readonly representation: Representasjon,
    private readonly oversikter: Oversikter,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, navn }: GetMeg): Promise<Meg> {
    if (actor.kind === 'plattform') return { navn: 'Plattformen', plattform: true, kanRepresentere: [], organisasjoner: [] };
    if (actor.kind !== 'person') return refuseMissing();
    const [known, egenKommune, represented, own] = await Promise.all([
      navn === undefined ? this.persons.names([actor.id]) : undefined,
      this.egenKommune(actor),
      this.kanRepresentere(actor.fnr),
      this.organisasjoner(actor),
    ]);
    const called = navn ?? known?.get(actor.id);
    return {
      ...(called !== undefined && { navn: called }),
      personId: actor.id,
      ...(actor.innloggingsniva !== undefined && { innloggingsniva: actor.innloggingsniva }),
      plattform: false,
      ...(egenKommune && { egenKommune }),
      ...represented,
      organisasjoner: own,
    };
  }

  /** The kommune that she has chosen; until then the one that sent her newest post. */
  private async egenKommune({ id }: Person): Promise<EgenKommune | undefined> {
    const oversikt = await this.oversikter.now();
    const chosen = await this.persons.chosenKommune(id);
    const sender = chosen === undefined ? await this.newestSender(id) : undefined;
    const kommune = chosen === undefined ? (sender === undefined ? undefined : oversikt.organisasjon(sender)) : asOrganisation(oversikt.kommune(chosen));
    return kommune?.kommunenummer === undefined ? undefined : { fiksOrgId: kommune.id, navn: kommune.visningsnavn, kommunenummer: kommune.kommunenummer };
  }

  private async newestSender(id: Person['id']): Promise<string | undefined> {
    const { documents } = await this.documents.find(innsynsmeldinger, { where: { eksponertFor: exposure.person(id) }, orderBy: 'sistEndret', descending: true, limit: 1, skipCount: true });
    return documents[0]?.data.fiksOrgId;
  }

  /** The organisations that she may act for. Without an answer of the register she still gets the rest, because every page begins with it. */
  private async kanRepresentere(fnr: Fodselsnummer | undefined): Promise<Pick<Meg, 'kanRepresentere' | 'kanRepresentereUkjent'>> {
    try {
      return { kanRepresentere: fnr === undefined ? [] : await noneUnlessSetUp(this.representation.organisationsOf(fnr)) };
    } catch (error) {
      if (!(error instanceof RegisterUnavailable)) throw error;
      this.log.warn(`${error.message}${typeof error.cause === 'string' ? ` (${error.cause})` : ''}`);
      return { kanRepresentere: [], kanRepresentereUkjent: true };
    }
  }

  /** The organisations where she has a role, by name. The roles are those of the log, so one that is taken away is gone at once. */
  private async organisasjoner(actor: Person): Promise<readonly EgenOrganisasjon[]> {
    const held = await this.documents.all(tilganger, { where: { aktor: actor.id } });
    const ids = [...new Set(held.filter(inForceAt(this.clock.now())).map(({ data }) => data.fiksOrgId))];
    if (ids.length === 0) return [];
    const [statuses, known, pages] = await Promise.all([
      this.organisations.readMany(ids),
      this.documents.all(organisasjoner, { where: { fiksOrgId: ids }, orderBy: 'sortering' }),
      Promise.all(ids.map((id) => this.documents.get(innbyggersider, id))),
    ]);
    return known.flatMap(({ data: { fiksOrgId, navn, orgnr, type, kommunenr } }) => {
      const status = statuses.get(fiksOrgId)!;
      const roller = [
        ...(status.isAdministrator(actor.id) ? [{ rolle: 'ADMIN' } as const] : []),
        ...(status.isRevisor(actor.id) ? [{ rolle: 'REVISOR' } as const] : []),
        ...undertjenester.flatMap((undertjeneste) => (status.isTjenesteadministrator(actor.id, undertjeneste) ? [{ rolle: 'ADMIN', undertjeneste } as const] : [])),
      ];
      if (roller.length === 0) return [];
      const omrade = pages.find((page) => page?.data.fiksOrgId === fiksOrgId)?.data.omrade;
      return [
        {
          fiksOrgId,
          navn,
          organisasjonsnummer: orgnr,
          ...(kommunenr !== undefined && { kommunenummer: kommunenr }),
          ...(type === 'FYLKESKOMMUNE' && omrade !== undefined && { fylkesnummer: omrade }),
          roller,
          kan: capabilitiesOf(actor, status),
        },
      ];
    });
  }
}

const asOrganisation = (kommune: { readonly fiksOrgId: string; readonly navn: string; readonly kommunenr?: string } | undefined) =>
  kommune && { id: kommune.fiksOrgId, visningsnavn: kommune.navn, ...(kommune.kommunenr !== undefined && { kommunenummer: parseKommunenummer(kommune.kommunenr) }) };
