import { batch, computed, signal } from '@preact/signals';
import { noAnswer, type Answer, type Chat, type Message } from 'cloudia-client';
import { branchOf } from './tree';

/** An answer that is not in the history (yet): it waits, is written, or has failed. */
export interface Live {
  /** Undefined: on its way to the service. */
  readonly jobId: string | undefined;
  readonly key: string;
  readonly chatId: string | undefined;
  readonly answer: Answer | undefined;
  /** What was said, where it may not be in the history yet. */
  readonly prompt?: string;
  /** The message whose place it takes. */
  readonly edits?: Message;
  /** The message that is answered once more: its place. */
  readonly answers?: number;
  readonly isStopping?: boolean;
  /** What the service said to sending it. */
  readonly refusal?: string;
}

export const chats = signal<readonly Chat[] | undefined>(undefined);
export const moreChats = signal<string | undefined>(undefined);
export const chatId = signal<string | undefined>(undefined);
export const messages = signal<readonly Message[]>([]);
/** Where there are older ones. */
export const earlier = signal<string | undefined>(undefined);
export const chatState = signal<'ready' | 'loading' | 'gone' | 'failed'>('ready');
export const chatError = signal('');
export const lives = signal<readonly Live[]>([]);
export const chosen = signal<ReadonlyMap<number, number>>(new Map());
export const connection = signal<'opening' | 'open' | 'lost'>('opening');
/** For those who hear the page: what has just changed. */
export const announcement = signal('');
export const drawer = signal(false);

export const branch = computed(() => branchOf(messages.value, chosen.value));

export const livesHere = computed(() => lives.value.filter(x => x.chatId === chatId.value));

const ended: readonly (Answer['state'] | undefined)[] = ['completed', 'failed', 'cancelled'];
export const isOpen = (live: Live): boolean => live.refusal === undefined && !ended.includes(live.answer?.state);
export const openHere = computed(() => livesHere.value.filter(isOpen));

export function changeLive(key: string, change: (live: Live) => Live): void {
  lives.value = lives.value.map(x => (x.key === key ? change(x) : x));
}

export function removeLive(key: string): void {
  lives.value = lives.value.filter(x => x.key !== key);
}

export function liveOf(jobId: string): Live | undefined {
  return lives.value.find(x => x.jobId === jobId);
}

export function addLive(live: Omit<Live, 'answer'> & { answer?: Answer }): void {
  lives.value = [...lives.value, { ...live, answer: live.answer ?? (live.jobId === undefined ? undefined : noAnswer) }];
}

/** An empty page for a new chat, or one whose messages are to come. */
export function clearChat(id: string | undefined): void {
  batch(() => {
    chatId.value = id;
    messages.value = [];
    earlier.value = undefined;
    chosen.value = new Map();
    chatError.value = '';
    chatState.value = id === undefined ? 'ready' : 'loading';
  });
}
