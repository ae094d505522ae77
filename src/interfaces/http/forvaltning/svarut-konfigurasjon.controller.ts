import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { refuseMissing } from '../../../application/commands/access.js';
import { Standings } from '../../../application/commands/standings.js';
import { SvarUtAccounts } from '../../../application/ports/svarut-accounts.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { uuid, uuidParam } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, shape } from '../server/shape.js';

const KontoQuery = z.strictObject({ fiksOrgId: uuid('Organisasjonen') });
type KontoQuery = z.output<typeof KontoQuery>;

/** En SvarUt-konto (svarut-konfigurasjon-api v1). */
export class SvarUtKonto {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ required: false })
  epost?: string;
  @Field({ description: 'Integrasjonen som sender fra kontoen' })
  avsender!: string;
  @Field({ example: 'Bergen – Postmottak' })
  visningsnavn!: string;
  @Field()
  altinnAktiv!: boolean;
  @Field()
  sdpAktiv!: boolean;
  @Field({ description: 'Om kontoen kan sende' })
  aktivert!: boolean;
}
/** Kontoene til en organisasjon. */
class KontoOppslag {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtKonto, isArray: true })
  kontoer!: SvarUtKonto[];
}

@ApiTags('KS SvarUt: Konfigurasjon')
@Controller('svarut-konfigurasjon/api/v1/konto')
export class SvarUtKonfigurasjonController {
  constructor(
    private readonly accounts: SvarUtAccounts,
    private readonly standings: Standings,
  ) {}

  @Get()
  @FiksEndpoint({ summary: 'Kontoene til en organisasjon', answers: KontoOppslag })
  async list(@Asks() asking: Asking, @Query({ schema: KontoQuery }) { fiksOrgId }: KontoQuery) {
    await this.standings.requireReading(asking.actor, 'konfigurasjon', fiksOrgId);
    const kontoer = await this.accounts.of(fiksOrgId);
    return shape(KontoOppslag, { antall: kontoer.length, kontoer });
  }

  @Get(':kontoId')
  @FiksEndpoint({ summary: 'Én konto', answers: SvarUtKonto })
  async get(@Asks() asking: Asking, @Param('kontoId', { schema: uuidParam }) kontoId: string) {
    const konto = (await this.accounts.find(kontoId)) ?? refuseMissing();
    await this.standings.requireReading(asking.actor, 'konfigurasjon', konto.fiksOrgId);
    return shape(SvarUtKonto, konto);
  }
}
