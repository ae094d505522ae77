import { randomUUID } from 'node:crypto';
import type { Append, NewEvent } from '../../src/application/ports/event-store.js';

const tenants = Array.from({ length: 372 }, () => randomUUID());

/** An append of one published driftsmelding to a new stream: about 300 bytes of data and 350 of metadata. */
export function published(n: number, tenant: string = tenants[n % tenants.length]!): Append {
  return { stream: { aggregate: 'driftsmelding', tenant, id: randomUUID() }, expected: 'none', events: [event(n, tenant)] };
}

export const event = (n: number, tenant: string, type = 'DriftsmeldingPublished'): NewEvent => ({
  id: randomUUID(),
  type,
  data: {
    innhold: `Innlogging med ID-porten er ustabil akkurat nå. Vi jobber med saken. Melding nummer ${n}.`,
    kategori: 'FORSENDELSE',
    meldingType: 'ADVARSEL',
    startDato: '2026-11-23T08:00:00.000Z',
    sluttDato: '2026-11-24T08:00:00.000Z',
    url: 'https://www.bergen.kommune.no/drift',
    urlTekst: 'Les mer om driften',
  },
  metadata: {
    commandId: randomUUID(),
    commandDigest: 'x'.repeat(43),
    correlationId: randomUUID(),
    causationId: randomUUID(),
    actor: `person:${tenant}`,
    tenant,
    time: '2026-11-23T08:00:00.000Z',
    schemaVersion: 1,
  },
});
