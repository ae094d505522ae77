/** The parts of the world that the service can run without. Each is named as a user would. */
export const deler = ['Signering', 'Eiendomsregisteret', 'Rolleregisteret', 'SvarUt'] as const;
export type Del = (typeof deler)[number];

/** The operator has not connected this part of the world, so what needs it cannot be done here. */
export class NotSetUp extends Error {
  constructor(readonly del: Del) {
    super(`${del} er ikke satt opp i denne tjenesten.`);
    this.name = 'NotSetUp';
  }
}

/** A register of the world does not answer. The caller tries again later. Its message is for the log, and names no person. */
export class RegisterUnavailable extends Error {
  constructor(
    readonly del: Del,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RegisterUnavailable';
  }
}

/** The answer of a register, and no entries when it is not set up. For what is useful without it. */
export async function noneUnlessSetUp<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NotSetUp) return [];
    throw error;
  }
}
