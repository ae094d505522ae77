import { z } from 'zod';
import { refuseMissing } from '../../../application/commands/access.js';
import { parsedText } from '../../../application/commands/parsed-text.js';
import type { OrganisasjonView } from '../../../application/views/organisasjon.js';
import { tjenestekoder } from '../../../application/views/ressurs-ids.js';
import { tjenestenavn } from '../../../application/views/ressurs.js';
import { privilegier } from '../../../domain/privilegier.js';
import { tjenestekode, type Tjenestekode } from '../../../domain/tjeneste.js';
import { parseKommunenummer } from '../../../domain/values/kommunenummer.js';
import { organisasjonstyper } from '../../../domain/values/organisasjonstype.js';
import { pageFieldsOf, repeatable, uuid } from '../server/input.js';
import { Field, shape } from '../server/shape.js';

// The patterns that KS Fiks publishes for texts. `navn` of an organisation has no Sámi letters there.

const letters = 'A-ZÆØÅa-zæøå0-9ÁáÀàÂâÉéÈèÊêÍíÌìÎîÓóÒòÔôÚúÙùÛûÝýÄäËëÏïÖöÜü';
const signs = ",.!?\\-:;/\\\\'()&+*=%§";

/** The published patterns, as JSON Schema writes them. */
export const fiksPatterns = {
  kode: '^[0-9A-Z_.]+$',
  enkeltNavn: '^[A-Za-zæøåÆØÅ0-9_.,/\\-_ ]+$',
  navn: `^[${letters}${signs}]+[${letters} ${signs}]*[${letters}${signs}]+$`,
  kontonavn: '^[A-Za-zæøåÆØÅ0-9-_ ]+$',
  orgnr: '^[0-9]{9}$',
  postnummer: '^[0-9]{4}$',
  epost: '^[A-Za-zæøåÆØÅ0-9-_]+(\\.[A-Za-zæøåÆØÅ0-9-_]+)*@[A-Za-zæøåÆØÅ0-9-]+(\\.[A-Za-zæøåÆØÅ0-9-]+)*(\\.[A-Za-z]{2,})$',
  telefon: '^[+]?[0-9]+([- ][0-9]+)*$',
} as const;

export const KodeParam = z.string().max(50);
export const TypeParam = z.string().max(50);

const orgId = uuid('Id-en til en organisasjon (fiksOrgId)');
const kommunenr = parsedText(parseKommunenummer, { description: 'Kommunenummeret til en kommune', example: '4601', pattern: '^\\d{4}$' });
export const KommunenrQuery = z.strictObject({ kommunenr: repeatable(kommunenr) });
export type KommunenrQuery = z.output<typeof KommunenrQuery>;
export const OrganisasjonQuery = z.strictObject({ orgId: repeatable(orgId), kommunenr: repeatable(kommunenr) });
export type OrganisasjonQuery = z.output<typeof OrganisasjonQuery>;
/** A page of 500 has about 170 kB. */
export const SynligeQuery = z.strictObject(pageFieldsOf(500));
export type SynligeQuery = z.output<typeof SynligeQuery>;
export const OrganisasjonGetBody = z.strictObject({ ids: z.array(orgId).max(1000).optional(), kommunenr: z.array(kommunenr).max(1000).optional() });
export type OrganisasjonGetBody = z.output<typeof OrganisasjonGetBody>;

