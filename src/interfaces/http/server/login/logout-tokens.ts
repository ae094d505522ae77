import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { LoginFailed } from '../../../../application/innlogging/person-login.js';
import type { Innlogging } from '../../../../application/innlogging/innlogging.js';
import { readBody } from '../request-body.js';

const log = new Logger('Innlogging');
/** The largest logout token with its form, in bytes. */
const bodyLimit = 16 << 10;

/**
 * Takes logout tokens from the issuers (OpenID Connect Back-Channel Logout 1.0). They come as a form, which no other route reads,
 * so the route is registered apart from the controllers.
 */
export async function takeLogoutTokens(fastify: FastifyInstance, innlogging: () => Innlogging): Promise<void> {
  await fastify.register((apart, _options, done) => {
    apart.removeAllContentTypeParsers();
    apart.addContentTypeParser('application/x-www-form-urlencoded', async (_request: unknown, payload: Parameters<typeof readBody>[0]) => new URLSearchParams((await readBody(payload, bodyLimit)).toString('utf8')));
    apart.post('/innlogging/utlogget', { config: { authenticator: 'none' }, bodyLimit }, async (request, reply) => {
      const token = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null;
      try {
        await innlogging().endByToken(token ?? '');
        return await reply.send();
      } catch (error) {
        if (!(error instanceof LoginFailed)) throw error;
        log.warn(`Et utloggingstoken er ikke tatt imot: ${error.fault}${typeof error.cause === 'string' ? ` (${error.cause})` : ''}, forespørsel ${request.id}`);
        return reply.status(error.fault === 'SVARER_IKKE' ? 503 : 400).send({ error: 'invalid_request' });
      }
    });
    done();
  });
}
