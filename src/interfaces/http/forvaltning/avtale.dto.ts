import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { commandIdNamespace } from '../../../application/commands/decision.js';
import type { Oppsigelsestekster } from '../../../application/use-cases/end-avtale.js';
import { hovedavtale, hovedavtaleIdOf, type OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestekode, type Oppsigelse as Oppsagt } from '../../../domain/tjeneste.js';
import { pageFieldsOf, uuid } from '../server/input.js';
import { Field, shape } from '../server/shape.js';

export const KodeParam = z.string().max(50);
export const StartQuery = z.strictObject({ landingssideUrl: z.string().max(2000).optional() });
export type StartQuery = z.output<typeof StartQuery>;
export const MottakQuery = z.strictObject({
  signeringId: z.string().max(100),
  status: z.string().max(500),
  landingssideUrl: z.string().max(2000).optional(),
});
export type MottakQuery = z.output<typeof MottakQuery>;

/** The kinds of agreement that organisations sign here. */
export const avtaletyper = [hovedavtale, tjenestekode] as const;
/** A page of customers. KS Fiks publishes none, and all organisations fit in the first one. */
export const KunderQuery = z.strictObject(pageFieldsOf(500));
export type KunderQuery = z.output<typeof KunderQuery>;
export const AvtaletypeParam = z.string().max(50).meta({ examples: [tjenestekode] });

const dato = (description: string, example: string) => z.iso.date().meta({ description, examples: [example] });
const tekst = (description: string, example: string, max = 450) => z.string().max(max).meta({ description, examples: [example] });
export const OppsigelseBody = z.strictObject({
  avtaleSignertUuid: uuid('Id-en til den signerte avtalen'),
  ticketId: tekst('Saken hos KS', 'FIKS-1').optional(),
  sisteFaktureringsdato: dato('Den siste dagen det faktureres for', '2026-12-31'),
  nedkoblingsdato: dato('Dagen undertjenestene stenges, i norsk tid', '2027-01-01'),
  gyldigTilDato: dato('Dagen avtalen løper ut', '2027-01-01').optional(),
  registreringsdato: dato('Dagen oppsigelsen ble registrert', '2026-11-23'),
  epost: tekst('E-postadressen til den som bestilte oppsigelsen', 'postmottak@kommune.no').optional(),
  navnBehandler: tekst('Navnet på den som behandlet oppsigelsen', 'Ola Nordmann'),
  navnBestiller: tekst('Navnet på den som bestilte oppsigelsen', 'Kari Nordmann'),
  merknad: tekst('Merknad', 'Kommunen slår seg sammen med en annen.', 4000).optional(),
});
export type OppsigelseBody = z.output<typeof OppsigelseBody>;

export const UpdateBody = z.strictObject({
  avtaleUuid: uuid('Id-en til avtalen i avtalearkivet'),
  tjenestekode: z.string().max(50).meta({ description: 'Avtaletypen', examples: [tjenestekode] }),
  fiksOrgId: uuid('Organisasjonen som har signert'),
  signeringsdato: dato('Datoen avtalen ble signert. Uten feltet står datoen som den er.', '2026-11-23').optional(),
});
export type UpdateBody = z.output<typeof UpdateBody>;

export const PaperBody = z.strictObject({
  avtaleUuid: uuid('Id-en til avtalen i avtalearkivet. For tjenestevedlegget står den i kunder/{fiksOrgId}/tjenester.'),
  tjenestekode: z.enum(avtaletyper).meta({ description: 'Avtaletypen: hovedavtalen, eller tjenestevedlegget for Min kommune' }),
  fiksOrgId: uuid('Organisasjonen som har signert'),
  signeringsdato: z.iso.date().optional().meta({ description: 'Datoen avtalen ble signert. Dagens dato gjelder når feltet mangler.', examples: ['2026-11-23'] }),
});
export type PaperBody = z.output<typeof PaperBody>;

/** The termination of an agreement. */
export class Oppsigelse {
  @Field({ format: 'uuid' })
  avtaleSignertUuid!: string;
  @Field({ required: false })
  ticketId?: string;
  @Field({ format: 'date' })
  sisteFaktureringsdato!: string;
  @Field({ format: 'date', description: 'Dagen undertjenestene stenges, i norsk tid' })
  nedkoblingsdato!: string;
  @Field({ required: false, format: 'date' })
  gyldigTilDato?: string;
  @Field({ format: 'date' })
  registreringsdato!: string;
  @Field({ required: false })
  epost?: string;
  @Field()
  navnBehandler!: string;
  @Field()
  navnBestiller!: string;
  @Field({ required: false })
  merknad?: string;
}
/** The texts are those of the termination, when they are still readable. */
export const oppsigelseAnswer = ({ forseglet: _sealed, avtrykk: _digest, signeringId: _id, ...datoer }: Oppsagt, avtaleSignertUuid: string | undefined, tekster: Oppsigelsestekster | undefined) => ({
  avtaleSignertUuid,
  ...datoer,
  ...(tekster ?? { navnBehandler: '[slettet]', navnBestiller: '[slettet]' }),
});

/** A signing that has begun. */
export class SigneringAnswer {
  @Field({ description: 'Adressen personen signerer på', example: 'https://signering.posten.no/…' })
  url!: string;
}

