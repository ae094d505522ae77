import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall, Server as GrpcServer } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Appending } from './appending.js';
import { Faults } from './faults.js';
import { ServerLog } from './log.js';
import { Reading } from './reading.js';
import { features, gossip, GossipService, grpc, ServerFeaturesService, shared, StreamsService } from './stubs.js';

export interface DoubleOptions {
  /** The server version to act as, where versions differ. Default 24.10. */
  readonly version?: '23.10' | '24.10';
  /** Whether the server announces the call `batchAppend`. Default true. */
  readonly batchAppend?: boolean;
  /** The size of the newest part of the log whose event ids are cached, in bytes. */
  readonly cacheBytes?: number;
  /** A log that another double has too, as nodes of one cluster have. */
  readonly log?: ServerLog;
}

/** Nodes with one log, of which one is the leader and takes the appends. */
export interface Cluster {
  readonly nodes: readonly EventStoreDbDouble[];
  leader: EventStoreDbDouble;
  /** The connection string for a client that finds the leader. */
  readonly url: string;
}

/**
 * A double of EventStoreDB in this process. It speaks the protocol with the client's own definitions, follows the server's
 * rules (stores.md, part 1), and fails on request. Its data is in memory only.
 */
export class EventStoreDbDouble {
  readonly version: '23.10' | '24.10';
  readonly log: ServerLog;
  readonly faults = new Faults();
  /** The number of calls so far, by kind, and of the appends that came through calls of `batchAppend`. */
  readonly calls = { append: 0, batchAppend: 0, batched: 0, read: 0, subscribe: 0, features: 0 };
  readonly #sockets = new Set<Socket>();
  readonly #grpc: GrpcServer;
  #listening: Server | undefined;
  #port = 0;
  /** The cluster that this is a node of. */
  #cluster: Cluster | undefined;

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
    this.#grpc.addService(GossipService, { read: this.#members });
    this.#grpc.addService(ServerFeaturesService, { getSupportedMethods: this.#supportedMethods });
  }

  static async start(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(options);
    await double.resume();
    return double;
  }

  /** Starts a cluster. Its first node is the leader until the test names another. */
  static async startCluster(size: number): Promise<Cluster> {
    const log = new ServerLog();
    const nodes = await Promise.all(Array.from({ length: size }, () => EventStoreDbDouble.start({ log })));
    const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const cluster: Cluster = { nodes, leader: nodes[0]!, url: `esdb://${hosts}?tls=false` };
    for (const node of nodes) node.#cluster = cluster;
    return cluster;
  }

  /** The port of the leader, when that is another node of the cluster. */
  get portOfOtherLeader(): number | undefined {
    const leader = this.#cluster?.leader ?? this;
    return leader === this ? undefined : leader.port;
  }

  get port(): number {
    return this.#port;
  }

  /** The connection string for a client. */
  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Cuts all connections, as a network failure does. Accepts new ones. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and cuts all connections, until `resume`. Keeps the log. */
  async pause(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    this.cut();
    if (listening) await new Promise((resolve) => listening.close(resolve));
  }

  /** Listens on a free port the first time, and on the same port later. */
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

  readonly #members: handleUnaryCall<Empty, ClusterInfo> = (_, answer) => {
    if (this.faults.silent) return;
    const { nodes, leader } = this.#cluster ?? { nodes: [this], leader: this };
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const members = nodes.map((node) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString(randomUUID()))
        .setTimeStamp('0')
        .setState(node === leader ? LEADER : FOLLOWER)
        .setIsAlive(true)
        .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(node.port)),
    );
    answer(null, new gossip.ClusterInfo().setMembersList(members));
  };

  readonly #supportedMethods: handleUnaryCall<Empty, SupportedMethods> = (_, answer) => {
    if (this.faults.silent) return;
    this.calls.features++;
    const supported = new features.SupportedMethods().setEventStoreServerVersion(`${this.version}.0`);
    const names = ['append', 'read', 'delete', 'tombstone', ...(this.options.batchAppend === false ? [] : ['batchappend'])];
    for (const name of names) supported.addMethods(new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name));
    answer(null, supported);
  };
}
