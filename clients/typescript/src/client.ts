import { noAnswer, withEvent, type Answer } from './answer.js';
import { endsAttempt, type ClientEvent } from './events.js';
import { Listener, type ListenOptions } from './listener.js';
import { CloudIaProblem } from './problem.js';
import { readEvents } from './sse.js';
import type { Accepted, Chat, ChatChange, JobStatus, Message, Page, Ticket } from './shapes.js';

export interface ClientOptions {
  /** Where the service is: `http://localhost:8080`. In a browser left out: where the page is from. */
  readonly baseUrl?: string;
  /** A token, or an API key, for `Authorization: Bearer`. Asked before each request, so that it can be a fresh one; undefined: none. */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  /** Other headers, asked before each request. */
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** For tests, and for what must go through something else. */
  readonly fetch?: typeof fetch;
  /** The longest pause before a lost stream is asked for again, in ms; default 15,000. */
  readonly longestPause?: number;
  /** A stream that says nothing for so long (not even a sign of life, of which one comes every 15 s) is lost, in ms; default 45,000. */
  readonly silence?: number;
}

export interface SubmitOptions {
  readonly chatId?: string;
  readonly model?: string;
  readonly sessionId?: string;
  readonly onBusy?: 'wait' | 'reject';
  /** The same key is the same job, however often it is sent. Left out: one is made, so that this call can repeat itself. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface FollowOptions {
  /** The `seq` of the last event you have; 0, or left out: from the first. */
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** Told that the stream was lost, and in how many ms it is asked for again. */
  readonly onLost?: (reason: unknown, pause: number) => void;
}

const shortestPause = 250;
const submitTries = 4;

