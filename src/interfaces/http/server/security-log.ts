import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SecurityLog } from '../../../application/commands/security-log.js';
import { actorReference } from '../../../application/ports/actor.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import { addressOf } from './client-address.js';

/** The statuses that get a line in the security log. */
const logged: readonly number[] = [401, 403, 429];

/** Logs each refused request and each failed login. Waits for the rest of the lines when the server closes. */
export function logRefusals(fastify: FastifyInstance, log: SecurityLog): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (logged.includes(reply.statusCode) || request.failedLogin !== undefined) log.refused(refusedOf(request, reply));
    done(null, payload);
  });
  fastify.addHook('onClose', (_, done) => {
    log.flush();
    done();
  });
}

function refusedOf(request: FastifyRequest, { statusCode }: FastifyReply) {
  const { method, routeOptions, refusal, failedLogin, actor = request.searchSubject?.actor, id } = request;
  return {
    status: statusCode,
    kode: refusal?.kode ?? 'INNLOGGING_FEILET',
    metode: method,
    rute: routeOptions.url,
    aktor: actor && actorReference(actor),
    integrasjon: failedLogin,
    grunn: refusal?.thrown instanceof NotAuthenticated ? refusal.thrown.grunn : undefined,
    leverandor: actor?.kind === 'virksomhet' ? actor.leverandor : undefined,
    fra: addressOf(request),
    foresporsel: id,
  };
}
