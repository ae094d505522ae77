import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyInstance } from 'fastify';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Execute, Rehearse } from '../../../application/commands/execute.js';
import { EventStore } from '../../../application/ports/event-store.js';
import { Health } from '../../../application/ports/health.js';
import { DomainError } from '../../../domain/kernel/domain-error.js';

/** The upper bounds of durations, in seconds. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const prefix = 'min_kommune_';
const seconds = (since: number) => (performance.now() - since) / 1000;

/** A request of `fetch`, as `node:diagnostics_channel` tells of it (undici). */
export interface OutgoingRequest {
  readonly origin: string;
  addHeader?(name: string, value: string): void;
}

/**
 * The measurements of one process for Prometheus: requests, refusals, commands, events, views, engines, outgoing calls and
 * the process itself. Labels are routes, names and codes, never anything of a person or an address of a resource.
 */
@Injectable()
export class Metrics implements OnModuleInit, OnApplicationShutdown {
  readonly registry = new Registry();
  private readonly registers = [this.registry];
  private readonly requests = new Histogram({ name: 'min_kommune_http_request_duration_seconds', help: 'Duration of requests', labelNames: ['method', 'route', 'status'], buckets, registers: this.registers });
  private readonly refusals = new Counter({ name: 'min_kommune_http_refusals_total', help: 'Requests answered with an error, by its code', labelNames: ['code', 'status'], registers: this.registers });
  private readonly commands = new Histogram({ name: 'min_kommune_command_duration_seconds', help: 'Duration of commands', labelNames: ['command', 'outcome'], buckets, registers: this.registers });
  private readonly events = new Counter({ name: 'min_kommune_events_appended_total', help: 'Events that this process has appended', labelNames: ['type'], registers: this.registers });
  private readonly outgoing = new Histogram({ name: 'min_kommune_outgoing_request_duration_seconds', help: 'Duration of calls to other services, until their headers', labelNames: ['origin', 'status'], buckets, registers: this.registers });
  private restore: () => void = () => undefined;
  private readonly gauges = {
    health: this.gauge('health', 'The health: 1 up, 0.5 degraded, 0 down'),
    storage: this.gauge('storage_up', 'Whether log and views answer: 1 or 0'),
    search: this.gauge('search_up', 'Whether the search index answers: 1 or 0'),
    lag: this.gauge('view_lag_seconds', 'Age of the first event that a view has not taken up, in seconds', 'view', 'version'),
    stopped: this.gauge('view_stopped', 'Whether a view has stopped on an event: 1 or 0', 'view', 'version'),
    database: this.gauge('database_work', 'Statements and transactions, under way or waiting', 'state'),
  };
  private readonly began = new WeakMap<object, number>();

  constructor(
    private readonly health: Health,
    private readonly bus: CommandBus,
    private readonly store: EventStore,
  ) {
    collectDefaultMetrics({ register: this.registry, prefix });
    // Prometheus takes them for counters. They are sums of others.
    for (const kind of ['handles', 'requests', 'resources']) this.registry.removeSingleMetric(`${prefix}nodejs_active_${kind}_total`);
  }

  /** All measurements, in Prometheus' text format. What the health report tells is read first, because each is written at once. */
  async text(): Promise<string> {
    await this.readHealth();
    return this.registry.metrics();
  }

  /** Measures the requests that Fastify answers. `answered` and `refused` are told of the others. */
  measure(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
      const { method, routeOptions, refusal } = request;
      this.answered(method, routeOptions.url ?? 'ukjent', statusCode, elapsedTime / 1000);
      if (statusCode >= 400) this.refused(statusCode, refusal?.kode ?? 'UKJENT');
      done();
    });
  }

  /** Counts an answered request. `duration` is in seconds. */
  answered(method: string, route: string, status: number, duration: number): void {
    this.requests.observe({ method, route, status }, duration);
  }

  /** Counts an error that was answered. One that the server itself gives has no route and no duration. */
  refused(status: number, code: string): void {
    this.refusals.inc({ code, status });
  }

  /** Measures commands and appends where they pass, and calls to other services. */
  onModuleInit(): void {
    const { bus, store } = this;
    const [execute, appendMany] = [bus.execute.bind(bus), store.appendMany.bind(store)];
    bus.execute = (async (message: object, ...rest: []) => {
      if (message instanceof Rehearse) return execute(message as never, ...rest);
      const [command, began] = [message instanceof Execute ? message.command.type : message.constructor.name, performance.now()];
      try {
        const done = await execute<never, unknown>(message as never, ...rest);
        this.commands.observe({ command, outcome: 'utført' }, seconds(began));
        return done;
      } catch (error) {
        this.commands.observe({ command, outcome: error instanceof DomainError ? error.code : 'FEIL' }, seconds(began));
        throw error;
      }
    });
    store.appendMany = async (appends) => {
      const outcomes = await appendMany(appends);
      outcomes.forEach(({ ok }, n) => {
        if (ok) for (const { type } of appends[n]!.events) this.events.inc({ type });
      });
      return outcomes;
    };
    this.restore = () => {
      bus.execute = execute;
      store.appendMany = appendMany;
    };
    subscribe('undici:request:create', this.created);
    subscribe('undici:request:headers', this.answeredCall);
    subscribe('undici:request:error', this.failedCall);
  }

  onApplicationShutdown(): void {
    this.restore();
    unsubscribe('undici:request:create', this.created);
    unsubscribe('undici:request:headers', this.answeredCall);
    unsubscribe('undici:request:error', this.failedCall);
    this.registry.clear();
  }

  private readonly created = (message: unknown) => {
    this.began.set((message as { request: OutgoingRequest }).request, performance.now());
  };
  private readonly answeredCall = (message: unknown) => {
    const { request, response } = message as { request: OutgoingRequest; response: { statusCode: number } };
    this.endOf(request, String(response.statusCode));
  };
  private readonly failedCall = (message: unknown) => {
    this.endOf((message as { request: OutgoingRequest }).request, 'FEIL');
  };
  private endOf(request: OutgoingRequest, status: string): void {
    const began = this.began.get(request);
    if (began === undefined) return;
    this.began.delete(request);
    this.outgoing.observe({ origin: request.origin, status }, seconds(began));
  }

  private gauge(name: string, help: string, ...labelNames: string[]) {
    return new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: this.registers });
  }

  /** Sets what is read from one health report. A search that could not be asked keeps what it was. */
  private async readHealth(): Promise<void> {
    const { status, sok, visninger } = await this.health.report();
    this.gauges.health.set({ oppe: 1, svekket: 0.5, nede: 0 }[status]);
    this.gauges.storage.set(status === 'nede' ? 0 : 1);
    if (sok) this.gauges.search.set(sok === 'oppe' ? 1 : 0);
    this.gauges.lag.reset();
    this.gauges.stopped.reset();
    for (const { navn: view, versjon: version, forsinkelse, stoppet } of visninger) {
      this.gauges.lag.set({ view, version }, forsinkelse);
      this.gauges.stopped.set({ view, version }, stoppet === undefined ? 0 : 1);
    }
    const { active, waiting, waitingInBackground } = this.health.load();
    this.gauges.database.set({ state: 'under way' }, active);
    this.gauges.database.set({ state: 'waiting' }, waiting);
    this.gauges.database.set({ state: 'waiting in background' }, waitingInBackground);
  }
}
