import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Role } from '../../../application/commands/access.js';
import { Persons } from '../../../application/ports/persons.js';
import { integrasjoner } from '../../../application/views/integrasjon.js';
import { ListSynligeOrganisasjoner, organisasjoner } from '../../../application/views/organisasjon.js';
import { ressurser } from '../../../application/views/ressurs.js';
import {
  GetRessurs,
  ListAutorisasjoner,
  ListTilganger,
  tilganger,
  type Autorisasjon,
  type TilgangView,
} from '../../../application/views/tilgang.js';
import { Standings } from '../../../application/commands/standings.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { parsePrivilegium, type Privilegium } from '../../../domain/privilegier.js';
import { parseFodselsnummer } from '../../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { parseUuid } from '../../../domain/values/uuid.js';
import { Writer } from '../server/command-sender.js';
import { FiksEndpoint, Shows } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { AutorisasjonAnswer, AutorisasjonerQuery, AutorisertQuery, Tilgang, TilgangBody, TilgangerQuery } from './autorisasjon.dto.js';
import { undertjenesteOf } from './integrasjon.controller.js';

/** Whom an `aktor` means. */
type Aktor = { readonly kind: 'PERSON'; readonly id: PersonId } | { readonly kind: 'INTEGRASJON'; readonly id: string };

@ApiTags('KS Fiks: Autorisasjon')
@Shows(tilganger, organisasjoner, ressurser)
@Controller()
export class AutorisasjonController {
  constructor(
    private readonly writer: Writer,
    private readonly queries: QueryBus,
    private readonly persons: Persons,
    private readonly standings: Standings,
  ) {}

  @Get('autorisasjon-query/api/v1/autorisasjon/isAutorisert')
  @FiksEndpoint({ summary: 'Om en aktør har tilgangen på ressursen, også arvet', answers: Boolean })
  async isAuthorised(@Asks() asking: Asking, @Query({ schema: AutorisertQuery }) query: AutorisertQuery): Promise<boolean> {
    const { ressurs } = await this.queries.execute(new GetRessurs(asking.actor, query.ressurs));
    const whom = await this.aktor(query.aktor);
    const all = await this.queries.execute(new ListAutorisasjoner(asking.actor, ressurs.fiksOrgId));
    return all.some((one) => one.ressurs.id === ressurs.id && one.aktor === whom?.id && one.privilegium === query.privilegium);
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/autorisasjoner')
  @FiksEndpoint({ summary: 'Alle tilganger som teller, med det som er arvet', answers: [AutorisasjonAnswer] })
  async authorisations(@Asks() asking: Asking, @Query({ schema: AutorisasjonerQuery }) query: AutorisasjonerQuery) {
    const from = query.forelderRessurs && (await this.queries.execute(new GetRessurs(asking.actor, query.forelderRessurs)));
    if (!from && asking.actor.kind !== 'person')
      refuse('invalid', 'FORELDERRESSURS_MANGLER', 'Oppgi forelderRessurs.');
    const orgs = from
      ? [from.ressurs.fiksOrgId]
      : (await this.queries.execute(new ListSynligeOrganisasjoner(asking.actor))).map(({ fiksOrgId }) => fiksOrgId);
    const whom = query.aktor === undefined ? undefined : ((await this.aktor(query.aktor)) ?? { id: 'ingen' });
    const answers = await Promise.all(
      orgs.map(async (fiksOrgId) => {
        const roles = await this.standings.requireReading(asking.actor, 'tilganger', fiksOrgId);
        const all = await this.queries.execute(new ListAutorisasjoner(asking.actor, fiksOrgId));
        const chosen = all
          .filter(({ ressurs, foreldre }) => !from || [ressurs, ...foreldre].some(({ id }) => id === from.ressurs.id))
          .filter((one) => query.maksDybde === undefined || one.ressursNiva - (from?.foreldre.length ?? 0) <= Number(query.maksDybde))
          .filter((one) => query.arvPrivilegier === 'true' || one.privilegiumNiva === one.ressursNiva)
          .filter((one) => whom === undefined || one.aktor === whom.id)
          .filter((one) => query.privilegium === undefined || one.privilegium === query.privilegium)
          .filter((one) => query.type === undefined || one.ressurs.type === query.type);
        return this.named(chosen, roles, autorisasjonAnswer);
      }),
    );
    return answers.flat();
  }

  @Get('autorisasjon-query/api/v1/autorisasjon/ressurser/:ressursId/tilganger')
  @FiksEndpoint({ summary: 'Tilgangene som er gitt rett på ressursen', answers: [Tilgang] })
  async grants(
    @Asks() asking: Asking,
    @Param('ressursId', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangerQuery }) query: TilgangerQuery,
  ) {
    const { ressurs } = await this.queries.execute(new GetRessurs(asking.actor, ressursId));
    const roles = await this.standings.requireReading(asking.actor, 'tilganger', ressurs.fiksOrgId);
    const held = await this.queries.execute(new ListTilganger(asking.actor, ressursId));
    const whom = query.aktor === undefined ? undefined : ((await this.aktor(query.aktor)) ?? { id: 'ingen' });
    return this.named(held.filter((one) => whom === undefined || one.aktor === whom.id), roles, (one) => shape(Tilgang, one));
  }

