import type { z } from 'zod';
import { SvarUtUnavailable } from '../../application/ports/svarut-forsendelser.js';
import { parseExactJson } from '../../domain/values/exact-json.js';

/** The addresses of SvarUt and the credentials of this service there. */
export interface SvarUtAccess {
  /** Base URL of SvarUt, such as `https://svarut.ks.no/api`. */
  readonly svarUtUrl: string;
  /** Base URL of the configuration of accounts, such as `https://api.fiks.ks.no`. */
  readonly fiksUrl: string;
  readonly integrasjonId: string;
  readonly integrasjonPassord: string;
  /** A Maskinporten token for the scope `ks:fiks`, with some seconds left to live. */
  token(): Promise<string>;
}

/** The timeout of one call, in ms. */
const requestTimeoutMs = 30_000;

/** Calls SvarUt as an integration (integrations.md 2.1): every call with token, integration id and password. */
export class SvarUtApi {
  constructor(private readonly access: SvarUtAccess) {}

  /** Sends a GET to SvarUt, or a POST when there is a body. Undefined on 404. Rejects with `SvarUtUnavailable`. */
  svarUt<T>(path: string, answer: z.ZodType<T>, body?: object): Promise<T | undefined> {
    return this.ask(`${this.access.svarUtUrl}${path}`, answer, body);
  }

  /** Sends a GET to the configuration of accounts. Undefined on 404. Rejects with `SvarUtUnavailable`. */
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
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new SvarUtUnavailable(`SvarUt svarte ${response.status}`);
      }
      return answer.parse(parseExactJson(await response.text()));
    } catch (error) {
      // The message tells only that the call failed, because SvarUt's own text may name persons.
      throw error instanceof SvarUtUnavailable ? error : new SvarUtUnavailable('SvarUt svarte ikke slik det skal', { cause: error });
    }
  }
}
