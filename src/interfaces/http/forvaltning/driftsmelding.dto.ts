import { z } from 'zod';
import { parseOrIssue } from '../../../application/commands/parsed-text.js';
import { kategoriText, meldingsfelter, periodetekster } from '../../../application/konfigurasjon/felter.js';
import type { Told } from '../../../application/revisjon/last-changes.js';
import type { DriftsmeldingView } from '../../../application/views/driftsmelding.js';
import { kategorier, meldingTyper, synlighetOf, synligheter, type Endring, type Innhold } from '../../../domain/driftsmelding.js';
import type { Instant } from '../../../domain/values/instant.js';
import { parseTidsperiode } from '../../../domain/values/tidsperiode.js';
import { withoutUndefined, uuid } from '../server/input.js';
import { Field, lastChange, shape } from '../server/shape.js';

const innhold = { ...meldingsfelter, url: meldingsfelter.url.optional(), urlTekst: meldingsfelter.urlTekst.optional() };
const instant = ({ description, example }: { readonly description: string; readonly example: string }) => z.string().meta({ description, examples: [example], format: 'date-time' }).optional();
const periode = { startDato: instant(periodetekster.startDato), sluttDato: instant(periodetekster.sluttDato) };
const innholdOf = (input: z.output<z.ZodObject<typeof innhold>>): Innhold => withoutUndefined(input);

export const PublishBody = z
  .strictObject({ id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(), ...innhold, ...periode })
  .transform(({ id, startDato, sluttDato, ...rest }, context) => ({
    id,
    melding: { ...innholdOf(rest), ...parseOrIssue(context, () => parseTidsperiode({ startDato, sluttDato })) },
  }));
export type PublishBody = z.output<typeof PublishBody>;

export const PeriodeBody = z
  .strictObject(periode)
  .transform((input, context) => parseOrIssue(context, () => parseTidsperiode(input)));
export type PeriodeBody = z.output<typeof PeriodeBody>;

export const InnholdBody = z
  .strictObject({ ...innhold, periode: PeriodeBody.optional().meta({ description: 'En ny periode. Uten feltet blir perioden som før. En melding som er trukket tilbake, vises igjen når den får en periode.' }) })
  .transform(({ periode, ...rest }): Endring => ({ ...innholdOf(rest), ...(periode && { periode }) }));
export type InnholdBody = z.output<typeof InnholdBody>;

/** A driftsmelding, with the field names of KS Fiks' Innsyn-søk. */
export class DriftsmeldingAnswer {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Innlogging med ID-porten er ustabil. Prøv igjen senere.' })
  innhold!: string;
  @Field({ enum: kategorier, description: kategoriText })
  kategori!: string;
  @Field({ enum: meldingTyper, description: 'Alvorlighetsgrad' })
  meldingType!: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet meldingen vises fra og med' })
  startDato?: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet meldingen vises til, men ikke med' })
  sluttDato?: string;
  @Field({ required: false, format: 'lenke', description: 'Lenke til mer informasjon' })
  url?: string;
  @Field({ required: false, description: 'Lenketeksten', example: 'Les mer om driften' })
  urlTekst?: string;
}

/** A driftsmelding as the case worker sees it: whether citizens see it now, and why not. */
export class KonfigurertDriftsmelding extends DriftsmeldingAnswer {
  @Field({ enum: synligheter, description: 'Om innbyggerne ser meldingen nå, skal se den senere, eller har sett den tidligere' })
  status!: string;
  @Field({ description: 'Om meldingen er trukket tilbake. Den kan brukes igjen med en ny periode.' })
  trukketTilbake!: boolean;
  @Field({ required: false, example: 'Perioden til meldingen er over, så innbyggerne ser den ikke. Gi den en ny periode for å bruke den igjen.', description: 'Det du bør vite om meldingen' })
  merknad?: string;
  @Field(lastChange.revisjon)
  revisjon!: number;
  @Field(lastChange.endret)
  endret!: string;
  @Field(lastChange.endretAv)
  endretAv!: string;
}

export function konfigurertDriftsmelding(melding: Told<DriftsmeldingView>, now: Instant): KonfigurertDriftsmelding {
  const { trukketTilbake = false } = melding;
  const status = synlighetOf(melding, now);
  const why = trukketTilbake ? 'Meldingen er trukket tilbake' : 'Perioden til meldingen er over';
  const merknad = `${why}, så innbyggerne ser den ikke. Gi den en ny periode for å bruke den igjen.`;
  return shape(KonfigurertDriftsmelding, { ...melding, status, trukketTilbake, ...(status === 'TIDLIGERE' && { merknad }) });
}
