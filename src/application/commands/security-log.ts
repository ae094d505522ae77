import { Injectable, Logger } from '@nestjs/common';
import type { EventType } from '../../domain/index.js';
import { actorReference } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import type { Append } from '../ports/event-store.js';
import type { CommandRequest } from './decision.js';

const logger = new Logger('Sikkerhet');

/** The events that change a password, a role or an access, and what else decides who gets in. */
export const securityEvents: ReadonlySet<string> = new Set<EventType>([
  'AdministratorAppointed',
  'AdministratorDismissed',
  'RevisorAppointed',
  'RevisorDismissed',
  'TjenesteadministratorAdded',
  'TjenesteadministratorRemoved',
  'IntegrationCreated',
  'IntegrationChanged',
  'IntegrationDeleted',
  'IntegrationPasswordGenerated',
  'IntegrationAttached',
  'IntegrationDetached',
  'AccessGranted',
  'AccessRevoked',
]);

/**
 * Logs the events of an append that are `securityEvents`, a line each. Call after the append. A line may be lost in a crash:
 * the audit trail is the record. What no request has caused, such as the examples, gets no line.
 */
export function logSecurityEvents({ stream, events }: Append, { actor, onBehalfOf, address, correlationId }: CommandRequest): void {
  if (address === undefined) return;
  for (const { type, data } of events) {
    if (!securityEvents.has(type)) continue;
    const { personId, undertjeneste, privilegium, tilganger } = data as Readonly<Record<string, string | undefined>> & { readonly tilganger?: readonly string[] };
    logger.log(
      lineOf({
        hendelse: type,
        aktor: actorReference(actor),
        paVegneAv: onBehalfOf,
        fra: address,
        fiksOrgId: stream.tenant,
        gjelder: personId === undefined ? `${stream.aggregate}:${stream.id}` : `person:${personId}`,
        undertjeneste,
        privilegium,
        tilganger,
        foresporsel: correlationId,
      }),
    );
  }
}

/** A refused request. Holds references only: no fødselsnummer, token or address of a resource. */
export interface Refused {
  /** The response's status. */
  readonly status: number;
  readonly kode: string;
  readonly metode: string;
  /** The pattern of the route, such as `/innsyn-index/api/v2/indexRequest`; undefined when there is none. */
  readonly rute: string | undefined;
  /** The actor reference of the caller; undefined when unknown. */
  readonly aktor: string | undefined;
  /** The id of the integration that the caller tried to log in as. */
  readonly integrasjon: string | undefined;
  /** The claim or the part of the token that is wrong; undefined for another refusal. */
  readonly grunn?: string | undefined;
  /** The orgnr of the supplier that calls on the actor's behalf; undefined for none. */
  readonly leverandor?: string | undefined;
  /** The client's IP address. */
  readonly fra: string;
  /** The request id. */
  readonly foresporsel: string;
}

const windowMs = 60_000;
/** The most lines of one status from one address in a window, and of all. The rest are counted, and the count is logged. */
const maxLines = 10;
const maxAllLines = 1000;

/** Logs refused requests, as a line of JSON each, in a bounded number of lines a minute. */
@Injectable()
export class SecurityLog {
  private from = -Infinity;
  private lines = 0;
  private refusals = new Map<string, { readonly fra: string; readonly status: number; lines: number; more: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clock: Clock) {}

  refused(refused: Refused): void {
    const now = Date.parse(this.clock.now());
    if (now < this.from || now >= this.from + windowMs) {
      this.flush();
      this.from = now;
    }
    const { status, fra } = refused;
    // Addresses that come when there are no lines left count as one, so the lines bound the map.
    const own = `${status} ${fra}`;
    const key = this.lines < maxAllLines || this.refusals.has(own) ? own : String(status);
    const seen = this.refusals.get(key) ?? { status, fra: key === own ? fra : 'andre adresser', lines: 0, more: 0 };
    this.refusals.set(key, seen);
    if (this.lines === maxAllLines || seen.lines === maxLines) {
      seen.more++;
      this.timer ??= setTimeout(() => { this.flush(); }, windowMs).unref();
      return;
    }
    this.lines++;
    seen.lines++;
    logger.warn(lineOf({ hendelse: 'AVVIST', ...refused }));
  }

  /** Logs the number of refusals that got no line, and begins a new window. Call before the process ends. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const refusals = this.refusals;
    this.refusals = new Map();
    this.lines = 0;
    this.from = -Infinity;
    for (const { status, fra, more } of refusals.values()) if (more > 0) logger.warn(lineOf({ hendelse: 'AVVIST_FLERE', status, fra, antall: more }));
  }
}

/** One line of JSON. Leaves out eleven digits in a row, because a client may have put a fødselsnummer in its `X-Request-Id`. */
const lineOf = (entry: object): string => JSON.stringify(entry).replace(/(?<![\da-f])\d{11}(?![\da-f])/g, '[11 sifre]');
