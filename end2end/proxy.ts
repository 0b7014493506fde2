// What stands between people and their server: a proxy that lets through less than it should.

import { type IncomingMessage, type Server as HttpServer, type ServerResponse, createServer, request } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';

/** What a proxy does to what it does not like. */
export interface Habits {
  /** It refuses to upgrade to WebSockets. */
  refusesSockets?: boolean;
  /** It keeps an answer until it is complete. */
  holdsBack?: boolean;
  /** It drops whatever belongs to the live protocol. */
  isDeaf?: boolean;
}

export class Proxy {
  url = '';
  /** Requests that came by, as `GET /path` and so on, with the kind of answer that was asked for. */
  readonly seen: string[] = [];
  #server: HttpServer;
  #open = new Set<Socket>();

  constructor(
    private readonly target: string,
    readonly habits: Habits,
  ) {
    this.#server = createServer((asked, answer) => this.#carry(asked, answer));
    this.#server.on('upgrade', (asked, socket, head) => this.#upgrade(asked, socket as Socket, head));
    this.#server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#open.delete(socket));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Cuts every connection that is open, as a network does that goes away. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #isRefused(path: string): boolean {
    return !!this.habits.isDeaf && path.startsWith('/v1/');
  }

  #carry(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url ?? '/';
    this.seen.push(`${asked.method} ${path} ${asked.headers.accept ?? ''}`);
    if (this.#isRefused(path)) {
      asked.socket.destroy();
      return;
    }
    const { hostname, port } = new URL(this.target);
    const passed = request({ hostname, port, path, method: asked.method, headers: asked.headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      if (!this.habits.holdsBack) {
        answer.flushHeaders();
        came.pipe(answer);
        return;
      }
      answer.flushHeaders();
      const pieces: Buffer[] = [];
      came.on('data', (piece) => pieces.push(piece));
      came.on('end', () => answer.end(Buffer.concat(pieces)));
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  #upgrade(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    const path = asked.url ?? '/';
    this.seen.push(`UPGRADE ${path}`);
    if (this.#isRefused(path)) {
      socket.destroy();
      return;
    }
    if (this.habits.refusesSockets) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(this.target);
    const passed = connect(Number(port), hostname, () => {
      const headers = asked.rawHeaders.reduce((all, part, at) => all + part + (at % 2 ? '\r\n' : ': '), '');
      passed.write(`${asked.method} ${path} HTTP/1.1\r\n${headers}\r\n`);
      passed.write(head);
      passed.pipe(socket);
      socket.pipe(passed);
    });
    for (const [end, other] of [[passed, socket], [socket, passed]]) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  }
}
