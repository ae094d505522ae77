import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { personOf } from '../../../application/ports/actor.js';
import { Persons } from '../../../application/ports/persons.js';
import { revisjon, SearchRevisjon, type Revisjonslinje } from '../../../application/views/revisjon.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { FiksEndpoint, Shows } from '../server/endpoint.js';
import { given, many, pageFields, uuid } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, Listing, shape } from '../server/shape.js';

const millis = z
  .string()
  .regex(/^\d{1,14}$/, 'Må være millisekunder siden 1970')
  .transform((text) => new Date(Number(text)).toISOString());

const SokQuery = z.strictObject({
  ...pageFields,
  term: z.string().max(200).optional().meta({ description: 'Ord som skal finnes i linjen' }),
  sortering: z.enum(['DATO_ASC', 'DATO_DESC', 'RELEVANS']).default('DATO_DESC'),
  fraDato: millis.optional().meta({ description: 'Fra og med, i millisekunder siden 1970' }),
  tilDato: millis.optional().meta({ description: 'Til, men ikke med, i millisekunder siden 1970' }),
  fiksOrganisasjon: uuid('Organisasjonen'),
  organisasjonsNummer: z.string().regex(/^\d{9}$/).optional(),
  tjenester: many(z.string().max(50)),
  underRessurser: many(uuid('Ressursen til en tjeneste')),
  requestIder: many(z.string().max(100)),
});
type SokQuery = z.output<typeof SokQuery>;

/** Én linje i revisjonssporet (audit-sok-api v1). */
class AuditTreff {
  @Field({ description: 'Millisekunder siden 1970', example: 1795442400000 })
  tidspunkt!: number;
  @Field({ description: 'Hvem som gjorde det', example: 'Syntetisk Administrator Bergen' })
  principal!: string;
  @Field({ required: false, description: 'På vegne av' })
  onBehalfOf?: string;
  @Field({ required: false, format: 'uuid' })
  underRessurs?: string;
  @Field({ format: 'uuid' })
  fiksOrg!: string;
  @Field({ required: false, example: '964338531' })
  orgNo?: string;
  @Field({ example: 'INNSYN' })
  tjeneste!: string;
  @Field({ example: 'Publiserte driftsmelding' })
  handling!: string;
  @Field({ description: 'JSON med hva det gjaldt, hva som sto der før, og hva som står der etter' })
  payload!: string;
  @Field()
  requestId!: string;
}
class Facet {
  @Field()
  verdi!: string;
  @Field()
  antall!: number;
}
class Aggregeringer {
  @Field({ type: Facet, isArray: true })
  fiksOrg!: Facet[];
  @Field({ type: Facet, isArray: true })
  tjeneste!: Facet[];
  @Field({ type: Facet, isArray: true })
  underRessurs!: Facet[];
}
class AuditResultat extends Listing {
  @Field({ type: AuditTreff, isArray: true })
  treff!: AuditTreff[];
  @Field({ type: Aggregeringer })
  aggregeringer!: Aggregeringer;
}

@ApiTags('KS Fiks: Audit')
@Shows(revisjon)
@Controller('audit-sok/api/v1')
export class AuditController {
  constructor(
    private readonly queries: QueryBus,
    private readonly persons: Persons,
  ) {}

  @Get('sok')
  @FiksEndpoint({ summary: 'Søk i revisjonssporet til en organisasjon', answers: AuditResultat })
  async search(@Asks() asking: Asking, @Query({ schema: SokQuery }) query: SokQuery) {
    const { fra, antall, fiksOrganisasjon, sortering, term, fraDato, tilDato, tjenester, underRessurser, requestIder } = query;
    const sok = given({
      term,
      fraDato,
      tilDato,
      tjenester,
      underRessurser,
      requestIder,
      orgNo: query.organisasjonsNummer,
      eldsteForst: sortering === 'DATO_ASC',
    });
    const found = await this.queries.execute(new SearchRevisjon(asking.actor, fiksOrganisasjon, sok, { fra, antall }));
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

  /** What the actors of these lines are called. One who has been forgotten is `[slettet]`. */
  private async names(linjer: readonly Revisjonslinje[]): Promise<(reference: string) => string> {
    const ids = linjer.flatMap(({ principal, onBehalfOf }) => [personOf(principal), onBehalfOf && personOf(onBehalfOf)]);
    const persons = await this.persons.reveal([...new Set(ids.filter((id): id is PersonId => !!id))]);
    return (reference) => {
      const id = personOf(reference);
      if (!id) return reference.startsWith('plattform:') ? 'Plattformen' : 'Tjenesten selv';
      const person = persons.get(id);
      return person ? (person.navn ?? 'Person uten kjent navn') : '[slettet]';
    };
  }
}
