import { batch } from '@preact/signals';
import { CloudIaProblem, noAnswer, type Chat, type Message } from 'cloudia-client';
import { api, wordsFor } from '../shared/api';
import { follow } from './listening';
import { addLive, announcement, chatError, chatId, chats, chatState, clearChat, earlier, liveOf, lives, messages, moreChats } from './state';

const pageSize = 100;

/** The first page of chats, again; those of later pages that are shown stay. */
export async function loadChats(): Promise<void> {
  try {
    const page = await api.chats(undefined, undefined, pageSize);
    const known = new Set(page.items.map(x => x.chatId));
    const oldest = page.items.at(-1)?.updatedAt ?? '';
    batch(() => {
      const rest = page.next ? (chats.value ?? []).filter(x => !known.has(x.chatId) && x.updatedAt < oldest) : [];
      if (rest.length === 0) moreChats.value = page.next ?? undefined;
      chats.value = [...page.items, ...rest];
    });
  } catch (error) {
    wordsFor(error);
    chats.value ??= [];
  }
}

export async function loadMoreChats(): Promise<void> {
  if (moreChats.value === undefined) return;
  const page = await api.chats(moreChats.value, undefined, pageSize);
  batch(() => {
    const known = new Set((chats.value ?? []).map(x => x.chatId));
    chats.value = [...chats.value ?? [], ...page.items.filter(x => !known.has(x.chatId))];
    moreChats.value = page.next ?? undefined;
  });
}

/** A search looks at all titles, so all have to be here. */
export async function loadAllChats(): Promise<void> {
  while (moreChats.value !== undefined) {
    const before: string = moreChats.value;
    await loadMoreChats();
    if (moreChats.value === before) return;
  }
}

export function openChat(id: string | undefined): void {
  if (id === chatId.value && chatState.value !== 'failed') return;
  clearChat(id);
  if (id !== undefined) void loadMessages(id);
}

let loading: Promise<void> | undefined;
let wanted = false;

/** The chat's messages, again. Several wishes at once are one, or one more after it. */
export function refresh(): void {
  const id = chatId.value;
  if (id === undefined) return;
  wanted = true;
  loading ??= (async () => {
    while (wanted) {
      wanted = false;
      if (chatId.value !== undefined) await loadMessages(chatId.value);
    }

    loading = undefined;
  })();
}

async function loadMessages(id: string): Promise<void> {
  try {
    const page = await api.messages(id, { branch: 'all', limit: pageSize });
    if (chatId.value !== id) return;
    batch(() => {
      take(page.items);
      if (chatState.value !== 'ready') earlier.value = page.next ?? undefined;
      chatState.value = 'ready';
    });
    takeUp(id).catch(wordsFor);
  } catch (error) {
    if (chatId.value !== id) return;
    const gone = error instanceof CloudIaProblem && error.status === 404;
    // A chat that is just being made is not there for a moment.
    if (gone && lives.value.some(x => x.chatId === id)) return;
    const words = wordsFor(error);
    if (chatState.value === 'ready' && !gone) return;
    batch(() => {
      chatError.value = words;
      chatState.value = gone ? 'gone' : 'failed';
    });
  }
}

export async function loadEarlier(): Promise<void> {
  const id = chatId.value;
  if (id === undefined || earlier.value === undefined) return;
  try {
    const page = await api.messages(id, { branch: 'all', limit: pageSize, cursor: earlier.value });
    if (chatId.value !== id) return;
    batch(() => {
      take(page.items);
      earlier.value = page.next ?? undefined;
    });
  } catch (error) {
    // The button is still there, to try again.
    announcement.value = wordsFor(error);
  }
}

/** What is new replaces what is old at its place, and an answer that is stored is not live any more. */
function take(items: readonly Message[]): void {
  const all = new Map(messages.value.map(x => [x.sequence, x]));
  for (const item of items) all.set(item.sequence, item);
  messages.value = [...all.values()].sort((a, b) => a.sequence - b.sequence);
  const answered = new Map(items.filter(x => x.role === 'assistant').map(x => [x.jobId, x]));
  lives.value = lives.value.filter(x => {
    const stored = x.jobId === undefined ? undefined : answered.get(x.jobId);
    // A part of an answer stays beside its job while that is tried once more, or has failed.
    return stored === undefined || (stored.partial === true && x.answer?.state !== 'completed' && x.answer?.state !== 'cancelled');
  });
}

/** The last message has no answer: it is being written, or could not be. */
async function takeUp(id: string): Promise<void> {
  const last = messages.value.at(-1);
  if (last === undefined || last.role !== 'user' || liveOf(last.jobId)) return;
  const job = await api.job(last.jobId);
  if (chatId.value !== id || liveOf(last.jobId)) return;
  const { error } = job;
  if (job.status === 'failed' || job.status === 'expired')
    addLive({ jobId: job.jobId, key: job.jobId, chatId: id, answer: { ...noAnswer, state: 'failed', attempt: job.attempt, ...(error ? { error } : {}) } });
  else if (job.status === 'cancelled')
    addLive({ jobId: job.jobId, key: job.jobId, chatId: id, answer: { ...noAnswer, state: 'cancelled', attempt: job.attempt } });
  else if (job.status !== 'completed')
    follow(job.jobId, id);
}

export async function rename(chat: Chat, title: string): Promise<void> {
  const before = chats.value;
  chats.value = before?.map(x => (x.chatId === chat.chatId ? { ...x, title } : x));
  try {
    await api.changeChat(chat.chatId, { title });
  } catch (error) {
    chats.value = before;
    throw error;
  }
}

export async function remove(chat: Chat): Promise<void> {
  await api.deleteChat(chat.chatId);
  chats.value = chats.value?.filter(x => x.chatId !== chat.chatId);
  lives.value = lives.value.filter(x => x.chatId !== chat.chatId);
  if (chatId.value === chat.chatId) location.hash = '';
}
