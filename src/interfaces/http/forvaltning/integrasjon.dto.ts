import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { integrasjonsfelter, lagring, tilgang } from '../../../application/konfigurasjon/felter.js';
import type { NameOf } from '../../../application/revisjon/aktornavn.js';
import type { Integrasjonsvalg as Valg, SynligIntegrasjon } from '../../../application/views/integrasjon.js';
import { ressursId } from '../../../application/views/ressurs-ids.js';
import { lagringsvalg } from '../../../domain/integrasjon.js';
import { oppforingOf, parsePrivilegium } from '../../../domain/privilegier.js';
import { undertjenester } from '../../../domain/values/undertjeneste.js';
import { pageFieldsOf, repeatable, uuid, withoutUndefined } from '../server/input.js';
import { Field, lastChange, listingOf, shape } from '../server/shape.js';
import { fiksPatterns } from './konfigurasjon.dto.js';

const fields = { ...integrasjonsfelter, beskrivelse: integrasjonsfelter.beskrivelse.optional() };

export const CreateIntegrasjonBody = z.strictObject({
  uuid: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  fiksOrganisasjonUuid: uuid('Organisasjonen som eier integrasjonen'),
  ...fields,
  global: z
    .strictObject({
      kode: z.string().regex(/^[0-9A-Z_.]{1,50}$/, 'Må bestå av store bokstaver, tall, punktum og understrek').meta({ description: 'Koden til integrasjonen', examples: ['SVARUT'] }),
      forespurtePrivilegier: z.array(tilgang).max(20),
      tags: z.array(z.enum(undertjenester)).max(3),
    })
    .optional()
    .meta({ description: 'Bare plattformen kan opprette globale integrasjoner' }),
});
export type CreateIntegrasjonBody = z.output<typeof CreateIntegrasjonBody>;

export const OppsettBody = z
  .strictObject({
    id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
    ...fields,
    undertjeneste: z.enum(undertjenester).meta({ description: 'Undertjenesten integrasjonen skal brukes i', examples: ['INNSYN'] }),
    tilganger: z.array(parsedText(parsePrivilegium, { description: 'Tilgang', example: 'INNSYN.INDEX.MAPPE' })).min(1).max(20),
    lagring: z.enum(lagringsvalg).optional().meta({ description: 'Lageret der dokumentene ligger', examples: ['DOKUMENTLAGER'] }),
  })
  .transform(withoutUndefined);
export type OppsettBody = z.output<typeof OppsettBody>;

export const ChangeIntegrasjonBody = z.strictObject(fields).partial().transform(withoutUndefined);
export type ChangeIntegrasjonBody = z.output<typeof ChangeIntegrasjonBody>;

export const LagringBody = z.strictObject({ lagring });
export type LagringBody = z.output<typeof LagringBody>;

/** A page of 200 has about 150 kB. */
const page = pageFieldsOf(200);
export const TagQuery = z.strictObject(page);
export type TagQuery = z.output<typeof TagQuery>;
export const ListQuery = z.strictObject({ integrasjonId: repeatable(uuid('Id-en til en integrasjon som skal være med')), integrasjonKode: repeatable(z.string().max(50)), ...page });
export type ListQuery = z.output<typeof ListQuery>;
export const PrivilegierQuery = z.strictObject({
  privilegier: repeatable(parsedText(parsePrivilegium, { description: 'Tilgang som integrasjonen skal ha', example: 'INNSYN.INDEX.MAPPE' })),
});
export type PrivilegierQuery = z.output<typeof PrivilegierQuery>;
export const TilgjengeligQuery = z.strictObject({
  undertjeneste: z
    .enum(undertjenester)
    .optional()
    .meta({ description: 'Bare integrasjonene som kan legges til under denne undertjenesten. De som alt er lagt til der, er ikke med.', examples: ['INNSYN'] }),
  ...page,
});
export type TilgjengeligQuery = z.output<typeof TilgjengeligQuery>;
export const TagParam = z.string().max(50).regex(new RegExp(fiksPatterns.kode), 'Må bestå av store bokstaver, tall, punktum og understrek');

/** An integration as one organisation sees it, with the fields of KS Fiks' konfigurasjon-api v1. */
export class Integrasjon {
  @Field({ format: 'uuid', description: 'IntegrasjonsID' })
  uuid!: string;
  @Field({ example: '910753614' })
  autorisertOrgnr!: string;
  @Field({ example: 'Indeksering: Mappe' })
  navn!: string;
  @Field({ required: false, example: 'Brukes av sakssystemet Acos til å vise byggesaker under Mine saker.' })
  beskrivelse?: string;
  @Field({ required: false, description: 'Koden til integrasjonen. Bare globale integrasjoner har feltet.', example: 'SVARUT' })
  kode?: string;
  @Field()
  global!: boolean;
  @Field({ required: false, type: String, isArray: true, description: 'Tilgangene integrasjonen ber om. Bare globale integrasjoner har feltet.' })
  forespurtePrivilegier?: string[];
  @Field({ format: 'uuid' })
  fiksOrganisasjonUuid!: string;
  @Field({ example: 'Bergen' })
  fiksOrganisasjonNavn!: string;
  @Field({ format: 'date-time' })
  opprettet!: string;
  @Field({ type: String, isArray: true, description: 'Tjenestene integrasjonen kan brukes under' })
  tags!: string[];
  @Field({ type: String, isArray: true, description: 'Id-ene til ressursene i organisasjonen som integrasjonen er lagt til under' })
  tilknyttedeRessurser!: string[];
}

