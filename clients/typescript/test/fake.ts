import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientEvent } from '../src/index.js';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A service that answers as a test says, request by request; the last handler answers the rest. */
export class Fake {
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  readonly #server: Server;

  private constructor(handlers: Handler[]) {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const handler = handlers[Math.min(this.requests.length, handlers.length - 1)]!;
      this.requests.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      handler(request, response, body);
    });
  }

  static async start(...handlers: Handler[]): Promise<Fake> {
    const fake = new Fake(handlers);
    await new Promise<void>(resolve => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const common = { jobId: 'j', chatId: 'c', attempt: 1, timestamp: '2026-01-02T03:04:05Z' };

/** A whole job: accepted, started, the pieces, completed. */
export function eventsOf(...pieces: string[]): ClientEvent[] {
  const events = [
    { event: 'job_accepted' as const }, { event: 'job_started' as const },
    ...pieces.map(content => ({ event: 'message_delta' as const, content })),
    { event: 'message_completed' as const, content: pieces.join(''), metadata: { messageId: 'm', model: 'echo', finishReason: 'stop' } },
  ];
  return events.map((event, n) => ({ ...common, ...event, seq: n + 1 }));
}

export const framesOf = (events: readonly ClientEvent[]): string =>
  events.map(event => `${event.seq === undefined ? '' : `id: ${event.seq}\n`}data: ${JSON.stringify(event)}\n\n`).join('');

/** Gives what comes after Last-Event-ID, at most so many events, and closes the connection in the way it is told. */
export const stream = (events: readonly ClientEvent[], most = Infinity, end: 'close' | 'reset' | 'stay' = 'close'): Handler => (request, response) => {
  const after = Number(request.headers['last-event-id'] ?? 0);
  const rest = events.filter(event => event.seq === undefined || event.seq > after);
  if (rest.length === 0) {
    response.writeHead(204).end();
    return;
  }

  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`retry: 1\n\n${framesOf(rest.slice(0, most))}`, () => {
    if (end === 'close') response.end();
    if (end === 'reset') response.destroy();
  });
};

export const problem = (status: number, type: string, detail: string, headers: Record<string, string> = {}): Handler => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: `urn:cloudia:problem:${type}`, title: type, status, detail, traceId: 't' }));
};
