import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { z } from 'zod';
import type { AktorReference } from '../../../application/commands/aktor.js';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import type { Shown } from '../../../application/views/autorisasjon.js';
import type { Autorisasjon, RessursPath } from '../../../application/views/tilgang.js';
import { inField } from '../../../domain/kernel/domain-error.js';
import { parsePrivilegium } from '../../../domain/privilegier.js';
import { parseUuid } from '../../../domain/values/uuid.js';
import { cursorFieldsOf, flag, optionalWholeNumber, pageFieldsOf, repeatable, uuid } from '../server/input.js';
import { Field } from '../server/shape.js';
import { Privilegium } from './konfigurasjon.dto.js';

const aktor = z
  .string()
  .regex(/^([0-9]{11}|[0-9a-fA-F-]{36})$/, 'Må være et fødselsnummer, eller id-en til en integrasjon eller person')
  .meta({ description: 'Fødselsnummeret til en person, eller id-en til en person eller integrasjon', examples: ['3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10'] });
/** In an address an aktor is never a fødselsnummer. */
const aktorId = uuid('Id-en til en person eller integrasjon. Et fødselsnummer kan ikke stå i en adresse.');
const privilegium = z.string().max(100).meta({ description: 'Tilgangen', examples: ['INNSYN.INDEX.MAPPE'] });
export const TilgangBody = z.strictObject({ aktor, privilegium }).meta({ title: 'NyTilgang' });
export type TilgangBody = z.output<typeof TilgangBody>;
export const TilgangQuery = z.strictObject({ aktor: aktorId, privilegium });
export type TilgangQuery = z.output<typeof TilgangQuery>;
export const AutorisertQuery = z.strictObject({ aktor: aktorId, privilegium, ressurs: uuid('Ressursen') });
export type AutorisertQuery = z.output<typeof AutorisertQuery>;
export const TilgangerQuery = z.strictObject({ aktor: aktorId.optional(), ...pageFieldsOf(500) });
export type TilgangerQuery = z.output<typeof TilgangerQuery>;
export const AutorisasjonerQuery = z.strictObject({
  aktor: aktorId.optional(),
  privilegium: privilegium.optional(),
  type: z.string().max(100).optional().meta({ description: 'Ressurstypen' }),
  forelderRessurs: uuid('Søket gjelder bare denne ressursen og ressursene under den').optional(),
  arvPrivilegier: flag(true, 'Om søket tar med arvede tilganger'),
  maksDybde: optionalWholeNumber(0, 9, 'Største antall nivåer under forelderRessurs'),
  // A page of 250 has about 150 kB.
  ...cursorFieldsOf(250),
});
export type AutorisasjonerQuery = z.output<typeof AutorisasjonerQuery>;

const ressursType = z.string().max(50).meta({ description: 'Ressurstypen', examples: ['INNSYN'] });
export const TypeQuery = z.strictObject({ type: ressursType.optional() });
export type TypeQuery = z.output<typeof TypeQuery>;
export const RessurserQuery = TypeQuery.extend(cursorFieldsOf(250));
export type RessurserQuery = z.output<typeof RessurserQuery>;
export const SynligeQuery = z.strictObject({
  parent: uuid('Bare denne ressursen og ressursene under den').optional(),
  ressursType: ressursType.optional(),
  privilegier: repeatable(privilegium),
  ...cursorFieldsOf(500),
});
export type SynligeQuery = z.output<typeof SynligeQuery>;
export const OversiktBody = z.strictObject({
  ressurser: z.array(uuid('Ressursen')).min(1).max(100),
  privilegium,
  ressursType,
  ekskluderAktorer: z.array(uuid('Id-en til en person eller integrasjon som ikke skal telles')).max(100).optional(),
});
export type OversiktBody = z.output<typeof OversiktBody>;
export const TilgangerBody = z.strictObject({ requests: z.array(TilgangBody).min(1).max(100) });
export type TilgangerBody = z.output<typeof TilgangerBody>;

const ressursnavn = z.string().min(2).max(200).meta({ description: 'Navnet på ressursen', examples: ['Innsyn'] });
export const RessursBody = z.strictObject({ forelderRessurs: uuid('Ressursen over'), type: ressursType, navn: ressursnavn });
export type RessursBody = z.output<typeof RessursBody>;
export const NavnBody = z.strictObject({ navn: ressursnavn });
export const FlyttBody = z.strictObject({ nyForeldreRessurs: uuid('Den nye ressursen over') });

/** Parses an `aktor`: eleven digits are a fødselsnummer, anything else is the UUID of an integration or a person. */
const aktorReference = (aktor: string): AktorReference =>
  /^\d{11}$/.test(aktor) ? { fnr: fodselsnumre.parse(aktor) } : { id: parseUuid(aktor) };

