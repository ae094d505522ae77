import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import 'reflect-metadata';
import { past } from '../../../application/past/index.js';
import { PastDocuments } from '../../../application/past/past-documents.js';
import { definitions, StoppedClock } from '../../../application/past/time-machine.js';
import { Clock } from '../../../application/ports/clock.js';
import { Documents } from '../../../application/ports/documents.js';
import { EventStore, type EventMetadata, type RecordedEvent } from '../../../application/ports/event-store.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import { Persons } from '../../../application/ports/persons.js';
import type { Recorded } from '../../../application/ports/projection.js';
import { SvarUtAccounts } from '../../../application/ports/svarut-accounts.js';
import { eventIn } from '../../../application/proof/log-line.js';
import { ProofStore, type NumberedPosition } from '../../../application/proof/proof-store.js';
import { Proofs } from '../../../application/proof/proofs.js';
import { Sealing } from '../../../application/proof/sealing.js';
import { Revisjonsadgang } from '../../../application/revisjon/adgang.js';
import { Aktornavn } from '../../../application/revisjon/aktornavn.js';
import { Hendelser } from '../../../application/revisjon/hendelser.js';
import { revisjon } from '../../../application/views/revisjon.js';
import { configuration } from '../../../domain/index.js';
import { norwegianTime } from '../../../domain/values/dag.js';
import type { Instant } from '../../../domain/values/instant.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import { FixedEventStore } from '../../../infrastructure/memory/fixed-event-store.js';
import { MemoryPersons } from '../../../infrastructure/memory/persons.js';
import { MemoryProofStore } from '../../../infrastructure/memory/proof-store.js';
import { BevisController } from '../../http/revisjon/bevis.controller.js';
import { RevisjonHendelserController } from '../../http/revisjon/hendelser.controller.js';
import { TidsreiseController } from '../../http/revisjon/tidsreise.controller.js';
import { InputPipe, KnownParameters } from '../../http/server/input-pipe.js';
import { ProblemFilter } from '../../http/server/problem.filter.js';
import { linesOf } from '../lines.js';
import { ServiceError } from '../service-client.js';
import { check } from '../verify.js';

/** Names every person by her reference, because the log has no names. */
class References extends MemoryPersons {
  override names(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, string>> {
    return Promise.resolve(new Map(ids.map((id) => [id, `person ${id}`])));
  }
}

/** Lets whoever has the folder read it. */
const reader: Pick<Revisjonsadgang, 'require' | 'open' | 'note'> = {
  require: () => Promise.resolve(new Set()),
  open: () => Promise.resolve(new Set()),
  note: () => Promise.resolve(),
};

/** SvarUt is not asked, so its accounts have no names. */
class NoSvarUt extends SvarUtAccounts {
  list() {
    return Promise.resolve([]);
  }
  find() {
    return Promise.resolve(undefined);
  }
  ofSender() {
    return Promise.resolve(undefined);
  }
  organisation(fiksOrgId: string) {
    return Promise.resolve({ fiksOrgId, eposter: [] });
  }
}

/** The places of an organisation's events, and its last checkpoint, which is shown as it is. */
class FolderProof extends MemoryProofStore {
  private readonly numbers: ReadonlyMap<bigint, number>;

