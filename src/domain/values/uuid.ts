import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** A UUID in its canonical form: lower case, with dashes. */
export type Uuid = Branded<string, 'Uuid'>;

/** Whether a text is a UUID in its canonical form. */
export const isUuid = (text: string): text is Uuid => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

export function parseUuid(text: string): Uuid {
  const uuid = text.toLowerCase();
  if (!isUuid(uuid))
    refuse('invalid', 'UGYLDIG_UUID', 'Id-en må være en UUID, for eksempel 3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10.');
  return uuid;
}
