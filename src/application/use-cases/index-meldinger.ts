import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { innsynsmelding, type EksponertFor } from '../../domain/innsynsmelding.js';
import { DomainError, Faults, type Fault } from '../../domain/kernel/domain-error.js';
import { meldingsfeil } from '../../domain/meldingsformat/meldingsformat.js';
import { requireOpen } from '../../domain/organisation-status.js';
import type { EksternRef } from '../../domain/values/ekstern-ref.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Meldingsversjon } from '../../domain/values/meldingstype.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { maySend } from '../commands/access.js';
import type { CommandRequest } from '../commands/decision.js';
import { ExecuteMany, type AddressedCommand } from '../commands/execute-many.js';
import { exposureOf } from '../commands/exposure.js';
import { documentId, meldingStream } from '../commands/melding-id.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { sealMetadata } from '../innsyn/sealing.js';
import { Clock } from '../ports/clock.js';
import { StoreUnavailable } from '../ports/event-store.js';
import { Persons } from '../ports/persons.js';
import { SubjectKeys } from '../ports/subject-keys.js';

/** The recipient of a message, as the sender gives it: a person by fødselsnummer. */
export type Mottaker =
  | Exclude<EksponertFor, { readonly type: 'FODSELSNUMMER' }>
  | { readonly type: 'FODSELSNUMMER'; readonly verdi: Fodselsnummer };

/** A message, as the sender gives it. `metadata` follows the schema of its `versjon`. */
export interface SentMelding {
  readonly fiksOrgId: Uuid;
  readonly meldingId: Uuid;
  readonly versjon: Meldingsversjon;
  readonly sikkerhetsniva: number;
  readonly eksponertFor: Mottaker;
  readonly eksternRef?: EksternRef;
  readonly tilgjengeligTil?: Instant;
  readonly kontoId?: Uuid;
  readonly metadata: object;
}

/** The number of new messages, and of messages that replaced an earlier one, with or without a change. */
export interface IndexedMeldinger {
  readonly opprettet: number;
  readonly oppdatert: number;
  /** The log position to wait for; 0 when nothing changed. */
  readonly position: bigint;
}

/** The integration may not index this type of message in the organisation. Names the first such pair in the batch. */
export class IndexRefused extends DomainError {
  constructor(
    readonly integrasjonId: string,
    readonly fiksOrgId: string,
  ) {
    super('forbidden', 'INNSYN.INTEGRASJON_IKKE_AUTORISERT_FOR_INDEX', 'Integrasjonen har ikke tilgang til å indeksere meldinger av denne typen for organisasjonen.');
  }
}

/** The most bytes of one message's metadata, as JSON in UTF-8. */
export class MeldingLimit {
  constructor(readonly bytes: number) {}
}

/**
 * Indexes up to some thousand messages of one integration. It makes one query for the persons, one for the keys and one for
 * the streams, and one round of appends. Refuses the whole batch when a message is malformed, too large or not allowed, and names each malformed or too large one.
 * Otherwise each message is stored independently. After a failure any number of them may be stored, so retry the whole batch.
 * Of messages with the same id, the last counts. Throws `StoreUnavailable` when the outcome is unknown.
 */
