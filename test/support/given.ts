import { decide, fold, type AnyDecider, type CommandOf, type EventOf } from '../../src/domain/kernel/decider.js';
import { DomainError, type RefusalKind } from '../../src/domain/kernel/domain-error.js';
import type { Context } from '../../src/domain/organisation-status.js';
import type { OrganisationStatus } from '../../src/domain/organisation-status.js';
import { parseInstant } from '../../src/domain/values/instant.js';

/** The status of a kommune that has signed the tjenestevedlegg, so its undertjenester are open. */
export const openStatus: OrganisationStatus = {
  type: 'KOMMUNE',
  harHovedavtale: true,
  tjenestevedleggSigned: true,
  isAdministrator: () => true,
  isTjenesteadministrator: () => false,
  isRevisor: () => false,
  integrationHolds: () => true,
  hasIntegration: () => true,
};

export const openContext: Context = {
  now: parseInstant('2026-11-23T12:00:00Z'),
  actor: 'person:kari',
  tenant: '4f5c2a70-8f6b-4f4a-9f5e-3f0f7f1a0a02',
  organisation: openStatus,
};

/** The context of a kommune with hovedavtale that has not signed the tjenestevedlegg yet. */
export const unopenedContext: Context = { ...openContext, organisation: { ...openStatus, tjenestevedleggSigned: false } };

/**
 * Tests a decider: `given(events).when(command).then(events)`, `.thenNothing()` or `.thenRefused(kind, code)`. `then` also
 * repeats the command, which must produce no events or be refused.
 */
export function given<D extends AnyDecider>(
  decider: D,
  events: readonly EventOf<D>[],
  overrides: Partial<Context> = {},
) {
  const context = { ...openContext, ...overrides };
  return {
    when(command: CommandOf<D>) {
      const outcome = attempt(decider, events, command, context);
      return {
        then(expected: readonly EventOf<D>[]): void {
          expect(outcome).toStrictEqual(expected);
          const again = attempt(decider, [...events, ...expected], command, context);
          if (!(again instanceof DomainError)) expect(again).toStrictEqual([]);
        },
        thenNothing(): void {
          expect(outcome).toStrictEqual([]);
        },
        thenRefused(kind: RefusalKind, code: string): void {
          expect(outcome).toBeInstanceOf(DomainError);
          expect(outcome).toEqual(refusal(kind, code));
        },
      };
    },
  };
}

/** A matcher for `toThrow`: a refusal with this kind and code, and a text of whole sentences that begins with `detail`. */
export const refusal = (kind: RefusalKind, code: string, detail = ''): Error =>
  expect.objectContaining({ name: 'DomainError', kind, code, detail: expect.stringMatching(sentences) as unknown, message: expect.stringContaining(`${code}: ${detail}`) as unknown }) as Error;
const sentences = /^[A-ZÆØÅ«].*\.$/s;

/** The events that a command produces, or its refusal. Rethrows any other error. */
export function attempt<D extends AnyDecider>(
  decider: D,
  events: readonly EventOf<D>[],
  command: CommandOf<D>,
  context: Context,
): readonly EventOf<D>[] | DomainError {
  try {
    return decide(decider, fold(decider, events), command, context);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
