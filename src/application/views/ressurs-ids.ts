import { v5 as uuidv5 } from 'uuid';
import { tjenestekode, type Ressurser, type Tjenestekode } from '../../domain/tjeneste.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';

/** Namespace of resource ids. A resource's id follows from its organisation and code, so it never has to be looked up. */
const namespace = '0f4f0f4c-6b7a-4d0b-8a57-4f0a6f9d2c31';

/** The resource of a service in an organisation. The organisation's own resource is its fiksOrgId. */
export const ressursId = (fiksOrgId: string, kode: Tjenestekode): string => uuidv5(`${fiksOrgId}/${kode}`, namespace);

/** All service codes: Min kommune and its undertjenester. */
export const tjenestekoder: readonly Tjenestekode[] = [tjenestekode, ...undertjenester];

/** The resources that taking Min kommune in use creates in an organisation. */
export const ressurserFor = (fiksOrgId: string): Ressurser =>
  Object.fromEntries(tjenestekoder.map((kode) => [kode, ressursId(fiksOrgId, kode)])) as Ressurser;
