import { Injectable } from '@nestjs/common';
import type { Document } from '../ports/documents.js';
import type { LastChange } from '../views/projection.js';
import { Aktornavn } from './aktornavn.js';

/** A document as it is told: with its revision, and with the name of the actor that changed it last in place of the reference. */
export type Told<D> = D & { readonly revisjon: number };

/** Names those who made the last changes. */
@Injectable()
export class LastChanges {
  constructor(private readonly aktornavn: Aktornavn) {}

  /** The documents, as they are told. Looks up all names together. A document that nobody has changed has no name. */
  async tell<D extends Partial<LastChange>>(documents: readonly Pick<Document<D>, 'data' | 'revision'>[]): Promise<readonly Told<D>[]> {
    const nameOf = await this.aktornavn.known(documents.map(({ data }) => data.endretAv));
    return documents.map(({ data, revision }) => ({ ...data, revisjon: Number(revision), ...(data.endretAv !== undefined && { endretAv: nameOf(data.endretAv) }) }));
  }
}
