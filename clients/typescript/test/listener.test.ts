import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { CloudIaClient, CloudIaProblem, Listener, type ClientEvent, type ListenOptions } from '../src/index.js';
import { eventsOf, Fake } from './fake.js';

/** One connection, whose server is the test. */
class FakeSocket {
  onopen = null;
  onmessage: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  readonly sent: { action: string; jobId?: string; lastSeq?: number }[] = [];
  closed = false;

  constructor(readonly address: string) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }

  greet(): void {
    this.say({ status: 'connected', connectionId: 'c', sessionId: 's' });
  }

  drop(): void {
    this.onclose?.({ code: 1006 } as never);
  }
}

let open: Listener[] = [];
afterEach(() => {
  open.forEach(listener => listener.close());
  open = [];
});

function start(options: Partial<ListenOptions> = {}, address: () => Promise<string> = async () => 'ws://x/ws') {
  const sockets: FakeSocket[] = [];
  const events: ClientEvent[] = [];
  const opened: boolean[] = [];
  let arrived: (() => void) | undefined;
  const listener = new Listener(address, {
    onEvent: event => events.push(event),
    onOpen: again => opened.push(again),
    longestPause: 1,
    socket: at => {
      const socket = new FakeSocket(at);
      sockets.push(socket);
      // The listener sets its handlers when it has it.
      setImmediate(() => arrived?.());
      return socket;
    },
    ...options,
  });
  open.push(listener);
  const next = async (n: number): Promise<FakeSocket> => {
    while (sockets.length < n || sockets[n - 1]!.onmessage === null) await new Promise<void>(resolve => { arrived = resolve; });
    return sockets[n - 1]!;
  };
  return { listener, next, events, opened, sockets };
}

const whole = eventsOf('Olá, ', 'mundo', '!');
const subscriptions = (socket: FakeSocket) => socket.sent.filter(x => x.action === 'subscribe').map(x => [x.jobId, x.lastSeq]);

test('a job is taken up where it was left after each lost connection, and its events come once', async () => {
  const { next, events, opened } = start();
  for (let n = 0; n < whole.length; n++) {
    const socket = await next(n + 1);
    socket.greet();
    assert.deepEqual(subscriptions(socket), n === 0 ? [] : [['j', n]]);
    // As a server may, it says again what it said before.
    for (const event of whole.slice(Math.max(0, n - 1), n + 1)) socket.say(event);
    socket.drop();
  }

  assert.deepEqual(events, whole);
  assert.deepEqual(opened, [false, true, true, true, true, true]);
});

test('a job that has ended is not asked for again, and what comes of it once more is dropped', async () => {
  const { next, events } = start();
  const first = await next(1);
  first.greet();
  whole.forEach(event => first.say(event));
  first.drop();
  const second = await next(2);
  second.greet();
  whole.forEach(event => second.say(event));
  assert.deepEqual(subscriptions(second), []);
  assert.deepEqual(events, whole);
});

test('a retry of a job goes on with its numbers', async () => {
  const { next, events } = start();
  const socket = await next(1);
  socket.greet();
  whole.forEach(event => socket.say(event));
  const again = whole.map(event => ({ ...event, seq: event.seq! + whole.length, attempt: 2 }));
  again.forEach(event => socket.say(event));
  assert.deepEqual(events, [...whole, ...again]);
});

test('a gap is asked for once, and nothing is told over it', async () => {
  const { next, events } = start();
  const socket = await next(1);
  socket.greet();
  for (const event of whole.slice(2, 5)) socket.say(event);
  assert.deepEqual([events, subscriptions(socket)], [[], [['j', 0]]]);
  whole.forEach(event => socket.say(event));
  assert.deepEqual(events, whole);
});

test('a log that was lost begins anew with its numbers', async () => {
  const { next, events } = start();
  const socket = await next(1);
  socket.greet();
  whole.slice(0, 3).forEach(event => socket.say(event));
  const { seq: _, ...common } = whole[2]!;
  const reset = { jobId: common.jobId, chatId: common.chatId, attempt: 1, timestamp: common.timestamp, event: 'message_reset' as const };
  socket.say(reset);
  whole.forEach(event => socket.say(event));
  assert.deepEqual(events, [...whole.slice(0, 3), reset, ...whole]);
});

test('a job that was begun before is followed from the number that is named', async () => {
  const { listener, next, events } = start();
  listener.follow('j', 4);
  const socket = await next(1);
  socket.greet();
  listener.follow('j');
  listener.follow('k');
  assert.deepEqual(subscriptions(socket), [['j', 4], ['k', 0]]);
  whole.slice(3).forEach(event => socket.say(event));
  assert.deepEqual(events, whole.slice(4));
});

test('a connection that says nothing is lost', async () => {
  const { next, sockets } = start({ silence: 30 });
  (await next(1)).greet();
  await next(2);
  assert.equal(sockets[0]!.closed, true);
  assert.ok(sockets[0]!.sent.some(x => x.action === 'ping'));
});

test('a refusal is told and ends it; one that passes is tried again', async () => {
  const answers = [new CloudIaProblem(503, undefined, 'away', undefined, undefined), new CloudIaProblem(401, undefined, 'over', undefined, undefined)];
  const refused = await new Promise<CloudIaProblem>(resolve => {
    const { sockets } = start({ onRefused: resolve }, async () => { throw answers.shift() ?? new Error(`asked again, after ${sockets.length}`); });
  });
  assert.equal(refused.status, 401);
  assert.equal(answers.length, 0);
});

test('each connection has a ticket of its own', async () => {
  let made = 0;
  const fake = await Fake.start((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ticket: `t+${++made}`, expiresAt: '2030-01-01T00:00:00Z' }));
  });
  const addresses: string[] = [];
  const client = new CloudIaClient({ baseUrl: fake.url });
  await new Promise<void>(resolve => {
    const listener = client.listen({
      onEvent: () => undefined,
      longestPause: 1,
      socket: address => {
        addresses.push(address);
        const socket = new FakeSocket(address);
        setImmediate(() => {
          if (addresses.length < 2) return socket.drop();
          listener.close();
          resolve();
        });
        return socket;
      },
    });
  });
  const base = fake.url.replace('http', 'ws');
  fake.stop();
  assert.deepEqual(addresses, [`${base}/ws?ticket=t%2B1`, `${base}/ws?ticket=t%2B2`]);
});

test('a chat is renamed and deleted, and one that is gone is deleted', async () => {
  const fake = await Fake.start(
    (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"chatId":"c","title":"New"}'); },
    (_, response) => { response.writeHead(204).end(); },
    (_, response) => { response.writeHead(404).end(); });
  const client = new CloudIaClient({ baseUrl: fake.url });
  assert.equal((await client.changeChat('c', { title: 'New' })).title, 'New');
  await client.deleteChat('c');
  await client.deleteChat('c');
  fake.stop();
  assert.deepEqual(fake.requests.map(x => [x.method, x.url, x.body]), [['PATCH', '/chats/c', '{"title":"New"}'], ['DELETE', '/chats/c', ''], ['DELETE', '/chats/c', '']]);
});