  constructor(private readonly own: readonly bigint[]) {
    super();
    this.numbers = new Map(own.map((position, index) => [position, index]));
  }
  override places(_fiksOrgId: string, first: number, count: number): Promise<readonly NumberedPosition[]> {
    return Promise.resolve(this.own.slice(first, first + count).map((position) => ({ number: Number(position), position })));
  }
  override indexOf(_fiksOrgId: string, position: bigint): Promise<number | undefined> {
    return Promise.resolve(this.numbers.get(position));
  }
}

/** The auditor's operations of the API over a downloaded log. */
@Module({})
class LogFolderModule {
  static of(log: FixedEventStore, proof: FolderProof, documents: PastDocuments, clock: Clock): DynamicModule {
    return {
      module: LogFolderModule,
      imports: [CqrsModule.forRoot()],
      controllers: [TidsreiseController, RevisjonHendelserController, BevisController],
      providers: [
        { provide: EventStore, useValue: log },
        { provide: ProofStore, useValue: proof },
        { provide: Documents, useValue: documents },
        { provide: Clock, useValue: clock },
        { provide: Persons, useClass: References },
        { provide: SvarUtAccounts, useClass: NoSvarUt },
        { provide: Revisjonsadgang, useValue: reader },
        // Nothing is sealed or signed here, so the key is none.
        { provide: Proofs, useFactory: () => new Proofs(log, proof, new Sealing(log, proof, Buffer.alloc(32))) },
        Aktornavn,
        Hendelser,
        ...past,
      ],
    };
  }
}

/** A downloaded log that answers as the service does. */
export interface LogFolder {
  readonly fiksOrgId: string;
  /** The verdict on the log, and where it ends. */
  readonly verdict: string;
  /** The address of the operations on this machine, and the token that they ask for. */
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** The keys that the reader trusts, and folders with checkpoints that she has kept. */
export interface Trust {
  readonly key?: readonly string[] | undefined;
  readonly also?: readonly string[] | undefined;
}

/**
 * Opens a folder of `revisjon export`, and checks first that the log is what was signed. What is after its last checkpoint is left out.
 * Throws `CannotVerify`, and `ServiceError`: with `IKKE_HEL` for a log that is not whole, and `UGYLDIG_LOGG` for one that is no
 * organisation's.
 */
export async function openLogFolder(folder: string, { key = [], also = [] }: Trust = {}): Promise<LogFolder> {
  const read: (RecordedEvent | undefined)[] = [];
  const trusted = [...key.flatMap((one) => ['--key', one]), ...also.flatMap((one) => ['--also', one])];
  const { text, sealed } = await check([folder, ...trusted], (line) => read.push(eventOf(Buffer.from(line).toString())));
  if (!sealed) throw new ServiceError('IKKE_HEL', text);
  const signed = read.slice(0, sealed.size);
  const own: readonly RecordedEvent[] = isWhole(signed) ? signed : [];
  const last = own.at(-1);
  if (!last) throw new ServiceError('UGYLDIG_LOGG', `${folder} har ingen forseglede hendelser, eller andre linjer enn hendelser.`);
  // The origin is signed too.
  const fiksOrgId = sealed.origin.split('/').at(-1)!;
  const others = await othersIn(join(folder, 'andre.ndjson'), fiksOrgId, new Set(own.map(({ position }) => position)));
  const documents = PastDocuments.empty([revisjon]);
  for (const event of own) documents.take(event as Recorded);
  const proof = new FolderProof(own.map(({ position }) => position));
  await proof.save(fiksOrgId, { size: sealed.size, note: readFileSync(sealed.source, 'utf8') });
  const end = last.metadata.time as Instant;
  const module = LogFolderModule.of(new FixedEventStore([...own, ...others]), proof, documents, new StoppedClock(end));
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  app.useGlobalGuards(new KnownParameters());
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemFilter());
  const token = randomBytes(32).toString('base64url');
  app.getHttpAdapter().getInstance().addHook('onRequest', (request, _reply, done) => {
    const isOurs = request.headers.authorization === `Bearer ${token}`;
    if (isOurs) request.actor = { kind: 'system', id: 'mappe' };
    done(isOurs ? undefined : new NotAuthenticated());
  });
  await app.listen(0, '127.0.0.1');
  return {
    fiksOrgId,
    verdict: `${text}\nDet du ser, slutter ${norwegianTime(end)}, og klokken står der.`,
    url: await app.getUrl(),
    token,
    close: () => {
      app.getHttpServer().closeAllConnections();
      return app.close();
    },
  };
}

const isWhole = (events: readonly (RecordedEvent | undefined)[]): events is readonly RecordedEvent[] => events.every((one) => one !== undefined);

/** The event of a line, without the content of a message, which nothing here shows. Undefined for a line that is no event. */
function eventOf(line: string): RecordedEvent | undefined {
  try {
    const event = eventIn(line);
    const isMessage = !Object.hasOwn(configuration, event.stream.aggregate) && !(revisjon.types as readonly string[]).includes(event.type);
    return isMessage ? { ...event, data: {}, metadata: { time: event.metadata.time } as EventMetadata } : event;
  } catch {
    return undefined;
  }
}

/** The events of other organisations, none when the export has no such file. Refuses a file with anything else, because no tree proves it. */
async function othersIn(file: string, fiksOrgId: string, taken: ReadonlySet<bigint>): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  if (!existsSync(file)) return events;
  for await (const line of linesOf(createReadStream(file))) {
    const event = eventOf(line);
    if (!event || event.stream.tenant === fiksOrgId || !definitions.has(event.type) || taken.has(event.position))
      throw new ServiceError('UGYLDIG_LOGG', `${file} har en linje som ikke hører hjemme der.`);
    events.push(event);
  }
  return events;
}
