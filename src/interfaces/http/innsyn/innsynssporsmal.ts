import { applyDecorators, createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { ViaIntegrasjon, Innsynssporsmal } from '../../../application/innsyn/innsyn.js';
import type { Caller } from '../../../application/commands/failed-attempts.js';
import { IntegrasjonLogin } from '../../../application/use-cases/integrasjon-login.js';
import type { Actor } from '../../../application/ports/actor.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import type { Organisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { FiksEndpoint } from '../server/endpoint.js';
import { IntegrasjonRefused } from '../server/problem.filter.js';
import type { RequestContext } from '../server/request-context.js';

/** The purpose that is logged when an integration sends no `Innsyn-Formal`. */
const defaultFormal = 'Innbyggeren har selv logget inn og bedt om innsyn i egne opplysninger (personvernforordningen artikkel 15).';

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Reads a header as UTF-8 where it is that, because Node reads every header as Latin-1. curl and many clients send UTF-8. */
function textOf(header: string | undefined): string | undefined {
  try {
    return header === undefined ? undefined : utf8.decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}

/** The headers of an integration that searches on behalf of a citizen with the citizen's token. */
export interface IntegrasjonHeaders {
  readonly id: string | undefined;
  readonly passord: string | undefined;
  readonly formal: string | undefined;
}
export const IntegrasjonCredentials = createParamDecorator((_: unknown, context: ExecutionContext): IntegrasjonHeaders => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const one = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { id: one('integrasjonid'), passord: one('integrasjonpassord'), formal: textOf(one('innsyn-formal')) };
});

/** A KS Fiks endpoint for a citizen, or an integration on behalf of a citizen. Documents the headers of the integration. */
export const InnsynEndpoint = (told: Omit<Parameters<typeof FiksEndpoint>[0], 'callers'>): MethodDecorator =>
  applyDecorators(
    FiksEndpoint({ ...told, callers: 'sokere' }),
    ...[
      { name: 'IntegrasjonId', description: 'Integrasjonen som søker på vegne av innbyggeren. Må være med når innbyggeren er logget inn gjennom systemet til en virksomhet (`consumer` i tokenet).' },
      { name: 'IntegrasjonPassord', description: 'Passordet til integrasjonen' },
      { name: 'Innsyn-Formal', description: 'Formålet med søket, og hjemmelen. Innbyggeren leser teksten i innsynsloggen sin.' },
    ].map((one) => ApiHeader({ ...one, required: false, schema: { type: 'string' } })),
  );

const isUuid = /^[0-9a-f-]{36}$/i;

/** Reads the subject of a search from a request: the citizen, the organisation she acts for, and the integration. */
@Injectable()
export class InnsynssporsmalReader {
  constructor(private readonly login: IntegrasjonLogin) {}

  /**
   * Throws `IntegrasjonRefused` when the integration's id or password is wrong, or when the citizen logged in through another
   * virksomhet than the integration is authorised for. The error does not say which.
   */
  async fromRequest({ actor, request, caller }: RequestContext, headers: IntegrasjonHeaders, onBehalfOf?: Organisasjonsnummer): Promise<Innsynssporsmal> {
    const viaIntegrasjon = await this.authenticate(actor, headers, request.correlationId, caller);
    return { actor, ...(onBehalfOf !== undefined && { onBehalfOf }), ...(viaIntegrasjon && { viaIntegrasjon }) };
  }

  private async authenticate(actor: Actor, { id, passord, formal }: IntegrasjonHeaders, requestId: string, caller: Caller): Promise<ViaIntegrasjon | undefined> {
    if (id === undefined && passord === undefined) return undefined;
    const consumer = actor.kind === 'person' ? actor.consumer : undefined;
    const known = id !== undefined && passord !== undefined && isUuid.test(id) ? await this.login.authenticate(id.toLowerCase(), passord, consumer, caller) : undefined;
    if (!known) throw new IntegrasjonRefused(String(id).slice(0, 36));
    return { integrasjonId: known.id, formal: parseFormal(formal), requestId };
  }
}

/**
 * Validates the purpose for the citizen's log. Refuses six digits in a row, because they could be part of a personal number
 * and the log must not reveal what was searched for.
 */
export function parseFormal(text = defaultFormal): string {
  if (!/^[\p{L}\p{N}\p{P} §]{1,200}$/u.test(text) || /\p{Nd}{6}/u.test(text))
    refuse('invalid', 'UGYLDIG_FORMAL', 'Innsyn-Formal må ha 1 til 200 tegn: formål og hjemmel i klartekst, uten personopplysninger.', 'Innsyn-Formal');
  return text;
}
