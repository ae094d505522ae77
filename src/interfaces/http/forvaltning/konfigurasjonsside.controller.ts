import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { LastUse } from '../../../application/commands/last-use.js';
import { Konfigurasjon as Dokument } from '../../../application/konfigurasjon/konfigurasjon.js';
import { GetKonfigurasjonsstand, konfigurasjonsvisninger } from '../../../application/konfigurasjon/read-konfigurasjon.js';
import { Clock } from '../../../application/ports/clock.js';
import { Persons } from '../../../application/ports/persons.js';
import { Aktornavn } from '../../../application/revisjon/aktornavn.js';
import { LastChanges } from '../../../application/revisjon/last-changes.js';
import { ListRoller } from '../../../application/tilgang/tilgangsgjennomgang.js';
import { Tjenestevedlegg } from '../../../application/use-cases/sign-tjenestevedlegg.js';
import { ListConfigured, type Configured, type ConfiguredView } from '../../../application/views/configured.js';
import { driftsmeldinger } from '../../../application/views/driftsmelding.js';
import { eiendomslenker } from '../../../application/views/eiendomslenke.js';
import { ListIntegrasjoner } from '../../../application/views/integrasjon.js';
import { kommunaleTjenester } from '../../../application/views/kommunal-tjeneste.js';
import { GetOrganisasjon, isOpen } from '../../../application/views/organisasjon.js';
import { ListSvarUtSwitches } from '../../../application/views/svarut.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { jsonSchemaOf } from '../openapi/json-schema.js';
import { Open } from '../server/authentication.js';
import { OwnEndpoint, ReadsViews } from '../server/endpoint.js';
import { uuidParam } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { konfigurertDriftsmelding } from './driftsmelding.dto.js';
import { actorsIn, konfigurertAnswer } from './integrasjon.dto.js';
import { FilQuery, Konfigurasjon, Konfigurasjonsfil, maxListed } from './konfigurasjonsside.dto.js';

@ApiTags('Konfigurasjon')
@Controller('min-kommune/api/v1/:fiksOrgId/konfigurasjon')
export class KonfigurasjonssideController {
  constructor(
    private readonly queries: QueryBus,
    private readonly persons: Persons,
    private readonly tjenestevedlegg: Tjenestevedlegg,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
    private readonly aktornavn: Aktornavn,
    private readonly changes: LastChanges,
  ) {}

  @Get()
  @OwnEndpoint({ summary: 'Innholdet på konfigurasjonssidene til en organisasjon', callers: 'lesere', answers: Konfigurasjon })
  async get(@Ctx() ctx: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string) {
    const { actor } = ctx;
    const list = async <D extends Configured>(view: ConfiguredView<D>) => {
      const { documents, total } = await this.queries.execute(new ListConfigured(actor, fiksOrgId, view, { fra: 0, antall: maxListed }));
      return { shown: await this.changes.tell(documents), total };
    };
    const { document, roles } = await this.queries.execute(new GetOrganisasjon(actor, fiksOrgId));
    const org = document.data;
    const [roller, brukt, integrasjoner, svarUt, tjenester, lenker, meldinger] = await Promise.all([
      this.queries.execute(new ListRoller(actor, fiksOrgId)),
      this.lastUse.byAktor(fiksOrgId),
      this.queries.execute(new ListIntegrasjoner(actor, fiksOrgId)),
      this.queries.execute(new ListSvarUtSwitches(actor, fiksOrgId)),
      list(kommunaleTjenester),
      list(eiendomslenker),
      list(driftsmeldinger),
    ]);
    const persons = await this.persons.reveal(roller.map(({ aktor }) => aktor as PersonId));
    const shown = integrasjoner.slice(0, maxListed);
    const nameOf = await this.aktornavn.known([...actorsIn(shown), ...roller.map(({ gittAv }) => gittAv)]);
    const named = roller.map(({ aktor, omrade, privilegium, utlop, sistBrukt, gitt, gittAv }) => ({
      ...{ id: aktor, navn: '[slettet]', ...persons.get(aktor as PersonId), omrade, privilegium, undertjeneste: omrade, utlop, sistBrukt },
      ...(gittAv !== undefined && { gitt, gittAvNavn: nameOf(gittAv) }),
    }));
    const inOrganisation = (role: string) => named.filter(({ omrade, privilegium }) => omrade === 'ORGANISASJON' && privilegium === role);
    const { versjon } = this.tjenestevedlegg;
    const now = this.clock.now();
    const open = isOpen(org, now);
    return shape(
      Konfigurasjon,
      {
        fiksOrgId,
        navn: org.navn,
        avtale: {
          harHovedavtale: org.hovedavtale !== undefined,
          tattIBruk: org.tattIBruk !== undefined,
          signertVersjon: org.signert?.versjon,
          gjeldendeVersjon: versjon,
          apen: open,
          stenges: org.signert?.oppsigelse?.nedkoblingsdato,
          maSigneres: org.tattIBruk !== undefined && (!open || org.signert?.versjon !== versjon),
        },
        administratorer: inOrganisation('ADMIN'),
        revisorer: inOrganisation('REVISOR'),
        tjenesteadministratorer: named.filter(({ omrade }) => omrade !== 'ORGANISASJON'),
        integrasjoner: shown.map((one) => konfigurertAnswer(one, brukt, nameOf)),
        svarUtKontoer: await this.changes.tell(svarUt.data.map((data) => ({ data, revision: svarUt.revision }))),
        svarUtRevisjon: Number(svarUt.revision),
        kommunaleTjenester: tjenester.shown,
        eiendomslenker: lenker.shown,
        driftsmeldinger: meldinger.shown.map((melding) => konfigurertDriftsmelding(melding, now)),
        antall: { integrasjoner: integrasjoner.length, kommunaleTjenester: tjenester.total, eiendomslenker: lenker.total, driftsmeldinger: meldinger.total },
      },
      roles,
    );
  }
}

/** The configuration as a file: the document that `konfig` reads and writes, and its schema. */
@ApiTags('Konfigurasjon')
@Controller('min-kommune/api/v1')
export class KonfigurasjonsfilController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':fiksOrgId/konfigurasjonsfil')
  @ReadsViews(...konfigurasjonsvisninger)
  @OwnEndpoint({
    summary: 'Alt en organisasjon har satt opp, som ett dokument',
    callers: 'lesere',
    description: 'Dokumentet har ingen passord. Personer er bare med når du ber om det, og da som referanser. Revisjonene er til If-Match når du endrer det dokumentet viser.',
    answers: Konfigurasjonsfil,
  })
  async get(@Ctx() { actor }: RequestContext, @Param('fiksOrgId', { schema: uuidParam }) fiksOrgId: string, @Query({ schema: FilQuery }) { personer }: FilQuery) {
    const { posisjon, revisjoner, ...stand } = await this.queries.execute(new GetKonfigurasjonsstand(actor, fiksOrgId, personer));
    const revisions = Object.entries(revisjoner).map(([ting, revisjon]) => ({ ting, revisjon: Number(revisjon) }));
    return shape(Konfigurasjonsfil, { ...stand, posisjon: Number(posisjon), revisjoner: revisions });
  }

  /** The JSON Schema of the document. The first line of a file names it, for editors, which have no token. */
  @Get('konfigurasjonsfil/skjema')
  @Open()
  @ApiExcludeEndpoint()
  schema(): object {
    return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...jsonSchemaOf(Dokument) };
  }
}
