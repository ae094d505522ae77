import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { fnrSeers, type Role } from '../../../application/commands/access.js';
import { personOf } from '../../../application/ports/actor.js';
import { Persons } from '../../../application/ports/persons.js';
import { Revisjonsadgang } from '../../../application/revisjon/adgang.js';
import { Aktornavn } from '../../../application/revisjon/aktornavn.js';
import { ressursId, tjenestekoder } from '../../../application/views/ressurs-ids.js';
import { tjenestenavn } from '../../../application/views/ressurs.js';
import { revisjon, SearchRevisjon, type Revisjonsspor, type Sporlinje } from '../../../application/views/revisjon.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { FiksEndpoint, ReadsViews } from '../server/endpoint.js';
import { withoutUndefined } from '../server/input.js';
import { RequestContext, Ctx } from '../server/request-context.js';
import { shape } from '../server/shape.js';
import { AuditResultat, SokQuery } from './audit.dto.js';

@ApiTags('KS Fiks Audit')
@ReadsViews(revisjon)
@Controller('audit-sok/api/v1')
export class AuditController {
  constructor(
    private readonly queries: QueryBus,
    private readonly persons: Persons,
    private readonly navn: Aktornavn,
    private readonly adgang: Revisjonsadgang,
  ) {}

  @Get('sok')
  @FiksEndpoint({
    summary: 'Søk i revisjonssporet til en organisasjon',
    callers: 'revisjon',
    description: 'Plattformen kan ikke lese revisjonssporet. Søket tar med endringene av oppsettet, og linjene som andre systemer har skrevet.',
    answers: AuditResultat,
  })
  async search(@Ctx() ctx: RequestContext, @Query({ schema: SokQuery }) query: SokQuery) {
    const { fra, antall, fiksOrganisasjon, sortering, term, fraDato, tilDato, underRessurser, requestIder, organisasjonsNummer } = query;
    const codes = codesById(fiksOrganisasjon);
    const tjenester = query.tjenester?.map((one) => codes.get(one.toLowerCase()) ?? one);
    const sok = withoutUndefined({
      term,
      fraDato,
      tilDato,
      tjenester,
      underRessurser,
      requestIder,
      orgNo: organisasjonsNummer,
      eldsteForst: sortering === 'DATO_ASC',
    });
    const roles = await this.adgang.open(ctx.request, fiksOrganisasjon, 'SOK', { fra: fraDato, til: tilDato, term, tjenester, organisasjonsNummer, underRessurser, requestIder });
    const found = await this.queries.execute(new SearchRevisjon(fiksOrganisasjon, sok, { fra, antall }));
    const told = await this.tell(found, roles);
    return shape(
      AuditResultat,
      {
        antallTreff: found.antall,
        forespurtFra: fra,
        forespurtAntall: antall,
        treff: found.linjer.map((linje) => ({ ...linje, ...told(linje), tidspunkt: Date.parse(linje.tidspunkt), payload: payloadOf(linje) })),
        aggregeringer: facetsOf(found, fiksOrganisasjon, { tjenester, underRessurser }),
      },
      roles,
    );
  }

  /** Looks up the persons of the lines together. The returned function gives the fields about the actors of a line. */
  private async tell({ linjer }: Revisjonsspor, roles: ReadonlySet<Role>): Promise<(linje: Sporlinje) => object> {
    const ids = [...new Set(linjer.map(({ principal }) => personOf(principal)).filter((id) => id !== undefined))];
    const [nameOf, persons] = await Promise.all([
      this.navn.of(linjer.flatMap(({ principal, onBehalfOf }) => [principal, onBehalfOf])),
      seesFnr(roles) ? this.persons.reveal(ids) : new Map<PersonId, { fnr: string }>(),
    ]);
    return (linje) => {
      const { principal, onBehalfOf } = linje;
      // Another system may name any person, so only our own lines tell her number.
      const id = 'hendelse' in linje ? personOf(principal) : undefined;
      const of = (kind: string) => (principal.startsWith(`${kind}:`) ? principal.slice(kind.length + 1) : undefined);
      return {
        principalNavn: nameOf(principal),
        principalFnr: id && persons.get(id)?.fnr,
        principalIntegrasjonId: of('integrasjon'),
        principalOrgno: of('virksomhet'),
        principalClientId: of('klient'),
        onBehalfOf: onBehalfOf && nameOf(onBehalfOf),
      };
    };
  }
}

const seesFnr = (roles: ReadonlySet<Role>) => fnrSeers.some((role) => roles.has(role));

/** The values before and after as JSON, or the text of another system. */
function payloadOf(linje: Sporlinje): string | undefined {
  if (!('hendelse' in linje)) return linje.payload;
  const { hendelse, hendelseId, gjelder, for: before, etter } = linje;
  return JSON.stringify({ hendelse, hendelseId, gjelder: { id: gjelder.id, type: gjelder.type }, for: before, etter });
}

/** The codes of the services that have a resource, by the resource's id. Actions on the organisation itself have its own id. */
const codesById = (fiksOrgId: string): ReadonlyMap<string, string> =>
  new Map([[fiksOrgId, 'ORGANISASJON'], ...tjenestekoder.map((kode) => [ressursId(fiksOrgId, kode), kode] as const)]);

function facetsOf({ navn, fasetter }: Revisjonsspor, fiksOrgId: string, chosen: { readonly tjenester?: readonly string[] | undefined; readonly underRessurser?: readonly string[] | undefined }) {
  const codes = codesById(fiksOrgId);
  const ids = new Map([...codes].map(([id, kode]) => [kode, id]));
  const nameOf = (kode: string) => (tjenestenavn as Readonly<Record<string, string>>)[kode] ?? kode;
  return {
    fiksOrg: fasetter.fiksOrg.map(({ verdi, antall }) => ({ id: verdi, visningsnavn: navn, antall, valgt: true })),
    tjeneste: fasetter.tjeneste.map(({ verdi, antall }) => ({ id: ids.get(verdi), visningsnavn: nameOf(verdi), antall, valgt: chosen.tjenester?.includes(verdi) ?? false })),
    underRessurs: fasetter.underRessurs.map(({ verdi, antall }) => ({ id: verdi, visningsnavn: nameOf(codes.get(verdi) ?? verdi), antall, valgt: chosen.underRessurser?.includes(verdi) ?? false })),
  };
}
