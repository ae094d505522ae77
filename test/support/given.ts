import { decide, fold, type AnyDecider, type CommandOf, type EventOf } from '../../src/domain/kernel/decider.js';
import { DomainError, type RefusalKind } from '../../src/domain/kernel/domain-error.js';
import type { Context } from '../../src/domain/organisation-status.js';
import type { OrganisationStatus } from '../../src/domain/organisation-status.js';
import { parseInstant } from '../../src/domain/values/instant.js';

/** A kommune that has signed the tjenestevedlegg: its undertjenester are open. */
export const openStanding: OrganisationStatus = {
  type: 'KOMMUNE',
  harHovedavtale: true,
  tjenestevedleggSigned: true,
  isAdministrator: () => true,
  isTjenesteadministrator: () => true,
  integrationHolds: () => true,
  hasIntegration: () => true,
};

export const openContext: Context = {
  now: parseInstant('2026-11-23T12:00:00Z'),
  actor: 'person:kari',
  organisation: openStanding,
};

/** A kommune with hovedavtale that has not signed the tjenestevedlegg yet. */
export const unopenedContext: Context = { ...openContext, organisation: { ...openStanding, tjenestevedleggSigned: false } };

/**
 * `given(events).when(command).then(events)`, `.thenNothing()` or `.thenRefused(kind, code)`. Each accepted command is
 * sent once more, and must then make nothing happen or be refused.
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

/** What `toThrow` shall find: a refusal in whole sentences for people, with this in them. */
export const refusal = (kind: RefusalKind, code: string, detail = ''): Error =>
  expect.objectContaining({ name: 'DomainError', kind, code, detail: expect.stringMatching(sentences) as unknown, message: expect.stringContaining(`${code}: ${detail}`) as unknown }) as Error;
const sentences = /^[A-ZÆØÅ«].*\.$/s;

/** What the command makes happen, or why it is refused. Any other error is a defect and goes on. */
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