const inFiksFields = (seen: SynligIntegrasjon) => ({
  ...seen.definisjon,
  uuid: seen.integrasjonId,
  global: seen.global,
  fiksOrganisasjonUuid: seen.eier,
  fiksOrganisasjonNavn: seen.eierNavn,
  tilknyttedeRessurser: seen.tilknyttet.map((undertjeneste) => ressursId(seen.fiksOrgId, undertjeneste)),
});

/** Maps an integration to the fields of KS Fiks' konfigurasjon-api v1. */
export const integrasjonAnswer = (seen: SynligIntegrasjon): Integrasjon => shape(Integrasjon, inFiksFields(seen));

export class IntegrasjonTilgang {
  @Field({ example: 'INNSYN.INDEX.MAPPE' })
  privilegium!: string;
  @Field({ example: 'Kan lagre mapper og journalposter i Innsyn' })
  visningsnavn!: string;
  @Field({ enum: undertjenester })
  undertjeneste!: string;
  @Field({ required: false, format: 'date', description: 'Den siste dagen tilgangen gjelder, i norsk tid. Mangler når den ikke har noen slutt.' })
  utlop?: string;
}
/** An integration with the choices of the organisation: undertjenester, permissions and document storage. */
export class KonfigurertIntegrasjon extends Integrasjon {
  @Field({ enum: undertjenester, isArray: true, description: 'Undertjenestene integrasjonen er lagt til under' })
  tilknyttet!: string[];
  @Field({ type: IntegrasjonTilgang, isArray: true })
  tilganger!: IntegrasjonTilgang[];
  @Field({ required: false, enum: lagringsvalg, description: 'Lageret der dokumentene ligger' })
  lagring?: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet da passordet sist ble laget' })
  passordLaget?: string;
  @Field({ required: false, description: 'Navnet på den som sist laget passordet. Bare organisasjonen som eier integrasjonen, får feltet.', example: 'Syntetisk Administrator Bergen' })
  passordLagetAv?: string;
  @Field({ required: false, format: 'date', description: 'Dagen integrasjonen sist gjorde noe i organisasjonen. Mangler når den ikke har gjort noe siden tjenesten begynte å notere det.' })
  sistBrukt?: string;
  @Field({ ...lastChange.revisjon, description: 'Revisjonen i organisasjonen, til If-Match. -1 når organisasjonen ikke har gjort noe med integrasjonen.' })
  revisjon!: number;
  @Field({ ...lastChange.endret, required: false })
  endret?: string;
  @Field({ ...lastChange.endretAv, required: false })
  endretAv?: string;
}

const tilgangerAnswer = (tilganger: SynligIntegrasjon['tilganger']) =>
  tilganger.map((tilgang) => ({ ...tilgang, visningsnavn: oppforingOf(parsePrivilegium(tilgang.privilegium)).visningsnavn }));

/**
 * Maps an integration to the fields of KS Fiks, with the fields that only the configuration pages show. `sistBrukt` has days by id,
 * `nameOf` names the actors.
 */
export const konfigurertAnswer = (seen: SynligIntegrasjon, sistBrukt: ReadonlyMap<string, string>, nameOf: NameOf): KonfigurertIntegrasjon =>
  shape(KonfigurertIntegrasjon, {
    ...inFiksFields(seen),
    tilknyttet: seen.tilknyttet,
    tilganger: tilgangerAnswer(seen.tilganger),
    lagring: seen.lagring,
    passordLaget: seen.definisjon.passordLaget,
    ...(seen.eier === seen.fiksOrgId && seen.definisjon.passordLagetAv !== undefined && { passordLagetAv: nameOf(seen.definisjon.passordLagetAv) }),
    sistBrukt: sistBrukt.get(seen.integrasjonId),
    revisjon: Number(seen.revision),
    ...(seen.endretAv !== undefined && { endret: seen.endret, endretAv: nameOf(seen.endretAv) }),
  });

/** The choices of one organisation about an integration, as the integration itself reads them. */
export class Integrasjonsvalg {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  organisasjonsnavn!: string;
  @Field({ enum: undertjenester, isArray: true, description: 'Undertjenestene integrasjonen er lagt til under' })
  tilknyttet!: string[];
  @Field({ type: IntegrasjonTilgang, isArray: true })
  tilganger!: IntegrasjonTilgang[];
  @Field({ required: false, enum: lagringsvalg, description: 'Lageret der organisasjonen vil at dokumentene skal ligge. Mangler når den ikke har valgt.' })
  lagring?: string;
}
export const Integrasjonsvalgene = listingOf(Integrasjonsvalg);
export const valgAnswer = (valg: Valg): Integrasjonsvalg => shape(Integrasjonsvalg, { ...valg, tilganger: tilgangerAnswer(valg.tilganger) });

/** The new password of an integration. Only its hash is stored, so no other response shows it. */
export class Passord {
  @Field({ description: 'Passordet til integrasjonen. Ta vare på det, for du kan ikke hente det senere.', example: 'Zx3…' })
  passord!: string;
}

/** The references of the actors that `konfigurertAnswer` names. */
export const actorsIn = (all: readonly SynligIntegrasjon[]): readonly (string | undefined)[] => all.flatMap(({ endretAv, definisjon }) => [endretAv, definisjon.passordLagetAv]);
