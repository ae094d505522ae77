import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, plainToInstance, Type as Nested } from 'class-transformer';
import type { Role } from '../../../application/commands/access.js';
import type { DocumentPage } from '../../../application/ports/documents.js';
import type { PageRequest } from '../../../application/ports/page.js';

type FieldOptions = ApiPropertyOptions & {
  /** The roles that get the field. Default every recipient of the response. */
  readonly seenBy?: readonly Role[];
};

/** Documents a field of a response and exposes it. `shape` drops every field without `@Field`. */
export function Field({ seenBy, ...told }: FieldOptions = {}): PropertyDecorator {
  const type = told.type as unknown;
  const nested = typeof type === 'function' && ![String, Number, Boolean, Object].includes(type as never);
  return applyDecorators(
    ApiProperty(told),
    Expose(seenBy ? { groups: [...seenBy] } : {}),
    ...(nested ? [Nested(() => type)] : []),
  );
}

/** Builds a response of the class from a value: only its `@Field`s, and of these only the ones that the roles may see. */
export const shape = <T extends object>(answer: Type<T>, value: unknown, roles: ReadonlySet<Role> = new Set()): T =>
  plainToInstance(answer, value, { excludeExtraneousValues: true, exposeUnsetFields: false, groups: [...roles] });

/** The fields that tell of the last change of an item. */
export const lastChange = {
  revisjon: { description: 'Revisjonen. Send den i anførselstegn i If-Match når du endrer.', example: 3 },
  endret: { format: 'date-time', description: 'Tidspunktet for den siste endringen' },
  endretAv: { description: 'Navnet på den som gjorde den siste endringen', example: 'Syntetisk Administrator Bergen' },
} as const;

/** The paging fields of a list response, named as in the searches of KS Fiks. */
export class Listing {
  @Field({ description: 'Antall treff i alt', example: 1 })
  antallTreff!: number;
  @Field({ example: 0 })
  forespurtFra!: number;
  @Field({ example: 50 })
  forespurtAntall!: number;
}

/** Makes the class of a page of `item`, named `<item>liste` in the OpenAPI document. */
export function listingOf<T extends object>(item: Type<T>): Type<Listing & { treff: T[] }> {
  class ListingOf extends Listing {
    @Field({ type: item, isArray: true })
    treff!: T[];
  }
  Object.defineProperty(ListingOf, 'name', { value: `${item.name}liste` });
  return ListingOf;
}

/** Makes the value of a page from what was found and the page requested. */
export const listing = <D, T>(documents: readonly D[], { total }: Pick<DocumentPage<D>, 'total'>, page: PageRequest, each: (data: D) => T) => ({
  antallTreff: total,
  forespurtFra: page.fra,
  forespurtAntall: page.antall,
  treff: documents.map(each),
});