export class IndexMeldinger extends Command<IndexedMeldinger> {
  constructor(
    readonly integrasjonId: string,
    readonly meldinger: readonly SentMelding[],
    /** The actor is the integration itself, or the system for letters from SvarUt. */
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/** The number of attempts to get the keys. A new attempt is made when a recipient was forgotten meanwhile. */
const maxAttempts = 3;
/** The number of messages checked or encrypted before the event loop gets a turn. */
const meldingerPerTick = 200;

/** Names a fault of the n-th message of a batch. */
export const within =
  (n: number) =>
  ({ felt, ...fault }: Fault): Fault => ({ ...fault, felt: ['meldinger', String(n), ...(felt ? [felt] : [])].join('.') });

@CommandHandler(IndexMeldinger)
export class IndexMeldingerHandler implements ICommandHandler<IndexMeldinger> {
  constructor(
    private readonly executeMany: ExecuteMany,
    private readonly organisations: OrganisationStatusReader,
    private readonly persons: Persons,
    private readonly keys: SubjectKeys,
    private readonly limit: MeldingLimit,
    private readonly clock: Clock,
  ) {}

  async execute({ integrasjonId, meldinger, request }: IndexMeldinger): Promise<IndexedMeldinger> {
    // A letter from SvarUt is taken in whatever its size, because refusing it would keep it from the citizen for ever.
    const limited = request.actor.kind === 'integrasjon';
    const faults = new Faults();
    for (const [n, melding] of meldinger.entries()) {
      if (n % meldingerPerTick === meldingerPerTick - 1) await new Promise((resolve) => setImmediate(resolve));
      if (limited) faults.add(...this.sizeFaults(melding).map(within(n)));
      faults.add(...meldingsfeil(melding.meldingId, melding.versjon, melding.metadata).map(within(n)));
    }
    faults.refuse();
    const organisations = await this.organisations.readMany(meldinger.map(({ fiksOrgId }) => fiksOrgId), request.actor);
    for (const { fiksOrgId, versjon } of meldinger) {
      const command = { type: 'IndexMelding', data: { versjon } } as never;
      if (!maySend(request.actor, organisations.get(fiksOrgId)!, 'innsynsmelding', command, { tenant: fiksOrgId, state: innsynsmelding.initialState })) throw new IndexRefused(integrasjonId, fiksOrgId);
    }
    // Before the recipients are stored. The aggregate asks the same again, for each message.
    const now = this.clock.now();
    for (const organisation of organisations.values()) requireOpen({ organisation, now });
    const distinct = new Map(meldinger.map((melding) => [documentId({ ...melding, integrasjonId }), melding]));
    const commands = await this.sealed(integrasjonId, [...distinct.values()]);
    const { decided, position } = await this.executeMany.execute('innsynsmelding', commands, request, organisations);
    const opprettet = decided.filter(({ before }) => before.melding === undefined).length;
    return { opprettet, oppdatert: meldinger.length - opprettet, position };
  }

  private sizeFaults({ meldingId, versjon, metadata }: SentMelding): readonly Fault[] {
    const bytes = Buffer.byteLength(JSON.stringify(metadata));
    if (bytes <= this.limit.bytes) return [];
    const melding = `Melding ${meldingId} (${versjon}): metadata kan ha høyst ${this.limit.bytes} byte, men har ${bytes}.`;
    return [{ felt: 'meldingMetadata', kode: 'FOR_STOR_MELDING', melding }];
  }

  private async sealed(integrasjonId: string, meldinger: readonly SentMelding[]): Promise<AddressedCommand<'innsynsmelding'>[]> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const ids = await this.persons.identifyMany(
        meldinger.flatMap(({ eksponertFor }) => (eksponertFor.type === 'FODSELSNUMMER' ? [eksponertFor.verdi] : [])),
      );
      const identified = meldinger.map(({ eksponertFor }): EksponertFor =>
        eksponertFor.type === 'FODSELSNUMMER' ? { type: 'FODSELSNUMMER', verdi: ids.get(eksponertFor.verdi)! } : eksponertFor,
      );
      const keys = await this.keys.obtain(identified.map(exposureOf));
      // A recipient was forgotten between the two queries. The next attempt gives her a new reference.
      if (!identified.every((one) => keys.has(exposureOf(one)))) continue;
      const commands: AddressedCommand<'innsynsmelding'>[] = [];
      for (const [n, { fiksOrgId, meldingId, metadata, ...sent }] of meldinger.entries()) {
        if (n % meldingerPerTick === meldingerPerTick - 1) await new Promise((resolve) => setImmediate(resolve));
        const eksponertFor = identified[n]!;
        const stream = meldingStream({ fiksOrgId, integrasjonId, meldingId });
        const data = sealMetadata(stream, { ...sent, eksponertFor }, metadata, keys.get(exposureOf(eksponertFor))!);
        const { forseglet: _differsEachTime, ...fingerprint } = data;
        commands.push({ tenant: stream.tenant, id: stream.id, command: { type: 'IndexMelding', data }, fingerprint });
      }
      return commands;
    }
    throw new StoreUnavailable();
  }
}