  @Post('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Gi en tilgang på en ressurs', answers: Tilgang, writes: true })
  async grant(
    @Asks() asking: Asking,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Body({ schema: TilgangBody }) body: TilgangBody,
  ) {
    const privilegium = parsePrivilegium(body.privilegium);
    // Nobody is made known by one who has nothing to do with the resource.
    await this.queries.execute(new GetRessurs(asking.actor, ressursId));
    const whom = await this.aktor(body.aktor, 'make');
    await this.change(asking, ressursId, whom, privilegium, true);
    return shape(Tilgang, { ...body, ressurs: ressursId });
  }

  @Delete('autorisasjon-update/api/v1/ressurs/:ressurs/tilganger')
  @FiksEndpoint({ summary: 'Ta bort en tilgang på en ressurs', writes: true })
  async revoke(
    @Asks() asking: Asking,
    @Param('ressurs', { schema: uuidParam }) ressursId: string,
    @Query({ schema: TilgangBody }) query: TilgangBody,
  ): Promise<void> {
    const whom = await this.aktor(query.aktor);
    await this.change(asking, ressursId, whom, parsePrivilegium(query.privilegium), false);
  }

  /** Gives or takes a tilgang, with the command that it is in the domain. */
  private async change(asking: Asking, ressursId: string, whom: Aktor | undefined, privilegium: Privilegium, give: boolean) {
    const { ressurs } = await this.queries.execute(new GetRessurs(asking.actor, ressursId));
    const { fiksOrgId: tenant, type } = ressurs;
    // Nobody whom we have never heard of holds a tilgang that could be taken.
    if (!whom) return;
    const send = async () => {
      if (whom.kind === 'INTEGRASJON') {
        const data = { privilegium, undertjeneste: undertjenesteOf(type) };
        return this.writer.send(asking, 'integration', tenant, whom.id, { type: give ? 'GrantAccess' : 'RevokeAccess', data });
      }
      if (privilegium !== 'ADMIN')
        refuse('conflict', 'TILGANG_PASSER_IKKE_AKTOR', 'Denne tilgangen kan bare gis til en integrasjon, ikke til en person.');
      const personId = whom.id;
      if (type === 'ORGANISASJON')
        return this.writer.send(asking, 'organisasjon', tenant, tenant, {
          type: give ? 'AppointAdministrator' : 'DismissAdministrator',
          data: { personId },
        });
      return this.writer.send(asking, 'tjeneste', tenant, tenant, {
        type: give ? 'AddTjenesteadministrator' : 'RemoveTjenesteadministrator',
        data: { personId, undertjeneste: undertjenesteOf(type) },
      });
    };
    const executed = await send();
    await this.writer.show(asking, executed, [tilganger, organisasjoner, integrasjoner], () => Promise.resolve());
  }

  /** Whom an `aktor` means: eleven digits are a fødselsnummer. A person is made known only to be given something. */
  private async aktor(text: string, make?: 'make'): Promise<Aktor | undefined> {
    if (/^\d{11}$/.test(text)) {
      const fnr = parseFodselsnummer(text, { syntetiske: true });
      const id = make ? await this.persons.identify({ fnr }) : await this.persons.find(fnr);
      return id && { kind: 'PERSON', id };
    }
    const id = parseUuid(text);
    const known = await this.persons.reveal([id as string as PersonId]);
    return known.size > 0 ? { kind: 'PERSON', id: id as string as PersonId } : { kind: 'INTEGRASJON', id };
  }

  /** Puts fødselsnumre in for person references, for those who administer the organisation. */
  private async named<T extends TilgangView | Autorisasjon, A>(
    held: readonly T[],
    roles: ReadonlySet<Role>,
    answer: (one: T) => A,
  ): Promise<A[]> {
    const reveal = roles.has('ADMINISTRATOR') || roles.has('PLATTFORM');
    const ids = held.filter(({ aktorType }) => aktorType === 'PERSON').map((one) => one.aktor as PersonId);
    const persons = reveal ? await this.persons.reveal([...new Set(ids)]) : new Map<PersonId, { fnr: string }>();
    return held.map((one) => answer({ ...one, aktor: persons.get(one.aktor as PersonId)?.fnr ?? one.aktor }));
  }
}

const autorisasjonAnswer = ({ ressurs, foreldre, ...one }: Autorisasjon) =>
  shape(AutorisasjonAnswer, {
    ...one,
    ressurs: ressurs.id,
    ressursNavn: ressurs.navn,
    type: ressurs.type,
    path: [...foreldre].reverse(),
  });
