import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { innbyggersider } from '../../../application/views/innbyggerside.js';
import {
  GetOrganisasjon,
  ListOrganisasjoner,
  ListSynligeOrganisasjoner,
  organisasjoner,
  type OrganisasjonView,
} from '../../../application/views/organisasjon.js';
import { refuseMissing } from '../../../application/commands/access.js';
import { ressurserFor, tjenestekoder } from '../../../application/views/ressurs-ids.js';
import { ressurser, tjenestenavn } from '../../../application/views/ressurs.js';
import { tilganger } from '../../../application/views/tilgang.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { privilegier } from '../../../domain/privilegier.js';
import { tjenestekode, type Tjenestekode } from '../../../domain/tjeneste.js';
import { parseKommunenummer } from '../../../domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { organisasjonstyper } from '../../../domain/values/organisasjonstype.js';
import { parseOrganisasjonsnavn } from '../../../domain/values/text.js';
import { Writer } from '../server/command-sender.js';
import { FiksEndpoint, OwnEndpoint, Shows } from '../server/endpoint.js';
import { given, pageFields, parsed, uuid, uuidParam } from '../server/input.js';
import { Asking, Asks } from '../server/request-context.js';
import { Field, listing, listingOf, shape } from '../server/shape.js';

const KodeParam = z.string().max(50);
const TypeParam = z.string().max(50);

/** En organisasjon (konfigurasjon-api v1). */
class Organisasjon {
  @Field({ format: 'uuid', description: 'fiksOrgId' })
  uuid!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ enum: organisasjonstyper })
  type!: string;
  @Field()
  intern!: boolean;
  @Field({ required: false, example: '4601' })
  kommunenr?: string;
  @Field({ example: '964338531' })
  orgnr!: string;
  @Field()
  synlig!: boolean;
  @Field({ description: 'Om Min kommune er satt opp' })
  konfigurert!: boolean;
}
const organisasjonAnswer = (org: OrganisasjonView) =>
  shape(Organisasjon, {
    ...org,
    uuid: org.fiksOrgId,
    intern: false,
    synlig: true,
    konfigurert: org.konfigurert.includes(tjenestekode),
  });

/** En tjeneste, og hvor langt organisasjonen har kommet med den. */
class TjenesteForOrganisasjon {
  @Field({ enum: tjenestekoder })
  kode!: string;
  @Field({ enum: tjenestekoder })
  ressursType!: string;
  @Field({ example: 'Innsyn' })
  navn!: string;
  @Field()
  beskrivelse!: string;
  @Field()
  lesmer!: string;
  @Field({ description: 'Om tjenesten er tatt i bruk og har en ressurs' })
  initialisert!: boolean;
  @Field({ description: 'Om organisasjonen har sagt seg ferdig med oppsettet' })
  konfigurert!: boolean;
  @Field({ type: String, isArray: true })
  tilgjengeligFor!: string[];
}

const beskrivelser: Readonly<Record<Tjenestekode, string>> = {
  MIN_KOMMUNE: 'Innbyggerportalen for kommuner og fylkeskommuner.',
  INNSYN: 'Innbyggeren finner saker, post, fakturaer og skjemaer.',
  KOMMUNALE_TJENESTER: 'Lenker til kommunens egne tjenester.',
  MINE_EIENDOMMER: 'Innbyggeren ser eiendommene sine, med kommunens egne lenker.',
};
const tjenesteAnswer = (kode: Tjenestekode, org?: OrganisasjonView) =>
  shape(TjenesteForOrganisasjon, {
    kode,
    ressursType: kode,
    navn: tjenestenavn[kode],
    beskrivelse: beskrivelser[kode],
    lesmer: 'https://ksdigital.no/tjenestene/minkommune',
    // The undertjenester open when the tjenestevedlegg is signed.
    initialisert: kode === tjenestekode ? org?.tattIBruk !== undefined : org?.signert !== undefined,
    konfigurert: org?.konfigurert.includes(kode) ?? false,
    tilgjengeligFor: ['KOMMUNE', 'FYLKESKOMMUNE'],
  });
