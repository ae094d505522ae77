import { applyDecorators, Body, Controller, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { FindEiendommer, FindEiere, type Oppslagssporsmal } from '../../../application/innsyn/matrikkeloppslag.js';
import type { Adresse } from '../../../application/ports/eiendomsregister.js';
import type { Uuid } from '../../../domain/values/uuid.js';
import { IntegrasjonCredentials, parseFormal, type IntegrasjonHeaders } from '../innsyn/innsynssporsmal.js';
import { ForIntegrasjoner } from '../innsyn/integrasjon.authenticator.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { uuidParam, withoutUndefined } from '../server/input.js';
import { TooMany } from '../server/problem.filter.js';
import { Ctx, RequestContext } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { EiendommerSokeresultatApiModel, EierBody, MatrikkelnumreBody, SokeresultatApiModel } from './matrikkel.dto.js';

/** The most properties in one request. KS Fiks publishes no limit. */
const maxEiendommer = 1000;

/** The purpose that is logged without `Innsyn-Formal`, which KS Fiks' own clients do not send. */
const formalNotGiven = 'Systemet oppga ikke formålet med oppslaget.';

/** The parts that every lookup in the matrikkel documents. */
const MatrikkelEndpoint = (told: Omit<Parameters<typeof FiksEndpoint>[0], 'callers'>): MethodDecorator =>
  applyDecorators(
    FiksEndpoint({ ...told, callers: 'matrikkel', conflicts: true }),
    ApiHeader({ name: 'Innsyn-Formal', required: false, description: 'Formålet med oppslaget, og hjemmelen. Den oppslaget gjelder, leser teksten i innsynsloggen sin.', schema: { type: 'string' } }),
  );
const caller = 'Integrasjonen må ha tilgangen MATRIKKEL.QUERY («søke i matrikkelen») på Mine eiendommer i organisasjonen.';

@ApiTags('KS Fiks Matrikkel')
@ForIntegrasjoner()
@Controller('matrikkel-eier/api/v1/:fiksOrgId')
export class MatrikkelController {
  constructor(private readonly queries: QueryBus) {}

  @Post('finn-eiendommer')
  @MatrikkelEndpoint({
    summary: 'Finn eiendommene til en person eller en virksomhet',
    description: `${caller} Personen kan lese i innsynsloggen sin at integrasjonen gjorde oppslaget, også når det ble avslått.`,
    answers: EiendommerSokeresultatApiModel,
  })
  async findEiendommer(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: Uuid,
    @IntegrasjonCredentials() headers: IntegrasjonHeaders,
    @Body({ schema: EierBody }) eier: EierBody,
  ) {
    const found = await this.queries.execute(new FindEiendommer(sporsmalOf(ctx, fiksOrgId, headers), eier));
    const matrikler = found.map(({ matrikkelnummer, adresser }) => ({ matrikkelnummer, adresser: distinct(adresser) }));
    return shape(EiendommerSokeresultatApiModel, { matrikler });
  }

  @Post('finn-eiere')
  @MatrikkelEndpoint({
    summary: 'Finn eierne av eiendommer',
    description: `${caller} En forespørsel kan ha høyst ${maxEiendommer} eiendommer. Eiere som er personer, kan lese i innsynsloggen sin at integrasjonen gjorde oppslaget.`,
    answers: SokeresultatApiModel,
    limited: true,
  })
  async findEiere(
    @Ctx() ctx: RequestContext,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: Uuid,
    @IntegrasjonCredentials() headers: IntegrasjonHeaders,
    @Body({ schema: MatrikkelnumreBody }) numre: MatrikkelnumreBody,
  ) {
    if (numre.length > maxEiendommer) throw new TooMany(`En forespørsel kan ha høyst ${maxEiendommer} eiendommer, men denne har ${numre.length}.`, 'kroppen');
    const enhetResultater = await this.queries.execute(new FindEiere(sporsmalOf(ctx, fiksOrgId, headers), numre));
    return shape(SokeresultatApiModel, { enhetResultater });
  }
}

const sporsmalOf = ({ actor, request }: RequestContext, fiksOrgId: Uuid, { formal }: IntegrasjonHeaders): Oppslagssporsmal => ({
  integrasjonId: actor.id,
  fiksOrgId,
  formal: parseFormal(formal ?? formalNotGiven),
  requestId: request.correlationId,
});

/** The addresses as KS Fiks has them, each once. Flats at the same address differ only in what KS Fiks leaves out. */
const distinct = (adresser: readonly Adresse[]) =>
  [...new Map(adresser.map(({ veg, nummer, bokstav }) => [[veg, nummer, bokstav].join('\n'), withoutUndefined({ veg, nummer, bokstav })])).values()];
