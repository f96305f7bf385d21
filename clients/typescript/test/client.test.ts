import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { CloudIaClient, CloudIaProblem, type Answer, type ClientEvent } from '../src/index.js';
import { eventsOf, Fake, problem, stream, type Handler } from './fake.js';

let fakes: Fake[] = [];
afterEach(() => {
  fakes.forEach(fake => fake.stop());
  fakes = [];
});

async function start(...handlers: Handler[]): Promise<{ fake: Fake; client: CloudIaClient }> {
  const fake = await Fake.start(...handlers);
  fakes.push(fake);
  return { fake, client: new CloudIaClient({ baseUrl: fake.url, longestPause: 5, silence: 300, headers: () => ({ authorization: 'Bearer x' }) }) };
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const whole = eventsOf('Olá, ', '世界 ', '👩‍👩‍👧', '!\n');

test('a job is followed from its first event to its last', async () => {
  const { fake, client } = await start(stream(whole));
  assert.deepEqual(await all(client.follow('j')), whole);
  assert.equal(fake.requests[0]!.url, '/chat/jobs/j/events');
  assert.equal(fake.requests[0]!.headers.authorization, 'Bearer x');
  assert.equal(fake.requests[0]!.headers['last-event-id'], undefined);
});

test('each request asks for a token, and a socket gets a ticket', async () => {
  const fake = await Fake.start((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ ticket: 't', expiresAt: '2030-01-01T00:00:00Z' }));
  });
  fakes.push(fake);
  let asked = 0;
  const client = new CloudIaClient({ baseUrl: fake.url, headers: () => ({ 'x-more': 'y' }), token: async () => (++asked > 2 ? undefined : `token-${asked}`) });
  for (let n = 0; n < 3; n++) assert.equal((await client.ticket()).ticket, 't');
  assert.deepEqual(fake.requests.map(x => [x.method, x.url, x.headers.authorization, x.headers['x-more']]), [
    ['POST', '/ws/ticket', 'Bearer token-1', 'y'], ['POST', '/ws/ticket', 'Bearer token-2', 'y'], ['POST', '/ws/ticket', undefined, 'y'],
  ]);
});

for (const end of ['close', 'reset'] as const) {
  test(`a stream that is lost after every single event (${end}) has no gap and no repeat`, async () => {
    const { fake, client } = await start(stream(whole, 1, end));
    assert.deepEqual(await all(client.follow('j')), whole);
    assert.deepEqual(fake.requests.map(x => x.headers['last-event-id']), [undefined, '1', '2', '3', '4', '5', '6']);
  });
}

test('a reader begins where it says, and where nothing remains it ends', async () => {
  const { client } = await start(stream(whole));
  assert.deepEqual(await all(client.follow('j', { after: 5 })), whole.slice(5));
  assert.deepEqual(await all(client.follow('j', { after: 7 })), []);
});

test('a stream that says nothing any more is asked for again', async () => {
  const { fake, client } = await start(stream(whole, 3, 'stay'), stream(whole));
  const lost: unknown[] = [];
  assert.deepEqual(await all(client.follow('j', { onLost: reason => lost.push(reason) })), whole);
  assert.equal(fake.requests[1]!.headers['last-event-id'], '3');
  assert.equal(lost.length, 1);
});

test('what passes is waited for, as long as the server asks, and what does not is thrown', async () => {
  const pauses: number[] = [];
  const { client } = await start(problem(503, 'dependency-unavailable', 'Redis does not answer.', { 'retry-after': '1' }), problem(429, 'rate', 'Slower.'), stream(whole));
  assert.equal((await all(client.follow('j', { onLost: (_, pause) => pauses.push(pause) }))).length, 7);
  assert.equal(pauses.length, 2);

  const { client: refused } = await start(problem(404, 'job-not-found', 'You have no job j.'));
  await assert.rejects(all(refused.follow('j')), (error: CloudIaProblem) =>
    error instanceof CloudIaProblem && error.status === 404 && error.type === 'urn:cloudia:problem:job-not-found' && error.message === 'You have no job j.' && error.traceId === 't');
});

test('a log that was lost is read again from its beginning', async () => {
  const reset: ClientEvent = { event: 'message_reset', jobId: 'j', chatId: 'c', attempt: 1, timestamp: '2026-01-02T03:04:05Z' };
  const { fake, client } = await start(stream(whole, 4), stream([reset]), stream(whole));
  const events = await all(client.follow('j'));
  assert.deepEqual(events, [...whole.slice(0, 4), reset, ...whole]);
  assert.deepEqual(fake.requests.map(x => x.headers['last-event-id']), [undefined, '4', undefined]);
});

