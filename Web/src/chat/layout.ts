import type { Message } from 'cloudia-client';
import type { Live } from './state';
import type { Node } from './tree';

/** What stands in a thread, from top to bottom. */
export type Entry =
  | { readonly kind: 'said'; readonly key: string; readonly node: Node }
  | { readonly kind: 'saying'; readonly key: string; readonly text: string }
  | { readonly kind: 'answer'; readonly key: string; readonly node: Node; readonly question: Message | undefined }
  | { readonly kind: 'live'; readonly key: string; readonly live: Live };

/** The branch of the history, with what is not in it yet at its place. */
export function layoutOf(nodes: readonly Node[], lives: readonly Live[]): Entry[] {
  let entries: Entry[] = nodes.map((node, n): Entry => {
    const { message } = node;
    return message.role === 'user'
      ? { kind: 'said', key: `u${message.sequence}`, node }
      : { kind: 'answer', key: `a${message.jobId}`, node, question: nodes.slice(0, n).findLast(x => x.message.role === 'user')?.message };
  });
  for (const live of lives) entries = withLive(entries, live);
  return entries;
}

function withLive(entries: Entry[], live: Live): Entry[] {
  const item: Entry = { kind: 'live', key: `a${live.jobId ?? live.key}`, live };
  const at = (is: (message: Message) => boolean): number => entries.findIndex(x => (x.kind === 'said' || x.kind === 'answer') && is(x.node.message));

  // A part of it is kept from an earlier attempt.
  const part = live.jobId === undefined ? -1 : at(x => x.role === 'assistant' && x.jobId === live.jobId);
  if (part >= 0) return [...entries.slice(0, part), item, ...entries.slice(part + 1)];

  const question = at(x => x.role === 'user' && (live.answers === undefined ? live.jobId !== undefined && x.jobId === live.jobId : x.sequence === live.answers));
  if (question >= 0) {
    const next = entries[question + 1];
    // Another answer to what has one: what came after that is on another branch.
    if (next?.kind === 'answer') return [...entries.slice(0, question + 1), item];
    return [...entries.slice(0, question + 1), item, ...entries.slice(question + 1)];
  }

  const edited = live.edits === undefined ? -1 : at(x => x.sequence === live.edits!.sequence);
  const before = edited < 0 ? entries : entries.slice(0, edited);
  if (live.prompt !== undefined) return [...before, { kind: 'saying', key: `p${live.key}`, text: live.prompt }, item];

  // Another device's: its question is in the history when the model is asked. Where it is not there then, it is one that has an answer.
  const isBegun = live.answer !== undefined && live.answer.state !== 'accepted';
  return isBegun && entries.at(-1)?.kind === 'answer' ? [...entries.slice(0, -1), item] : [...entries, item];
}