/** A signed agreement, with the fields of KS Fiks' avtale-api v1. */
export class AvtaleSignert {
  @Field({ format: 'uuid' })
  uuid!: string;
  @Field({ format: 'uuid' })
  avtaleUuid!: string;
  @Field({ example: tjenestekode })
  tjenestekode!: string;
  @Field({ example: 'Min kommune' })
  tjenestenavn!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  fiksOrgNavn!: string;
  @Field({ format: 'date' })
  signeringsdato!: string;
  @Field({ required: false, description: 'Navnet på personen som signerte' })
  signertAv?: string;
  @Field({ example: '1.0' })
  signertVersjon!: string;
  @Field({ example: '1.0', description: 'Gjeldende versjon av avtalen. Organisasjonen må signere på nytt når den er nyere enn signertVersjon.' })
  gjeldendeVersjon!: string;
  @Field({ type: Oppsigelse, required: false })
  oppsigelse?: Oppsigelse;
}
/** An organisation with a signed agreement. */
export class FiksOrganisasjon {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ example: '4601', description: 'Kommunenummeret, tomt for andre enn kommuner' })
  kommunenummer!: string;
  @Field({ example: 'KOMMUNE' })
  type!: string;
  @Field()
  harHovedavtale!: boolean;
}
export const kundeAnswer = ({ fiksOrgId, navn, kommunenr = '' as never, type, hovedavtale: registered }: OrganisasjonView) =>
  shape(FiksOrganisasjon, { id: fiksOrgId, navn, kommunenummer: kommunenr, type, harHovedavtale: registered !== undefined });

class AvtaleDokument {
  @Field()
  navn!: string;
  @Field({ format: 'uuid' })
  dokumentlagerId!: string;
  @Field({ required: false })
  posisjon?: number;
}
/** One version of an agreement. */
export class Avtale {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: '1.0' })
  versjon!: string;
  @Field({ type: AvtaleDokument, isArray: true, description: 'Alltid tom, fordi tjenesten ikke har dokumentene' })
  dokumenter!: AvtaleDokument[];
  @Field({ format: 'date-time', description: 'Starten på dagen den første av organisasjonene signerte, fordi tjenesten ikke vet når avtalen ble laget' })
  avtaleOpprettet!: string;
  @Field({ description: 'Om versjonen gjelder nå' })
  aktivert!: boolean;
}
/** The organisations that have signed one version of an agreement. */
export class AvtaleFiksOrganisasjon {
  @Field({ type: Avtale })
  avtale!: Avtale;
  @Field({ type: FiksOrganisasjon, isArray: true })
  fiksOrg!: FiksOrganisasjon[];
}
/**
 * The customers of an agreement, by the version that they have signed.
 * @param gjeldende the id and the version of the agreement in force. The ids of earlier versions are derived from them.
 */
export function avtalerAnswer(kunder: readonly OrganisasjonView[], kode: (typeof avtaletyper)[number], gjeldende: { readonly avtaleUuid: string; readonly versjon: string }) {
  const signedBy = (org: OrganisasjonView) => (kode === hovedavtale ? { versjon: gjeldende.versjon, ...org.hovedavtale! } : org.signert!);
  return [...new Set(kunder.map((org) => signedBy(org).versjon))].sort().map((versjon) => {
    const signed = kunder.filter((org) => signedBy(org).versjon === versjon);
    const [first] = signed.map((org) => signedBy(org).signeringsdato.slice(0, 10)).sort();
    const aktivert = versjon === gjeldende.versjon;
    const id = aktivert ? gjeldende.avtaleUuid : uuidv5(`${gjeldende.avtaleUuid}/${versjon}`, commandIdNamespace);
    const avtale = { id, versjon, dokumenter: [], avtaleOpprettet: `${first}T00:00:00Z`, aktivert };
    return shape(AvtaleFiksOrganisasjon, { avtale, fiksOrg: signed.map(kundeAnswer) });
  });
}
/** The hovedavtale, in `avtalerAnswer`. Its versions are not published. */
export const hovedavtaleInForce = { avtaleUuid: uuidv5(hovedavtale, commandIdNamespace), versjon: '1.0' };
export class TjenesteEnkel {
  @Field()
  navn!: string;
  @Field({ example: tjenestekode })
  tjenestekode!: string;
  @Field({ example: 'KS Digital' })
  tjenesteeier!: string;
  @Field()
  aktivert!: boolean;
  @Field({ example: '1.0' })
  gjeldendeVersjon!: string;
  @Field({ format: 'uuid', description: 'Id-en til tjenestevedlegget som gjelder, til bruk når en signatur på papir registreres' })
  avtaleUuid!: string;
  @Field()
  ressursType!: string;
}
export class TjenesteAvtaleSignert {
  @Field({ type: TjenesteEnkel })
  tjeneste!: TjenesteEnkel;
  @Field({ type: AvtaleSignert, required: false })
  avtaleSignert?: AvtaleSignert;
}

export const hovedavtaleAnswer = ({ fiksOrgId, navn, hovedavtale: registered }: OrganisasjonView) =>
  shape(AvtaleSignert, {
    uuid: hovedavtaleIdOf(fiksOrgId),
    avtaleUuid: registered?.avtaleUuid ?? hovedavtaleInForce.avtaleUuid,
    tjenestekode: hovedavtale,
    tjenestenavn: 'Hovedavtale',
    fiksOrgId,
    fiksOrgNavn: navn,
    signeringsdato: registered?.signeringsdato,
    signertVersjon: '1.0',
    gjeldendeVersjon: '1.0',
  });