const parseKode = (text: string): Tjenestekode => tjenestekoder.find((kode) => kode === text) ?? refuseMissing();

class InitialisertTjeneste {
  @Field({ format: 'uuid' })
  ressursId!: string;
}
class Tjeneste {
  @Field({ enum: tjenestekoder })
  kode!: string;
  @Field()
  navn!: string;
  @Field()
  beskrivelse!: string;
  @Field()
  lesmer!: string;
}
class Tjenester {
  @Field({ type: Tjeneste, isArray: true })
  tjenester!: Tjeneste[];
}
class Privilegium {
  @Field({ example: 'INNSYN.INDEX.MAPPE' })
  navn!: string;
  @Field({ example: 'Kan lagre mapper og journalposter i Innsyn' })
  visningsnavn!: string;
  @Field()
  beskrivelse!: string;
  @Field({ description: 'Navnet når en integrasjon opprettes', example: 'Indeksering: Mappe' })
  hjelpetekst!: string;
  @Field()
  ressursType!: string;
  @Field({ enum: ['PERSON', 'INTEGRASJON'], isArray: true })
  aktorer!: string[];
}
class Privilegier {
  @Field({ type: Privilegium, isArray: true })
  privilegier!: Privilegium[];
}

@ApiTags('KS Fiks: Konfigurasjon – organisasjoner og tjenester')
@Shows(organisasjoner, tilganger)
@Controller('konfigurasjon/api/v1')
export class KonfigurasjonController {
  constructor(
    private readonly writer: Writer,
    private readonly queries: QueryBus,
  ) {}

  @Get('organisasjoner/synlige')
  @FiksEndpoint({ summary: 'Organisasjonene du kan administrere', answers: [Organisasjon] })
  async visible(@Asks() asking: Asking) {
    return (await this.queries.execute(new ListSynligeOrganisasjoner(asking.actor))).map(organisasjonAnswer);
  }

  @Get('organisasjoner/:fiksOrgId/tjenester')
  @FiksEndpoint({ summary: 'Tjenestene, og hvor langt organisasjonen har kommet', answers: [TjenesteForOrganisasjon] })
  async services(@Asks() asking: Asking, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { document } = await this.queries.execute(new GetOrganisasjon(asking.actor, fiksOrgId));
    return tjenestekoder.map((kode) => tjenesteAnswer(kode, document.data));
  }

  @Get('organisasjoner/:fiksOrgId/tjenester/:kode')
  @FiksEndpoint({ summary: 'Én tjeneste', answers: TjenesteForOrganisasjon })
  async service(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) kode: string,
  ) {
    const { document } = await this.queries.execute(new GetOrganisasjon(asking.actor, fiksOrgId));
    return tjenesteAnswer(parseKode(kode), document.data);
  }

  @Post('organisasjoner/:fiksOrgId/tjenester/:kode/initialiser')
  @FiksEndpoint({
    summary: 'Ta i bruk tjenesten',
    description: 'Gjelder Min kommune. Undertjenestene åpnes når tjenestevedlegget er signert.',
    answers: InitialisertTjeneste,
    writes: true,
  })
  async adopt(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) text: string,
  ) {
    const kode = parseKode(text);
    const ressurser_ = ressurserFor(fiksOrgId);
    const command = { type: 'AdoptTjeneste', data: { ressurser: ressurser_ } } as const;
    if (kode !== tjenestekode) refuse('conflict', 'APNES_VED_SIGNERING', 'Ta i bruk Min kommune. Undertjenestene åpnes når tjenestevedlegget er signert.');
    const executed = await this.writer.send(asking, 'tjeneste', fiksOrgId, fiksOrgId, command);
    return this.writer.show(asking, executed, [organisasjoner, ressurser], () =>
      Promise.resolve(shape(InitialisertTjeneste, { ressursId: ressurser_[kode] })),
    );
  }

  @Post('organisasjoner/:fiksOrgId/tjenester/:kode/konfigurer')
  @FiksEndpoint({ summary: 'Si fra at oppsettet av tjenesten er ferdig', answers: TjenesteForOrganisasjon, writes: true })
  async configure(
    @Asks() asking: Asking,
    @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string,
    @Param('kode', { schema: KodeParam }) text: string,
  ) {
    const kode = parseKode(text);
    const command = { type: 'ConfigureTjeneste', data: { kode } } as const;
    const executed = await this.writer.send(asking, 'tjeneste', fiksOrgId, fiksOrgId, command);
    return this.writer.show(asking, executed, [organisasjoner], () => this.service(asking, fiksOrgId, kode));
  }

  @Get('tjenester')
  @FiksEndpoint({ summary: 'Alle tjenester', answers: Tjenester })
  all() {
    return shape(Tjenester, { tjenester: tjenestekoder.map((kode) => tjenesteAnswer(kode)) });
  }

  @Get('privilegier/:ressursType')
  @FiksEndpoint({ summary: 'Tilgangene som kan gis på en type ressurs', answers: Privilegier })
  catalogue(@Param('ressursType', { schema: TypeParam }) ressursType: string) {
    if (ressursType !== 'ORGANISASJON') parseKode(ressursType);
    const fitting = privilegier.filter((one) => !('undertjeneste' in one) || one.undertjeneste === ressursType);
    return shape(Privilegier, {
      privilegier: fitting.map((one) => ({ ...one, hjelpetekst: one.visningsnavnVedOpprettelse, ressursType })),
    });
  }
}

