import { endsAttempt, type ClientEvent } from './events.js';
import { CloudIaProblem } from './problem.js';

/** What of a browser's WebSocket is used. */
export interface SocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(data: string): void;
  close(): void;
}

export interface ListenOptions {
  /** Each event once, and those of a job in order. */
  readonly onEvent: (event: ClientEvent) => void;
  /** Every event from now on comes here. Where `again`, what began and ended in between was missed: look at the history. */
  readonly onOpen?: (again: boolean) => void;
  /** The connection is lost, and tried again in so many ms. */
  readonly onLost?: (pause: number, reason: unknown) => void;
  /** The service refuses, and to come back would not help: the login is over, say. Nothing is tried any more. */
  readonly onRefused?: (problem: CloudIaProblem) => void;
  readonly signal?: AbortSignal;
  /** The longest pause before a lost connection is tried again, in ms; default 15,000. */
  readonly longestPause?: number;
  /** A connection that says nothing for so long is lost, in ms; default 45,000. It is pinged twice in that time. */
  readonly silence?: number;
  /** For tests, and for Node.js before 22. */
  readonly socket?: (address: string) => SocketLike;
}

interface Known { last: number; ended: boolean; asked: boolean }

const shortestPause = 250;

/** So many jobs that have ended are remembered, so that what comes twice of them is known as such. */
const endedKept = 500;

/** All events of a user over the WebSocket, through lost connections: each job that has not ended is taken up where it was left. */
export class Listener {
  readonly #jobs = new Map<string, Known>();
  readonly #address: (signal: AbortSignal | undefined) => Promise<string>;
  readonly #options: ListenOptions;
  #socket: SocketLike | undefined;
  #isOpen = false;
  #wasOpen = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heart: ReturnType<typeof setInterval> | undefined;
  #heard = 0;
  #over = false;

  /** @param address Asked before each connection: a ticket is good once. */
  constructor(address: (signal: AbortSignal | undefined) => Promise<string>, options: ListenOptions) {
    this.#address = address;
    this.#options = options;
    options.signal?.addEventListener('abort', () => this.close(), { once: true });
    if (options.signal?.aborted) this.#over = true;
    else void this.#connect();
  }

  /** A job to have all events of, after that number: now, and after each lost connection until it ends. */
  follow(jobId: string, after = 0): void {
    const known = this.#jobs.get(jobId);
    if (known && !known.ended) return;
    if (known) known.ended = false;
    else this.#jobs.set(jobId, { last: after, ended: false, asked: false });
    this.#subscribe(jobId);
  }

  /** Where something says that the network is back: does not wait for the pause to end. */
  hurry(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    this.#drop();
  }

  async #connect(): Promise<void> {
    this.#retry = undefined;
    let address: string;
    try {
      address = await this.#address(this.#options.signal);
    } catch (error) {
      if (this.#over) return;
      if (error instanceof CloudIaProblem && !error.isPassing) {
        this.#over = true;
        this.#options.onRefused?.(error);
        return;
      }

      this.#again(error);
      return;
    }

    if (this.#over) return;
    const socket = this.#options.socket?.(address) ?? (new WebSocket(address) as SocketLike);
    this.#socket = socket;
    const silence = this.#options.silence ?? 45_000;
    this.#heard = Date.now();
    this.#heart = setInterval(() => {
      if (Date.now() - this.#heard > silence) this.#lose(socket, new Error(`Nothing was heard for ${silence} ms.`));
      else if (this.#isOpen) socket.send('{"action":"ping"}');
    }, silence / 3);
    socket.onmessage = (message: { data: unknown }) => {
      if (socket === this.#socket) this.#read(String(message.data));
    };
    socket.onclose = (closed: { code?: number }) => this.#lose(socket, new Error(`The connection was closed (${closed.code ?? 'no code'}).`));
  }

  #read(frame: string): void {
    this.#heard = Date.now();
    const said = JSON.parse(frame) as ClientEvent | { readonly status: string };
    if ('event' in said) {
      this.#take(said);
    } else if (said.status === 'connected') {
      this.#isOpen = true;
      this.#failures = 0;
      // At once: an answer under way is held back for half a second for that.
      for (const [jobId, { ended }] of this.#jobs) if (!ended) this.#subscribe(jobId);
      const again = this.#wasOpen;
      this.#wasOpen = true;
      this.#options.onOpen?.(again);
    }
  }

  #take(event: ClientEvent): void {
    const known = this.#jobs.get(event.jobId) ?? { last: 0, ended: false, asked: false };
    this.#jobs.set(event.jobId, known);
    if (event.seq === undefined) {
      // In no log: the log was lost and begins anew, or it has expired and this is the stored outcome.
      if (known.ended) return;
      if (event.event === 'message_reset') known.last = 0;
    } else if (event.seq <= known.last) {
      return;
    } else if (event.seq > known.last + 1) {
      // It was under way before we came, or something was missed: all of it once more, from where we are.
      if (!known.asked) this.#subscribe(event.jobId);
      known.asked = true;
      return;
    } else {
      known.last = event.seq;
    }

    known.asked = false;
    known.ended = endsAttempt(event);
    if (known.ended) this.#forget();
    this.#options.onEvent(event);
  }

  #forget(): void {
    const ended = [...this.#jobs].filter(([, { ended }]) => ended);
    for (const [jobId] of ended.slice(0, Math.max(0, ended.length - endedKept))) this.#jobs.delete(jobId);
  }

  #subscribe(jobId: string): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify({ action: 'subscribe', jobId, lastSeq: this.#jobs.get(jobId)!.last }));
  }

  #lose(socket: SocketLike, reason: unknown): void {
    if (socket !== this.#socket || this.#over) return;
    this.#drop();
    this.#again(reason);
  }

  #drop(): void {
    clearInterval(this.#heart);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    for (const known of this.#jobs.values()) known.asked = false;
    socket?.close();
  }

  #again(reason: unknown): void {
    const wanted = reason instanceof CloudIaProblem && reason.retryAfter !== undefined ? reason.retryAfter * 1000 : shortestPause * 2 ** Math.min(this.#failures++, 10);
    const pause = Math.min(wanted, this.#options.longestPause ?? 15_000) * (0.5 + Math.random() / 2);
    this.#options.onLost?.(pause, reason);
    // Where onLost closed it.
    if (!this.#over) this.#retry = setTimeout(() => void this.#connect(), pause);
  }
}