const epost = z.string().max(450).meta({ pattern: fiksPatterns.epost, examples: ['postmottak@kommune.no'] });
const fnr = z.string().regex(/^[0-9]{11}$/, 'Må ha elleve sifre').meta({ description: 'Fødselsnummeret', examples: ['12818510088'] });
export const OrganisasjonUpdateBody = z.strictObject({
  navn: z.string().max(200).meta({ pattern: fiksPatterns.navn, examples: ['Bergen'] }).optional(),
  epost: z.array(epost).max(100).optional(),
  innbyggerkontaktEpost: epost.optional(),
  orgnr: z.string().meta({ pattern: fiksPatterns.orgnr, examples: ['964338531'] }).optional(),
  avtaleadminFnr: fnr.optional(),
  konfigurert: z.boolean().meta({ examples: [true] }).optional(),
});
export const TjenesteEndringBody = z.strictObject({
  kode: z.string().max(50).meta({ description: 'Koden til tjenesten', examples: ['INNSYN'] }),
  nyStatusSentralisertBrukerstyring: z.boolean().meta({ description: 'Bare usann, som den alltid er', examples: [false] }).optional(),
});
export type TjenesteEndringBody = z.output<typeof TjenesteEndringBody>;
const personnavn = z.string().min(2).max(450).meta({ examples: ['Kari Nordmann'] });
export const PersonCreateBody = z.strictObject({ fnr, navn: personnavn });
export const PersonUpdateBody = z.strictObject({
  fnr,
  navn: personnavn.optional(),
  tittel: z.string().max(450).meta({ pattern: fiksPatterns.enkeltNavn, examples: ['Rådgiver'] }).optional(),
  telefon: z.string().max(50).meta({ pattern: fiksPatterns.telefon, examples: ['+47 55 00 00 00'] }).optional(),
  epost: epost.optional(),
});
export const PersonerGetBody = z.strictObject({ fnrs: z.array(fnr).max(100).optional() });
export type PersonerGetBody = z.output<typeof PersonerGetBody>;

/** A person with a role, with the fields of KS Fiks that are known from her login. */
export class Person {
  @Field({ example: '12818510088' })
  fnr!: string;
  @Field({ example: 'Kari Nordmann' })
  navn!: string;
}

/** The fields that KS Fiks tells of every organisation. */
class Organisasjonskjerne {
  @Field({ format: 'uuid', description: 'Id-en til organisasjonen (fiksOrgId)' })
  uuid!: string;
  @Field({ enum: organisasjonstyper })
  type!: string;
  @Field()
  intern!: boolean;
  @Field({ required: false, example: '4601' })
  kommunenr?: string;
  @Field()
  synlig!: boolean;
  @Field({ description: 'Om Min kommune er satt opp' })
  konfigurert!: boolean;
}

/** An organisation, with the fields of KS Fiks' konfigurasjon-api v1. */
export class Organisasjon extends Organisasjonskjerne {
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ example: '964338531' })
  orgnr!: string;
  @Field()
  harHovedavtale!: boolean;
  @Field({ required: false, format: 'date', description: 'Datoen hovedavtalen ble signert' })
  hovedavtaleInngaaelse?: string;
  @Field({ enum: ['JA', 'NEI', 'DELVIS', 'UKJENT'], description: 'Alltid UKJENT, fordi tjenesten ikke vet det' })
  digifinMedlem!: string;
}
export const organisasjonAnswer = (org: OrganisasjonView) =>
  shape(Organisasjon, {
    ...common(org),
    harHovedavtale: org.hovedavtale !== undefined,
    hovedavtaleInngaaelse: org.hovedavtale?.signeringsdato,
    digifinMedlem: 'UKJENT',
  });

/** The least that KS Fiks tells about an organisation. */
export class OrganisasjonInfo extends Organisasjonskjerne {
  @Field({ description: 'Organisasjonsnummeret. Feltet har stor N her, men heter orgnr i Organisasjon.', example: '964338531' })
  orgNr!: string;
}
export const infoAnswer = (org: OrganisasjonView) => shape(OrganisasjonInfo, { ...common(org), orgNr: org.orgnr });

const common = (org: OrganisasjonView) => ({
  ...org,
  uuid: org.fiksOrgId,
  intern: false,
  synlig: true,
  konfigurert: org.konfigurert.includes(tjenestekode),
});

const signeringStatuser = ['USIGNERT', 'SIGNERT', 'TRENGER_IKKE_SIGNERE', 'UKJENT'] as const;

