import { z } from 'zod';
import { sider } from '../../../application/views/innbyggerside.js';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { parseInstant } from '../../../domain/values/instant.js';
import { rettetMotVerdier } from '../../../domain/kommunal-tjeneste.js';
import { DriftsmeldingAnswer, PublishBody } from '../forvaltning/driftsmelding.dto.js';
import { eiendomFields } from '../forvaltning/eiendomslenke.dto.js';
import { Field } from '../server/shape.js';

export const sideParam = z.enum(sider).meta({ description: 'Siden', examples: ['FORSIDE'] });
export const SideQuery = z.strictObject({
  opptrerSom: z
    .enum(['PERSON', 'ORGANISASJON'])
    .default('PERSON')
    .meta({ description: 'Om innbyggeren opptrer som seg selv eller for en virksomhet' }),
  matrikkelnummer: eiendomFields.matrikkelnummer.optional(),
  matrikkelenhetId: eiendomFields.matrikkelenhetId,
});
export type SideQuery = z.output<typeof SideQuery>;

export const ForhandsvisningBody = SideQuery.extend({
  side: sideParam,
  tidspunkt: parsedText(parseInstant, { description: 'Tidspunktet siden vises for. Uten det vises den slik den er nå.', example: '2026-12-01T08:00:00+01:00', format: 'date-time' }).optional(),
  utkast: PublishBody.optional().meta({ description: 'En driftsmelding som ikke er publisert. Med id-en til en som finnes, vises den i stedet for den.' }),
}).meta({ title: 'Forhandsvisning' });
export type ForhandsvisningBody = z.output<typeof ForhandsvisningBody>;

/** A kommunal tjeneste as a citizen sees it. */
export class TjenesteAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Kulturskole' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/kulturskole' })
  lenke!: string;
  @Field({ enum: rettetMotVerdier })
  rettetMot!: string;
  @Field()
  favoritt!: boolean;
}
/** A link for one property, with its placeholders filled in. */
export class LenkeAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Byggesaker på eiendommen' })
  tittel!: string;
  @Field({ example: 'https://www.bergen.kommune.no/eiendom/60/38' })
  lenke!: string;
}
/** A page of Min kommune as a citizen sees it at the time of the request. */
export class InnbyggersideAnswer {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ enum: sider })
  side!: string;
  @Field({ type: DriftsmeldingAnswer, isArray: true, description: 'Driftsmeldingene som vises nå, de mest alvorlige først' })
  driftsmeldinger!: DriftsmeldingAnswer[];
  @Field({ type: TjenesteAnswer, isArray: true, description: 'Tjenestene på forsiden, de stjernemerkede først' })
  tjenester!: TjenesteAnswer[];
  @Field({ type: LenkeAnswer, isArray: true, description: 'Lenkene som organisasjonen har laget for eiendommen, på eiendomssiden. En fylkeskommunes lenker vises på eiendommer i hele fylket.' })
  lenker!: LenkeAnswer[];
}

/** A page as a citizen will see it. */
export class ForhandsvistSide extends InnbyggersideAnswer {
  @Field({ format: 'date-time', description: 'Tidspunktet siden vises for' })
  tidspunkt!: string;
}
