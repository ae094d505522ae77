import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy to a server on this machine, with a configurable delay. */
export class Network {
  /** The delay in each direction, in ms. */
  delay = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly listening: Server) {}

  /** Starts a proxy. @param port the port of the server */
  static async to(port: number): Promise<Network> {
    const listening = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      network.#carry(near, far);
      network.#carry(far, near);
    });
    const network = new Network(listening);
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return network;
  }

  /** The port of the proxy. */
  get port(): number {
    return (this.listening.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.listening.close(resolve));
  }

  /** Forwards data in order, each piece after the delay. */
  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    let due = 0;
    const after = (act: () => void) => {
      due = Math.max(due, performance.now() + this.delay);
      setTimeout(act, due - performance.now());
    };
    from.on('data', (piece) => { after(() => to.write(piece)); });
    from.on('end', () => { after(() => to.end()); });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroySoon();
    });
  }
}
