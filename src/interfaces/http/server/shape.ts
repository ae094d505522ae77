import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, plainToInstance, Type as Nested } from 'class-transformer';
import type { Role } from '../../../application/commands/access.js';
import type { DocumentPage } from '../../../application/ports/documents.js';
import type { PageRequest } from '../../../application/ports/page.js';

type FieldOptions = ApiPropertyOptions & {
  /** Only these roles see the field; default everyone who gets the answer. */
  readonly seenBy?: readonly Role[];
};

/** A field of an answer: documented, and let out. What has no `@Field` never leaves. */
export function Field({ seenBy, ...told }: FieldOptions = {}): PropertyDecorator {
  const type = told.type as unknown;
  const nested = typeof type === 'function' && ![String, Number, Boolean, Object].includes(type as never);
  return applyDecorators(
    ApiProperty(told),
    Expose(seenBy ? { groups: [...seenBy] } : {}),
    ...(nested ? [Nested(() => type)] : []),
  );
}

/** The answer as its class shapes it for these roles. */
export const shape = <T extends object>(answer: Type<T>, value: unknown, roles: ReadonlySet<Role> = new Set()): T =>
  plainToInstance(answer, value, { excludeExtraneousValues: true, exposeUnsetFields: false, groups: [...roles] });

/** A page of a list, in the manner of KS Fiks' searches. */
export class Listing {
  @Field({ description: 'Antall treff i alt', example: 1 })
  antallTreff!: number;
  @Field({ example: 0 })
  forespurtFra!: number;
  @Field({ example: 50 })
  forespurtAntall!: number;
}

/** The class of a page of these. */
export function listingOf<T extends object>(item: Type<T>): Type<Listing & { treff: T[] }> {
  class ListingOf extends Listing {
    @Field({ type: item, isArray: true })
    treff!: T[];
  }
  Object.defineProperty(ListingOf, 'name', { value: `${item.name}liste` });
  return ListingOf;
}

/** The value of a page: what was found, and what was asked for. */
export const listing = <D, T>({ documents, total }: DocumentPage<D>, page: PageRequest, each: (data: D) => T) => ({
  antallTreff: total,
  forespurtFra: page.fra,
  forespurtAntall: page.antall,
  treff: documents.map(({ data }) => each(data)),
});