const ListQuery = z.strictObject({ ...pageFields, type: z.enum(organisasjonstyper).optional() });
type ListQuery = z.output<typeof ListQuery>;

const RegisterBody = z.strictObject({
  fiksOrgId: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  type: z.enum(organisasjonstyper),
  navn: parsed(parseOrganisasjonsnavn, { description: 'Navnet', example: 'Kárášjohka', maxLength: 200 }),
  orgnr: parsed(parseOrganisasjonsnummer, { description: 'Organisasjonsnummeret', example: '964338531', pattern: '^[0-9]{9}$' }),
  kommunenr: parsed(parseKommunenummer, { description: 'Bare for kommuner', example: '4601', pattern: '^\\d{4}$' }).optional(),
});
type RegisterBody = z.output<typeof RegisterBody>;

/** En organisasjon, og hva den har tatt i bruk. */
class OrganisasjonOversikt {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ enum: organisasjonstyper })
  type!: string;
  @Field({ required: false, example: '4601' })
  kommunenr?: string;
  @Field({ example: '964338531' })
  orgnr!: string;
  @Field({ enum: tjenestekoder, isArray: true, description: 'Det organisasjonen har tatt i bruk' })
  tattIBruk!: string[];
}
const oversikt = (org: OrganisasjonView) =>
  shape(OrganisasjonOversikt, {
    ...org,
    tattIBruk: tjenestekoder.filter((kode) => tjenesteAnswer(kode, org).initialisert),
  });
const Oversikt = listingOf(OrganisasjonOversikt);

@ApiTags('Organisasjoner')
@Shows(organisasjoner)
@Controller('min-kommune/api/v1/organisasjoner')
export class OrganisasjonerController {
  constructor(
    private readonly writer: Writer,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Alle organisasjoner, og hva de har tatt i bruk', answers: Oversikt })
  async list(@Query({ schema: ListQuery }) { type, ...page }: ListQuery) {
    return listing(await this.queries.execute(new ListOrganisasjoner(page, type)), page, oversikt);
  }

  @Post()
  @OwnEndpoint({ summary: 'Registrer en organisasjon (plattformen)', answers: OrganisasjonOversikt, status: 201, writes: true })
  async register(
    @Asks() asking: Asking,
    @Body({ schema: RegisterBody }) { fiksOrgId = asking.newId(), ...registrering }: RegisterBody,
  ) {
    const command = { type: 'RegisterOrganisasjon', data: given(registrering) } as const;
    const executed = await this.writer.send(asking, 'organisasjon', fiksOrgId, fiksOrgId, command);
    return this.writer.show(asking, executed, [organisasjoner, ressurser, innbyggersider], async () => {
      const { document } = await this.queries.execute(new GetOrganisasjon(asking.actor, fiksOrgId));
      return oversikt(document.data);
    });
  }
}
