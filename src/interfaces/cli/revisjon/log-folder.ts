import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import 'reflect-metadata';
import { history } from '../../../application/history/index.js';
import { PastDocuments } from '../../../application/history/past-documents.js';
import { Clock } from '../../../application/ports/clock.js';
import { Documents } from '../../../application/ports/documents.js';
import { EventStore } from '../../../application/ports/event-store.js';
import { NotAuthenticated } from '../../../application/ports/identity.js';
import { Persons } from '../../../application/ports/persons.js';
import type { Recorded } from '../../../application/ports/projection.js';
import { SvarUtAccounts } from '../../../application/ports/svarut-accounts.js';
import { ProofStore } from '../../../application/proof/proof-store.js';
import { Proofs } from '../../../application/proof/proofs.js';
import { Sealing } from '../../../application/proof/sealing.js';
import { parseCheckpoint } from '../../../application/proof/signed-note.js';
import { Revisjonsadgang } from '../../../application/revisjon/adgang.js';
import { Aktornavn } from '../../../application/revisjon/aktornavn.js';
import { Hendelser } from '../../../application/revisjon/hendelser.js';
import { revisjon } from '../../../application/views/revisjon.js';
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

/** The downloaded log is not what was signed. The message is the verdict. */
export class NotWhole extends ServiceError {
  constructor(verdict: string) {
    super('IKKE_HEL', verdict);
    this.name = 'NotWhole';
  }
}

/** A clock that stands at the last event. */
class StoppedClock extends Clock {
  constructor(private readonly time: Instant) {
    super();
  }
  now(): Instant {
    return this.time;
  }
}

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

/** The auditor's operations of the API over a downloaded log. */
@Module({})
class LogFolderModule {
  static of(log: FixedEventStore, proof: MemoryProofStore, documents: PastDocuments, clock: Clock): DynamicModule {
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
        // The checkpoint of the folder is shown as it is. Nothing is sealed or signed here, so the key is none.
        { provide: Proofs, useFactory: () => new Proofs(log, proof, new Sealing(log, proof, Buffer.alloc(32))) },
        Aktornavn,
        Hendelser,
        ...history,
      ],
    };
  }
}

/** A downloaded log that answers as the service does. */
export interface LogFolder {
  readonly fiksOrgId: string;
  /** The address of the operations on this machine, and the token that they ask for. */
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/**
 * Opens a folder of `revisjon export`. Checks first that the log is what was signed, and says so on stderr. Throws `NotWhole`,
 * `CannotVerify`, and `ServiceError` for a folder without events.
 */
export async function openLogFolder(folder: string): Promise<LogFolder> {
  const { text, code } = await check([folder]);
  if (code !== 0) throw new NotWhole(text);
  const own = await linesIn(join(folder, 'logg.ndjson'));
  const others = join(folder, 'andre.ndjson');
  const log = new FixedEventStore([...own, ...(existsSync(others) ? await linesIn(others) : [])]);
  const [first] = own;
  if (first === undefined) throw new ServiceError('TOM_LOGG', `${folder} har ingen hendelser.`);
  const fiksOrgId = (JSON.parse(first) as Pick<Recorded, 'metadata'>).metadata.tenant;
  const last = (JSON.parse(own.at(-1)!) as Pick<Recorded, 'metadata'>).metadata.time as Instant;
  const documents = PastDocuments.empty([revisjon]);
  for await (const page of log.readAll()) for (const event of page) documents.take(event as Recorded);
  const proof = new MemoryProofStore();
  const note = readFileSync(join(folder, 'kontrollpunkt'), 'utf8');
  await proof.save(fiksOrgId, { size: parseCheckpoint(note).size, note });
  const app = await NestFactory.create<NestFastifyApplication>(LogFolderModule.of(log, proof, documents, new StoppedClock(last)), new FastifyAdapter(), { logger: false });
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
  process.stderr.write(`${text}\nLoggen slutter ${norwegianTime(last)}, og klokken står der.\n`);
  return {
    fiksOrgId,
    url: await app.getUrl(),
    token,
    close: () => {
      app.getHttpServer().closeAllConnections();
      return app.close();
    },
  };
}

async function linesIn(file: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(createReadStream(file))) if (line.startsWith('{"position":')) lines.push(line);
  return lines;
}
