import { z } from 'zod';
import { parseMoment } from '../../../application/past/moment.js';
import { parsedText } from '../../../application/commands/parsed-text.js';
import type { PastOrganisation } from '../../../application/past/time-machine.js';
import { SideQuery, InnbyggersideAnswer } from '../innbygger/innbyggerside.dto.js';
import { flag, pageFieldsOf, uuid } from '../server/input.js';
import { Field, Listing } from '../server/shape.js';
import { position } from './hendelser.dto.js';

/** A moment in a query. */
const moment = (description: string) => parsedText(parseMoment, { description: `${description}: et tidspunkt med tidssone, eller posisjonen til en hendelse, som posisjon:4711`, example: '2027-03-14T10:05:00+01:00', maxLength: 40 });
const per = moment('Tidspunktet du spør om. Utelat det for nå').optional();

export const PerQuery = z.strictObject({ per });
export const PastSideQuery = SideQuery.extend({ per });
export const PastTilgangerQuery = z.strictObject({
  per,
  privilegium: z.string().max(100).optional().meta({ description: 'Bare denne tilgangen', examples: ['INNSYN.SOK'] }),
  aktor: uuid('Bare denne personen eller integrasjonen').optional(),
  ...pageFieldsOf(250),
});

export const EndringerQuery = z.strictObject({
  fra: moment('Starten på perioden'),
  til: moment('Slutten på perioden. Utelat den for nå').optional(),
  opphevede: flag(false, 'Om svaret også har hendelsene som ikke ga noen forskjell'),
  fortsettFra: position('Nummeret på den første linjen på siden, fra 0, slik Link på siden før har det', 'Må være hentet fra adressen i Link'),
  antall: pageFieldsOf(500).antall,
});

/** The moment that an answer is about. */
export class Tidspunkt {
  @Field({ format: 'date-time', description: 'Tidspunktet svaret gjelder' })
  tidspunkt!: string;
  @Field({ description: 'Posisjonen til den siste hendelsen svaret har med', example: 4711 })
  posisjon!: number;
  @Field({ required: false, description: 'Antall hendelser svaret har med, som er datert etter tidspunktet, fordi klokken var stilt tilbake. Mangler når det ikke er noen.' })
  senereDatert?: number;
}
export const tidspunktOf = ({ time, position, laterTimes }: PastOrganisation) => ({ tidspunkt: time, posisjon: Number(position), ...(laterTimes > 0 && { senereDatert: laterTimes }) });

/** A page as a citizen saw it at a moment. */
export class SideDa extends InnbyggersideAnswer {
  @Field({ type: Tidspunkt })
  per!: Tidspunkt;
}

/** A tilgang that somebody held at a moment. */
export class TilgangDa {
  @Field({ format: 'uuid', description: 'Id-en til personen eller integrasjonen' })
  aktorId!: string;
  @Field({ enum: ['PERSON', 'INTEGRASJON'] })
  aktorType!: string;
  @Field({ description: 'Navnet på personen eller integrasjonen. [slettet] når personen er glemt', example: 'Min side Bergen' })
  navn!: string;
  @Field({ example: 'INNSYN.SOK' })
  privilegium!: string;
  @Field({ description: 'Navnet på tilgangen', example: 'Kan søke i Innsyn på vegne av en innbygger' })
  tilgang!: string;
  @Field({ format: 'uuid' })
  ressurs!: string;
  @Field({ example: 'Innsyn' })
  ressursNavn!: string;
  @Field({ format: 'date-time', description: 'Tidspunktet tilgangen ble gitt' })
  fra!: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet tilgangen ble tatt bort etterpå. Mangler når den fortsatt gjelder.' })
  til?: string;
  @Field({ required: false, format: 'date', description: 'Den siste dagen tilgangen gjelder, i norsk tid. Mangler når den ikke har noen slutt.', example: '2027-06-30' })
  utlop?: string;
  @Field({ example: 'Kari Nordmann' })
  gittAv!: string;
  @Field({ required: false, description: 'Den som tilgangen ble gitt på vegne av' })
  paVegneAv?: string;
  @Field({ description: 'Posisjonen til hendelsen som ga tilgangen', example: 3902 })
  posisjon!: number;
}
export class TilgangerDa extends Listing {
  @Field({ type: Tidspunkt })
  per!: Tidspunkt;
  @Field({ type: TilgangDa, isArray: true })
  treff!: TilgangDa[];
}

/** All that was configured at a moment. */
export class Tilstand {
  @Field({ type: Tidspunkt })
  per!: Tidspunkt;
  @Field({ type: 'object', additionalProperties: true, description: 'Konfigurasjonen, som i en konfigurasjonsfil. Personer er referanser. SvarUt-kontoene har navnene som SvarUt har i dag.' })
  konfigurasjon!: object;
}

/** An event behind a difference. */
export class HendelseBak {
  @Field({ example: 4711 })
  posisjon!: number;
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ description: 'Typen hendelse', example: 'AccessGranted' })
  hendelse!: string;
  @Field({ description: 'Navnet på den som gjorde det', example: 'Kari Nordmann' })
  hvem!: string;
  @Field({ required: false, description: 'Den som det ble gjort på vegne av' })
  paVegneAv?: string;
}
/** A difference between two moments. */
export class Forskjell {
  @Field({ enum: ['+', '~', '-'], description: 'Ny, endret eller borte' })
  art!: string;
  @Field({ description: 'Avsnittet i konfigurasjonen', example: 'integrasjoner' })
  seksjon!: string;
  @Field({ description: 'Id-en til det som er forskjellig' })
  id!: string;
  @Field({ example: 'Tilgangen «Kan lagre fakturaer i Innsyn» gitt til «Indeksering: Faktura» under Innsyn' })
  setning!: string;
  @Field({ type: HendelseBak, isArray: true, description: 'Hendelsene bak forskjellen, den siste først. Ingen når det er klokken som gjør forskjellen, for eksempel at en periode er over.' })
  hendelser!: HendelseBak[];
}
/** The differences between two moments. */
export class Endringer {
  @Field({ type: Tidspunkt })
  fra!: Tidspunkt;
  @Field({ type: Tidspunkt })
  til!: Tidspunkt;
  @Field({ description: 'Antall forskjeller i perioden, på alle sider', example: 3 })
  antall!: number;
  @Field({ type: Forskjell, isArray: true, description: 'Forskjellene på denne siden' })
  endringer!: Forskjell[];
  @Field({ description: 'Antall hendelser i perioden, på alle sider, som ikke ga noen forskjell, fordi senere hendelser eller klokken opphevet dem', example: 2 })
  opphevet!: number;
  @Field({ required: false, type: HendelseBak, isArray: true, description: 'Disse hendelsene, når du ber om dem. De kommer på siden etter den siste forskjellen.' })
  opphevede?: HendelseBak[];
}
