import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import type { Uuid } from '../../domain/values/uuid.js';
import type { Role } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { actorReference, type Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Lesinger, type Leseomrade } from './lesinger.js';

/** The question of a reading: its filters by name. */
export interface Sporsmal extends Readonly<Record<string, unknown>> {
  /** The period, in ISO 8601. */
  readonly fra?: string | undefined;
  readonly til?: string | undefined;
}

/** The way to an organisation's record: those who may read it, and a note of each reading. */
@Injectable()
export class Revisjonsadgang {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly lesinger: Lesinger,
    private readonly clock: Clock,
  ) {}

  /** Refuses an actor that is no administrator or auditor of the organisation. Returns the roles of the actor in the organisation. */
  require(actor: Actor, fiksOrg: string): Promise<ReadonlySet<Role>> {
    return this.organisations.requireReading(actor, 'revisjonsspor', fiksOrg);
  }

  /** Refuses as `require` does, and notes the reading. Returns the roles of the actor in the organisation. */
  async open(request: CommandRequest, fiksOrg: string, omrade: Leseomrade, sporsmal?: Sporsmal): Promise<ReadonlySet<Role>> {
    const roles = await this.require(request.actor, fiksOrg);
    await this.note(request, fiksOrg, omrade, sporsmal);
    return roles;
  }

  /**
   * Notes a reading by an actor that may read. Comes after what can refuse the question, and before the answer: it throws
   * `StoreUnavailable` when the note cannot be stored, so that nobody is answered without one.
   */
  async note({ actor, correlationId }: CommandRequest, fiksOrg: string, omrade: Leseomrade, { fra, til, ...filtre }: Sporsmal = {}): Promise<void> {
    await this.lesinger.write({
      id: uuidv4() as Uuid,
      fiksOrg,
      tidspunkt: this.clock.now(),
      leser: actorReference(actor),
      omrade,
      filtre: Object.keys(filtre).filter((name) => filtre[name] !== undefined),
      ...(fra !== undefined && { fra }),
      ...(til !== undefined && { til }),
      requestId: correlationId,
    });
  }
}