/** CloudIa over HTTP and server-sent events: what fetch can do, so that it works in browsers and in Node.js, with any headers. */
export class CloudIaClient {
  readonly #base: string;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#base = (options.baseUrl ?? '').replace(/\/+$/, '');
  }

  /** Hands in a message. It is durable when this returns. Tries again where nobody knows whether it arrived; the key makes that one job. */
  submit(message: string, options: SubmitOptions = {}): Promise<Accepted> {
    return this.#submit('/chat', { message, chatId: options.chatId, sessionId: options.sessionId }, options);
  }

  /** Another message in a job's place, on a branch of its own. */
  edit(jobId: string, message: string, options: SubmitOptions = {}): Promise<Accepted> {
    return this.#submit(`/chat/jobs/${jobId}/edit`, { message }, options);
  }

  /** Another answer to a job's message, on a branch of its own. */
  regenerate(jobId: string, options: SubmitOptions = {}): Promise<Accepted> {
    return this.#submit(`/chat/jobs/${jobId}/regenerate`, {}, options);
  }

  job(jobId: string, signal?: AbortSignal): Promise<JobStatus> {
    return this.#json('GET', `/chat/jobs/${jobId}`, signal);
  }

  /** Stops the model; what was said stays, marked partial. */
  cancel(jobId: string, signal?: AbortSignal): Promise<JobStatus> {
    return this.#json('POST', `/chat/jobs/${jobId}/cancel`, signal);
  }

  /** Another attempt of a job that failed, expired or was cancelled. */
  retry(jobId: string, signal?: AbortSignal): Promise<JobStatus> {
    return this.#json('POST', `/chat/jobs/${jobId}/retry`, signal);
  }

  /** Newest first. */
  chats(cursor?: string, signal?: AbortSignal, limit?: number): Promise<Page<Chat>> {
    return this.#json('GET', `/chats${query({ cursor, limit })}`, signal);
  }

  /** Changes what is given. */
  changeChat(chatId: string, change: ChatChange, signal?: AbortSignal): Promise<Chat> {
    return this.#json('PATCH', `/chats/${chatId}`, signal, change);
  }

  /** Out of sight at once. That there is none (any more) is no error. */
  async deleteChat(chatId: string, signal?: AbortSignal): Promise<void> {
    const response = await this.#fetch('DELETE', `/chats/${chatId}`, signal);
    if (!response.ok && response.status !== 404) throw await CloudIaProblem.of(response);
  }

  /** Newest first; the branch that the last turn is on, or all. */
  messages(chatId: string, options: { cursor?: string; branch?: 'all'; limit?: number; signal?: AbortSignal } = {}): Promise<Page<Message>> {
    return this.#json('GET', `/chats/${chatId}/messages${query({ cursor: options.cursor, branch: options.branch, limit: options.limit })}`, options.signal);
  }

  /** For one WebSocket of a browser, within a minute: `/ws?ticket=…`. */
  ticket(signal?: AbortSignal): Promise<Ticket> {
    return this.#json('POST', '/ws/ticket', signal);
  }

  /** All events of the user's jobs, on whichever device they were asked, over one WebSocket that comes back by itself. */
  listen(options: ListenOptions): Listener {
    const base = this.#base || globalThis.location?.origin || '';
    return new Listener(async signal => `${base.replace(/^http/, 'ws')}/ws?ticket=${encodeURIComponent((await this.ticket(signal)).ticket)}`, options);
  }

  /**
   * A job's events, each once and in order, until its attempt ends. A stream that is lost is asked for again, from the last event on, for as long as
   * it takes; abort the signal to give up.
   * @throws CloudIaProblem The service refuses (there is no such job, the login is over): coming back would not help.
   */
  async *follow(jobId: string, options: FollowOptions = {}): AsyncGenerator<ClientEvent, void, undefined> {
    const { signal } = options;
    let last = options.after ? String(options.after) : undefined;
    let asked = shortestPause;
    for (let failures = 0; ; failures++) {
      signal?.throwIfAborted();
      let reason: unknown = new Error('The stream ended before the answer did.');
      const silence = new Silence(this.#options.silence ?? 45_000, signal);
      try {
        const response = await this.#fetch('GET', `/chat/jobs/${jobId}/events`, silence.signal, undefined, {
          accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }),
        });
        if (response.status === 204) return;
        if (!response.ok) throw await CloudIaProblem.of(response);

        const heard = response.body!.pipeThrough(silence.listen());
        for await (const { id, data } of readEvents(heard, pause => { asked = pause; })) {
          const event = JSON.parse(data) as ClientEvent;
          // A log that was lost begins anew: its numbers do too.
          last = event.event === 'message_reset' && event.seq === undefined ? undefined : id ?? last;
          failures = 0;
          yield event;
          if (endsAttempt(event)) return;
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof CloudIaProblem && !error.isPassing) throw error;
        reason = error;
      } finally {
        silence.end();
      }

      const wanted = reason instanceof CloudIaProblem && reason.retryAfter !== undefined ? reason.retryAfter * 1000 : asked * 2 ** Math.min(failures, 10);
      const pause = Math.min(wanted, this.#options.longestPause ?? 15_000) * (0.5 + Math.random() / 2);
      options.onLost?.(reason, pause);
      await sleep(pause, signal);
    }
  }

  /** The answer as it grows, after each event; the last one is final. */
  async *answer(jobId: string, options: Omit<FollowOptions, 'after'> = {}): AsyncGenerator<Answer, void, undefined> {
    let answer = noAnswer;
    for await (const event of this.follow(jobId, options)) {
      answer = withEvent(answer, event);
      yield answer;
    }
  }

  async #submit(path: string, body: object, options: SubmitOptions): Promise<Accepted> {
    const key = options.idempotencyKey ?? crypto.randomUUID();
    for (let tries = 1; ; tries++) {
      try {
        const response = await this.#fetch('POST', path, options.signal, { ...body, model: options.model, onBusy: options.onBusy }, { 'idempotency-key': key });
        if (!response.ok) throw await CloudIaProblem.of(response);
        return await response.json() as Accepted;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (tries === submitTries || (error instanceof CloudIaProblem && !error.isPassing)) throw error;
        await sleep(shortestPause * 2 ** tries * (0.5 + Math.random() / 2), options.signal);
      }
    }
  }

  async #json<T>(method: string, path: string, signal: AbortSignal | undefined, body?: object): Promise<T> {
    const response = await this.#fetch(method, path, signal, body);
    if (!response.ok) throw await CloudIaProblem.of(response);
    return await response.json() as T;
  }

  async #fetch(method: string, path: string, signal: AbortSignal | undefined, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const own = await this.#options.headers?.() ?? {};
    const token = await this.#options.token?.();
    return (this.#options.fetch ?? fetch)(`${this.#base}${path}`, {
      method,
      headers: { accept: 'application/json', ...own, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  }
}

/** Ends a request that says nothing for too long: a connection can be dead without anybody being told. */
class Silence {
  readonly #controller = new AbortController();
  readonly #longest: number;
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(longest: number, outer: AbortSignal | undefined) {
    this.#longest = longest;
    this.#outer = outer;
    outer?.addEventListener('abort', this.#abort);
    this.#heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (chunk, controller) => {
        this.#heard();
        controller.enqueue(chunk);
      },
    });
  }

  /** Whatever is still under way is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }

  readonly #abort = (): void => this.#controller.abort(this.#outer?.reason);

  #heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`Nothing was heard for ${this.#longest} ms.`)), this.#longest);
  }
}

function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)] as [string, string]);
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', over);
      resolve();
    }, milliseconds);
    if (signal?.aborted) over();
    else signal?.addEventListener('abort', over, { once: true });
  });
}