test('a follower that is told to stop stops at once, also in a pause', async () => {
  const { client } = await start(stream(whole, 2, 'stay'));
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const event of client.follow('j', { signal: stop.signal })) if (event.seq === 2) stop.abort(new Error('enough'));
  }, /enough/);

  const { client: away } = await start(problem(503, 'dependency-unavailable', 'Away.'));
  const second = new AbortController();
  await assert.rejects(all(away.follow('j', { signal: second.signal, onLost: () => second.abort(new Error('enough')) })), /enough/);
});

test('an answer grows, is void after a reset, and is whole in the end', async () => {
  const base = { jobId: 'j', chatId: 'c', attempt: 1, timestamp: '2026-01-02T03:04:05Z' };
  const events: ClientEvent[] = [
    { ...base, event: 'job_accepted', seq: 1 }, { ...base, event: 'job_started', seq: 2 }, { ...base, event: 'message_delta', content: 'half an', seq: 3 },
    { ...base, event: 'message_reset', seq: 4 }, { ...base, event: 'message_delta', content: 'whole', seq: 5 },
    { ...base, event: 'message_completed', content: 'whole', metadata: { messageId: 'm', model: 'echo', finishReason: 'stop' }, seq: 6 },
  ];
  const { client } = await start(stream(events, 2));
  const answers: Answer[] = await all(client.answer('j'));
  assert.deepEqual(answers.map(x => [x.state, x.text]), [
    ['accepted', ''], ['started', ''], ['writing', 'half an'], ['restarted', ''], ['writing', 'whole'], ['completed', 'whole']]);
});

test('a failure and a cancel end an answer', async () => {
  const base = { jobId: 'j', chatId: 'c', attempt: 2, timestamp: '2026-01-02T03:04:05Z', seq: 1 };
  const { client } = await start(stream([{ ...base, event: 'error', message: 'The model does not answer.', details: 'model_unavailable', retryable: true }]));
  assert.deepEqual((await all(client.answer('j'))).at(-1), {
    state: 'failed', text: '', attempt: 2, error: { message: 'The model does not answer.', code: 'model_unavailable', retryable: true } });
  const { client: cancelled } = await start(stream([{ ...base, event: 'job_cancelled' }]));
  assert.equal((await all(cancelled.answer('j'))).at(-1)!.state, 'cancelled');
});

test('a message is handed in once, however often it has to be said', async () => {
  const accepted: Handler = (_, response) => response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ jobId: 'j' }));
  const { fake, client } = await start((_, response) => response.destroy(), problem(502, 'dependency-unavailable', 'SQS cannot be reached.'), accepted);
  assert.equal((await client.submit('hello', { chatId: 'c', onBusy: 'wait' })).jobId, 'j');
  assert.equal(fake.requests.length, 3);
  assert.equal(new Set(fake.requests.map(x => x.headers['idempotency-key'])).size, 1);
  assert.deepEqual(JSON.parse(fake.requests[2]!.body), { message: 'hello', chatId: 'c', onBusy: 'wait' });
});

test('a message that is refused is not said again', async () => {
  const { fake, client } = await start(problem(409, 'chat-busy', 'The chat is still answering.'));
  await assert.rejects(client.submit('hello', { onBusy: 'reject' }), (error: CloudIaProblem) => error.type === 'urn:cloudia:problem:chat-busy');
  assert.equal(fake.requests.length, 1);
});

test('everything else is one request', async () => {
  const { fake, client } = await start((_, response) => response.end('{"items":[],"next":null}'));
  await client.job('j');
  await client.cancel('j');
  await client.retry('j');
  await client.chats('n');
  await client.messages('c', { branch: 'all', limit: 5 });
  await client.edit('j', 'again');
  await client.regenerate('j');
  assert.deepEqual(fake.requests.map(x => `${x.method} ${x.url}`), [
    'GET /chat/jobs/j', 'POST /chat/jobs/j/cancel', 'POST /chat/jobs/j/retry', 'GET /chats?cursor=n', 'GET /chats/c/messages?branch=all&limit=5',
    'POST /chat/jobs/j/edit', 'POST /chat/jobs/j/regenerate']);
});
