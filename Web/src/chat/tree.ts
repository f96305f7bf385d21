import type { Message } from 'cloudia-client';

/** A message on the shown branch, and the others that could stand in its place. */
export interface Node {
  readonly message: Message;
  readonly versions: readonly Message[];
}

/**
 * The branch from the first message on. At each fork the one that was chosen; else the one that leads to what was said last, which is where the service goes on.
 * @param chosen By the place of the parent: the place of the child.
 */
export function branchOf(messages: readonly Message[], chosen: ReadonlyMap<number, number>): { nodes: Node[]; isLatest: boolean } {
  const sorted = [...messages].sort((a, b) => a.sequence - b.sequence);
  const children = new Map<number, Message[]>();
  const newest = new Map<number, number>();
  const parents = new Map<number, number>();
  for (const message of sorted) {
    const parent = placeOf(sorted, message);
    parents.set(message.sequence, parent);
    children.set(parent, [...children.get(parent) ?? [], message]);
    for (let at: number | undefined = message.sequence; at !== undefined && at !== 0; at = parents.get(at)) newest.set(at, message.sequence);
  }

  const nodes: Node[] = [];
  let isLatest = true;
  for (let at = 0; ;) {
    const next = children.get(at) ?? [];
    if (next.length === 0) break;
    const latest = next.reduce((a, b) => (newest.get(b.sequence)! > newest.get(a.sequence)! ? b : a));
    const shown = next.find(x => x.sequence === chosen.get(at)) ?? latest;
    isLatest &&= shown === latest;
    nodes.push({ message: shown, versions: next.filter(x => x.role === shown.role) });
    at = shown.sequence;
  }

  return { nodes, isLatest };
}

/** A parent can name a place that is empty, because its turn failed: then it is the nearest below it. 0: none, or one that is not loaded. */
export function placeOf(sorted: readonly Message[], message: Message): number {
  let place = 0;
  for (const { sequence } of sorted) {
    if (sequence > message.parent || sequence >= message.sequence) break;
    place = sequence;
  }

  return place;
}
