import type { Service } from './service.js';

/** One or several processes of the service on the same stores, with a round-robin load balancer. */
export class Fleet {
  #turn = 0;

  constructor(readonly services: readonly Service[]) {}

  /** The URL of the next running process. Without one, waits for the first process that runs. */
  address(): Promise<string> {
    const running = this.services.filter(({ answers }) => answers);
    const next = running[this.#turn++ % Math.max(1, running.length)];
    return next ? next.address() : Promise.any(this.services.map((service) => service.address()));
  }

  /** Waits until one process is healthy. */
  async healthy(): Promise<void> {
    const over = new AbortController();
    await Promise.any(this.services.map((service) => service.healthy(over.signal)));
    over.abort();
  }

  async start(): Promise<void> {
    await Promise.all(this.services.map((service) => service.start()));
  }
  async caughtUp(): Promise<void> {
    await Promise.all(this.services.map((service) => service.caughtUp()));
  }
  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
  }
  async end(): Promise<void> {
    await Promise.all(this.services.map((service) => service.end()));
  }
}
