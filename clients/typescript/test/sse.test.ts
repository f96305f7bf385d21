import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from '../src/sse.js';

async function read(...parts: Uint8Array[]): Promise<[string | undefined, string][]> {
  const events: [string | undefined, string][] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      parts.forEach(part => controller.enqueue(part));
      controller.close();
    },
  });
  for await (const event of readEvents(body)) events.push([event.id, event.data]);
  return events;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a stream may be cut at every byte', async () => {
  const all = bytes('retry: 5\n\n:\n\nid: 1\ndata: {"a":"ação 🦜"}\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\ndata:z\n\n');
  for (let at = 0; at <= all.length; at++) {
    assert.deepEqual(await read(all.slice(0, at), all.slice(at)), [['1', '{"a":"ação 🦜"}'], ['2', 'x\ny'], ['2', 'z']], `cut at ${at}`);
  }

  assert.deepEqual(await read(...[...all].map(byte => Uint8Array.of(byte))), [['1', '{"a":"ação 🦜"}'], ['2', 'x\ny'], ['2', 'z']]);
});

test('an event whose end is missing is none, and comments and unknown fields are nothing', async () => {
  assert.deepEqual(await read(bytes(': hello\nevent: x\nfoo\n\ndata: half')), []);
  assert.deepEqual(await read(bytes('data: half\n')), []);
});
