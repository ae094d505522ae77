import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall, Server as GrpcServer } from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Appending } from './appending.js';
import { Faults } from './faults.js';
import { ServerLog } from './log.js';
import { Reading } from './reading.js';
import { features, grpc, ServerFeaturesService, StreamsService } from './stubs.js';

export interface DoubleOptions {
  /** Which server it is like, where they differ. */
  readonly version?: '23.10' | '24.10';
  /** Whether it has the call that appends in batches. */
  readonly batchAppend?: boolean;
  /** How much of the log it remembers event ids of. */
  readonly cacheBytes?: number;
  /** What it holds already: as another node of the same cluster. */
  readonly log?: ServerLog;
}

/**
 * EventStoreDB in this process: speaks the protocol on the client's own definitions, decides as the server does
 * (stores.md part 1), and fails when told to. Nothing is kept when it is closed.
 */
export class EventStoreDbDouble {
  readonly version: '23.10' | '24.10';
  readonly log: ServerLog;
  readonly faults = new Faults();
  /** How often each call has been made. */
  readonly calls = { append: 0, batchAppend: 0, read: 0, subscribe: 0, features: 0 };
  readonly #sockets = new Set<Socket>();
  readonly #grpc: GrpcServer;
  #listening: Server | undefined;
  #port = 0;

  private constructor(private readonly options: DoubleOptions) {
    this.version = options.version ?? '24.10';
    this.log = options.log ?? new ServerLog(options.cacheBytes);
    const [appending, reading] = [new Appending(this), new Reading(this)];
    this.#grpc = new grpc.Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
    this.#grpc.addService(StreamsService, {
      append: appending.append,
      batchAppend: appending.batchAppend,
      delete: appending.delete,
      tombstone: appending.tombstone,
      read: reading.read,
    });
    this.#grpc.addService(ServerFeaturesService, { getSupportedMethods: this.#supportedMethods });
  }

  static async start(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(options);
    await double.resume();
    return double;
  }

  get port(): number {
    return this.#port;
  }

  /** The connection string. */
  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Cuts every connection, as a network does. New ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Is not there, until it resumes. */
  async pause(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    this.cut();
    if (listening) await new Promise((resolve) => listening.close(resolve));
  }

  /** Listens, where it has listened before. */
  async resume(): Promise<void> {
    const injector = this.#grpc.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    this.#listening = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      injector.injectConnection(socket);
    });
    this.#listening.listen(this.#port, '127.0.0.1');
    await once(this.#listening, 'listening');
    this.#port = (this.#listening.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await this.pause();
    this.#grpc.forceShutdown();
  }

  readonly #supportedMethods: handleUnaryCall<Empty, SupportedMethods> = (_, answer) => {
    this.calls.features++;
    const supported = new features.SupportedMethods().setEventStoreServerVersion(`${this.version}.0`);
    const names = ['append', 'read', 'delete', 'tombstone', ...(this.options.batchAppend === false ? [] : ['batchappend'])];
    for (const name of names) supported.addMethods(new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name));
    answer(null, supported);
  };
}
