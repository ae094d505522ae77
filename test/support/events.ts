import type { EventMetadata } from '../../src/application/ports/event-store.js';

/** A tenant and metadata for events whose content does not matter. */
export const tenant = '7a0c6a2e-95a6-4b2f-8a52-0d4d6a7a3b11';
export const metadata: EventMetadata = {
  commandId: 'c',
  commandDigest: '',
  correlationId: '',
  causationId: '',
  actor: 'test:1',
  tenant,
  time: '2026-03-01T12:00:00.000Z',
  schemaVersion: 1,
};