/** A tjeneste and the organisation's progress with it: `initialisert`, then `konfigurert`. */
export class TjenesteForOrganisasjon {
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
  @Field({ description: 'Om organisasjonen har meldt at oppsettet er ferdig' })
  konfigurert!: boolean;
  @Field({ enum: signeringStatuser, description: 'Om tjenestevedlegget er signert. Undertjenestene har ikke eget vedlegg. De åpnes når vedlegget til Min kommune er signert.' })
  signeringStatus!: string;
  @Field({ type: String, isArray: true })
  tilgjengeligFor!: string[];
  @Field({ description: 'Alltid usann, fordi tjenesten ikke har sentralisert brukerstyring' })
  sentralisertBrukerstyringAktiv!: boolean;
}

const beskrivelser: Readonly<Record<Tjenestekode, string>> = {
  MIN_KOMMUNE: 'Innbyggerportalen for kommuner og fylkeskommuner.',
  INNSYN: 'Innbyggeren finner saker, post, fakturaer og skjemaer.',
  KOMMUNALE_TJENESTER: 'Lenker til kommunens egne tjenester.',
  MINE_EIENDOMMER: 'Innbyggeren ser eiendommene sine, med kommunens egne lenker.',
};
/** `open`: whether the organisation's undertjenester are open now. */
export const tjenesteAnswer = (kode: Tjenestekode, org?: OrganisasjonView, open = false) =>
  shape(TjenesteForOrganisasjon, {
    kode,
    ressursType: kode,
    navn: tjenestenavn[kode],
    beskrivelse: beskrivelser[kode],
    lesmer: 'https://ksdigital.no/tjenestene/minkommune',
    // An undertjeneste counts as initialised while it is open.
    initialisert: kode === tjenestekode ? org?.tattIBruk !== undefined : open,
    konfigurert: org?.konfigurert.includes(kode) ?? false,
    signeringStatus: kode !== tjenestekode ? 'TRENGER_IKKE_SIGNERE' : open ? 'SIGNERT' : 'USIGNERT',
    tilgjengeligFor: ['KOMMUNE', 'FYLKESKOMMUNE'],
    sentralisertBrukerstyringAktiv: false,
  });

export class InitialisertTjeneste {
  @Field({ format: 'uuid' })
  ressursId!: string;
}
export class Tjeneste {
  @Field({ enum: tjenestekoder })
  kode!: string;
  @Field()
  navn!: string;
  @Field()
  beskrivelse!: string;
  @Field()
  lesmer!: string;
}
export class Tjenester {
  @Field({ type: Tjeneste, isArray: true })
  tjenester!: Tjeneste[];
}
export class Privilegium {
  @Field({ example: 'INNSYN.INDEX.MAPPE' })
  navn!: string;
  @Field({ example: 'Kan lagre mapper og journalposter i Innsyn' })
  visningsnavn!: string;
  @Field()
  beskrivelse!: string;
  @Field({ description: 'Visningsnavnet på siden der integrasjoner opprettes', example: 'Indeksering: Mappe' })
  hjelpetekst!: string;
  @Field()
  ressursType!: string;
  @Field({ enum: ['PERSON', 'INTEGRASJON', 'SB_GRUPPE', 'SB_BRUKER'], isArray: true, description: 'Tjenesten bruker bare PERSON og INTEGRASJON' })
  aktorer!: string[];
}
export class Privilegier {
  @Field({ type: Privilegium, isArray: true })
  privilegier!: Privilegium[];
}

/** The types of resource that tilganger can be given on. */
export const ressurstyper = ['ORGANISASJON', ...tjenestekoder] as const;
type Ressurstype = (typeof ressurstyper)[number];
/** Refuses (`missing`) an unknown type of resource. */
export const parseRessurstype = (text: string): Ressurstype => ressurstyper.find((one) => one === text) ?? refuseMissing();

/** The catalogue of the tilganger that can be given on a type of resource. */
export function privilegierAnswer(ressursType: Ressurstype): Privilegier {
  const fitting = privilegier.filter((one) =>
    'bareOrganisasjon' in one ? ressursType === 'ORGANISASJON' : !('undertjeneste' in one) || one.undertjeneste === ressursType,
  );
  return shape(Privilegier, { privilegier: fitting.map((one) => ({ ...one, hjelpetekst: one.visningsnavnVedOpprettelse, ressursType })) });
}
