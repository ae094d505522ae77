import { v5 as uuidv5 } from 'uuid';
import { tjenestekode, type Ressurser, type Tjenestekode } from '../../domain/tjeneste.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';

/** The namespace of resource ids. An id is derived from the organisation and the code, so it is never looked up. */
const namespace = '0f4f0f4c-6b7a-4d0b-8a57-4f0a6f9d2c31';

/** The id of a service's resource in an organisation. The organisation's own resource has its fiksOrgId as id. */
export const ressursId = (fiksOrgId: string, kode: Tjenestekode): string => uuidv5(`${fiksOrgId}/${kode}`, namespace);

/** All service codes: Min kommune and its undertjenester. */
export const tjenestekoder: readonly Tjenestekode[] = [tjenestekode, ...undertjenester];

/** The ids of the resources that an organisation gets when it takes Min kommune in use, by service code. */
export const ressurserFor = (fiksOrgId: string): Ressurser =>
  Object.fromEntries(tjenestekoder.map((kode) => [kode, ressursId(fiksOrgId, kode)])) as Ressurser;