/** Parses a privilege of a body or a query. A refusal names the field, below `path`. */
export const privilegiumOf = (text: string, path = '') => inField(`${path}privilegium`, () => parsePrivilegium(text));
/** Parses a tilgang of a body, as `privilegiumOf`. */
export const tilgangOf = ({ aktor, privilegium }: TilgangBody, path = '') => ({
  aktor: inField(`${path}aktor`, () => aktorReference(aktor)),
  privilegium: privilegiumOf(privilegium, path),
});

const idDescription = 'Id-en til en integrasjon eller en person, til bruk i adresser';

/** A permission that is granted directly on a ressurs, not inherited. */
export class Tilgang {
  @Field({ description: 'Id-en til en integrasjon eller en person. Administratorer og plattformen ser fødselsnummeret til personen i stedet.' })
  aktor!: string;
  @Field({ description: idDescription, format: 'uuid' })
  aktorId!: string;
  @Field({ example: 'ADMIN' })
  privilegium!: string;
  @Field({ format: 'uuid' })
  ressurs!: string;
}
/** One ressurs on the path from the organisation to the ressurs. */
export class PathRessurs {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'INNSYN' })
  type!: string;
  @Field({ example: 'Innsyn' })
  navn!: string;
}
/** A permission as it applies on a ressurs, granted there or inherited from a parent. */
export class AutorisasjonAnswer {
  @Field()
  aktor!: string;
  @Field({ description: idDescription, format: 'uuid' })
  aktorId!: string;
  @Field({ example: 'ADMIN' })
  privilegium!: string;
  @Field({ description: 'Nivået der tilgangen er gitt. Organisasjonen er nivå 0.' })
  privilegiumNiva!: number;
  @Field({ format: 'uuid' })
  ressurs!: string;
  @Field()
  ressursNiva!: number;
  @Field({ example: 'Innsyn' })
  ressursNavn!: string;
  @Field({ example: 'INNSYN' })
  type!: string;
  @Field({ type: PathRessurs, isArray: true })
  path!: PathRessurs[];
}

/** A ressurs and the path to it from the organisation. */
export class Ressurs extends PathRessurs {
  @Field({ type: PathRessurs, isArray: true, description: 'Ressursene over, fra organisasjonen og nedover' })
  path!: PathRessurs[];
}

/** A ressurs as it is made, with the one above it. */
export class RessursMedForelder extends PathRessurs {
  @Field({ format: 'uuid' })
  forelder!: string;
}
export class SynligRespons {
  @Field({ type: PathRessurs, isArray: true })
  ressurser!: PathRessurs[];
}
export class RessursTilgang {
  @Field({ format: 'uuid' })
  ressurs!: string;
  @Field({ example: 'ADMIN' })
  privilegium!: string;
  @Field()
  antallPersoner!: number;
  @Field()
  antallIntegrasjoner!: number;
  @Field({ description: 'Alltid 0, fordi tjenesten ikke har eksterne brukere' })
  antallEksterneBrukere!: number;
  @Field({ description: 'Alltid 0, fordi tjenesten ikke har eksterne grupper' })
  antallEksterneGrupper!: number;
  @Field()
  antallTotalt!: number;
}
export class TilgangOppsummering {
  @Field({ type: RessursTilgang, isArray: true })
  ressurser!: RessursTilgang[];
  @Field({ example: 'INNSYN' })
  type!: string;
}
export class TilgangerGitt {
  @Field({ type: Tilgang, isArray: true })
  tilgangerGitt!: Tilgang[];
}

/** The tilganger on all resources of a type. */
export class TypeTilgang {
  @Field({ example: 'INNSYN' })
  ressursType!: string;
  @Field({ type: Tilgang, isArray: true })
  tilganger!: Tilgang[];
}
export class TypeTilgangForAktor {
  @Field()
  aktor!: string;
  @Field({ example: 'INNSYN' })
  ressursType!: string;
  @Field({ example: 'ADMIN' })
  privilegium!: string;
}
/** The catalogue of tilganger, by the type of resource. */
@ApiExtraModels(Privilegium)
export class PrivilegiumMap {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'array', items: { $ref: getSchemaPath(Privilegium) } } })
  privilegier!: Record<string, Privilegium[]>;
}

// Built field by field, because `shape` would take most of the time of a page.

const pathRessurs = ({ id, type, navn }: RessursPath['ressurs']): PathRessurs => ({ id, type, navn });
const pathOf = ({ foreldre }: Pick<RessursPath, 'foreldre'>): PathRessurs[] => [...foreldre].reverse().map(pathRessurs);
export const ressursAnswer = (found: RessursPath): Ressurs => Object.assign(pathRessurs(found.ressurs), { path: pathOf(found) });
export const autorisasjonAnswer = (held: Shown<Autorisasjon>): AutorisasjonAnswer => ({
  aktor: held.aktor,
  aktorId: held.aktorId,
  privilegium: held.privilegium,
  privilegiumNiva: held.privilegiumNiva,
  ressurs: held.ressurs.id,
  ressursNiva: held.ressursNiva,
  ressursNavn: held.ressurs.navn,
  type: held.ressurs.type,
  path: pathOf(held),
});
