import { applyDecorators, Injectable } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IntegrasjonLogin } from '../../../application/use-cases/integrasjon-login.js';
import { AuthenticatedBy, Authenticator, BearerAuthenticator } from '../server/authentication.js';
import { callerOf } from '../server/client-address.js';
import { uuidParam } from '../server/input.js';
import { IntegrasjonRefused } from '../server/problem.filter.js';

/**
 * Authenticates an integration by its id, its password and a token of its `autorisertOrgnr`, and sets it as `request.actor`.
 * Throws `NotAuthenticated` without a valid token, and `IntegrasjonRefused` otherwise.
 */
@Injectable()
export class IntegrasjonAuthenticator extends Authenticator {
  constructor(
    private readonly bearer: BearerAuthenticator,
    private readonly login: IntegrasjonLogin,
  ) {
    super();
  }

  async authenticate(request: FastifyRequest): Promise<void> {
    await this.bearer.authenticate(request);
    const { integrasjonid, integrasjonpassord } = request.headers;
    const id = uuidParam.safeParse(integrasjonid);
    const orgnr = request.actor?.kind === 'virksomhet' ? request.actor.id : undefined;
    const passord = typeof integrasjonpassord === 'string' ? integrasjonpassord : '';
    const actor = id.success ? await this.login.authenticate(id.data, passord, orgnr, callerOf(request)) : undefined;
    if (!actor) throw new IntegrasjonRefused(id.success ? id.data : 'ukjent');
    request.actor = actor;
  }
}

/** Authenticates an integration when the request names one, and otherwise whoever the token is for. */
@Injectable()
export class PossibleIntegrasjonAuthenticator extends Authenticator {
  constructor(
    private readonly bearer: BearerAuthenticator,
    private readonly integrasjon: IntegrasjonAuthenticator,
  ) {
    super();
  }

  authenticate(request: FastifyRequest): Promise<void> {
    const { integrasjonid, integrasjonpassord } = request.headers;
    return (integrasjonid === undefined && integrasjonpassord === undefined ? this.bearer : this.integrasjon).authenticate(request);
  }
}

/** Lets integrations in to a controller beside others, and documents their headers. */
export const AlsoForIntegrasjoner = () =>
  applyDecorators(
    AuthenticatedBy(PossibleIntegrasjonAuthenticator),
    ApiHeader({ name: 'IntegrasjonId', required: false, description: 'Integrasjonens id, når en integrasjon spør' }),
    ApiHeader({ name: 'IntegrasjonPassord', required: false, description: 'Integrasjonens passord, når en integrasjon spør' }),
  );

/** Restricts a controller to integrations, and documents their headers. */
export const ForIntegrasjoner = () =>
  applyDecorators(
    AuthenticatedBy(IntegrasjonAuthenticator),
    ApiHeader({ name: 'IntegrasjonId', required: true, description: 'Integrasjonens id' }),
    ApiHeader({ name: 'IntegrasjonPassord', required: true, description: 'Integrasjonens passord' }),
  );
