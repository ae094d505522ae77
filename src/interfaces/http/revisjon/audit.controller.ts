import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { personOf } from '../../../application/ports/actor.js';
import { Persons } from '../../../application/ports/persons.js';
import { revisjon, SearchRevisjon, type Revisjonslinje } from '../../../application/views/revisjon.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { AuditResultat, SokQuery } from './audit.dto.js';

@ApiTags('KS Fiks: Audit')
@ReadsViews(revisjon)
@Controller('audit-sok/api/v1')
export class AuditController {
  constructor(
    private readonly queries: QueryBus,
    private readonly persons: Persons,
  ) {}

  @Get('sok')
  @FiksEndpoint({ summary: 'Søk i revisjonssporet til en organisasjon', description: 'For administratorer og revisorer for organisasjonen. Plattformen kan ikke lese revisjonssporet.', answers: AuditResultat })
  async search(@Ctx() ctx: RequestContext, @Query({ schema: SokQuery }) query: SokQuery) {
    const { fra, antall, fiksOrganisasjon, sortering, term, fraDato, tilDato, tjenester, underRessurser, requestIder } = query;
    const sok = withoutUndefined({
      term,
      fraDato,
      tilDato,
      tjenester,
      underRessurser,
      requestIder,
      orgNo: query.organisasjonsNummer,
      eldsteForst: sortering === 'DATO_ASC',
    });
    const found = await this.queries.execute(new SearchRevisjon(ctx.actor, fiksOrganisasjon, sok, { fra, antall }));
    const named = await this.names(found.linjer);
    return shape(AuditResultat, {
      antallTreff: found.antall,
      forespurtFra: fra,
      forespurtAntall: antall,
      treff: found.linjer.map((linje) => ({
        ...linje,
        tidspunkt: Date.parse(linje.tidspunkt),
        principal: named(linje.principal),
        onBehalfOf: linje.onBehalfOf && named(linje.onBehalfOf),
        payload: JSON.stringify({
          hendelse: linje.hendelse,
          hendelseId: linje.hendelseId,
          gjelder: linje.gjelder,
          for: linje.for,
          etter: linje.etter,
        }),
      })),
      aggregeringer: found.fasetter,
    });
  }

  /**
   * Looks up the persons of the lines in one call. The returned function gives the display name of an actor reference; it is
   * `[slettet]` for a person who has been forgotten and whose name is not kept, or no longer.
   */
  private async names(linjer: readonly Revisjonslinje[]): Promise<(reference: string) => string> {
    const ids = linjer.flatMap(({ principal, onBehalfOf }) => [personOf(principal), onBehalfOf && personOf(onBehalfOf)]);
    const names = await this.persons.names([...new Set(ids.filter((id): id is PersonId => !!id))]);
    return (reference) => {
      const id = personOf(reference);
      if (!id) return reference.startsWith('plattform:') ? 'Plattformen' : 'Tjenesten selv';
      return names.has(id) ? (names.get(id) ?? 'Person uten kjent navn') : '[slettet]';
    };
  }
}
