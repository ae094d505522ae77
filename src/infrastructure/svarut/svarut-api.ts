import type { z } from 'zod';
import { SvarUtUnavailable } from '../../application/ports/svarut-forsendelser.js';

/** Where SvarUt is, and what we show there. */
export interface SvarUtAccess {
  /** SvarUt itself, such as `https://svarut.ks.no/api`. */
  readonly svarUtUrl: string;
  /** The configuration of its accounts, such as `https://api.fiks.ks.no`. */
  readonly fiksUrl: string;
  readonly integrasjonId: string;
  readonly integrasjonPassord: string;
  /** A Maskinporten token for scope `ks:fiks`, good for some time yet. */
  token(): Promise<string>;
}

/** How long a call may take, in ms. */
const patience = 30_000;

/** Calls SvarUt as an integration (integrations.md 2.1): every call with token, integration id and password. */
export class SvarUtApi {
  constructor(private readonly access: SvarUtAccess) {}

  /** The answer to a question to SvarUt, or undefined when it knows nothing of what was asked for (404). */
  svarUt<T>(path: string, answer: z.ZodType<T>, body?: object): Promise<T | undefined> {
    return this.ask(`${this.access.svarUtUrl}${path}`, answer, body);
  }

  /** The answer to a question to the configuration of accounts. */
  konfigurasjon<T>(path: string, answer: z.ZodType<T>): Promise<T | undefined> {
    return this.ask(`${this.access.fiksUrl}/svarut-konfigurasjon/api/v1${path}`, answer);
  }

  private async ask<T>(url: string, answer: z.ZodType<T>, body?: object): Promise<T | undefined> {
    const { integrasjonId, integrasjonPassord } = this.access;
    try {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        headers: {
          Authorization: `Bearer ${await this.access.token()}`,
          IntegrasjonId: integrasjonId,
          IntegrasjonPassord: integrasjonPassord,
          Accept: 'application/json',
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patience),
      });
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new SvarUtUnavailable(`SvarUt svarte ${response.status}`);
      }
      return answer.parse(await response.json());
    } catch (error) {
      // What SvarUt says of an error may name persons: only that there was one goes further.
      throw error instanceof SvarUtUnavailable ? error : new SvarUtUnavailable('SvarUt svarte ikke slik det skal', { cause: error });
    }
  }
}
