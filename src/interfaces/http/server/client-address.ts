import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { isIPv4 } from 'node:net';
import type { Caller } from '../../../application/commands/failed-attempts.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The id of the integration that the request failed to log in as. */
    failedLogin?: string;
  }
}

/**
 * The network that an IP address is counted as: the address itself, or the /64 of an IPv6 address, because one customer has all
 * of it. All texts that are no address count as one.
 */
export function networkOf(ip: string): string {
  if (isIPv4(ip)) return ip;
  // Some proxies add the port in X-Forwarded-For.
  const [, v6, v4] = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/.exec(ip) ?? [];
  const bare = v6 ?? v4 ?? ip;
  if (!ipaddr.isValid(bare)) return 'ukjent';
  const address = ipaddr.process(bare);
  return address instanceof ipaddr.IPv6 ? `${address.parts.slice(0, 4).map((part) => part.toString(16)).join(':')}::/64` : address.toString();
}

/** The longest IPv6 address. A trusted proxy may pass on any text of its client. */
const maxAddressLength = 45;

/** The client's address, for the security log. */
export const addressOf = ({ ip }: FastifyRequest): string => ip.slice(0, maxAddressLength);

/** The caller of a request, for the login of an integration. */
export const callerOf = (request: FastifyRequest): Caller => ({
  address: networkOf(request.ip),
  failed: (integrasjonId) => {
    request.failedLogin = integrasjonId;
  },
});
