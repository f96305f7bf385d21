import { batch } from '@preact/signals';
import { endsAttempt, noAnswer, withEvent, type ClientEvent, type Listener } from 'cloudia-client';
import { api, failureWords, wordsFor } from '../shared/api';
import { t } from '../shared/i18n';
import { loadChats, refresh } from './history';
import { addLive, announcement, changeLive, chatId, chats, connection, liveOf, lives, messages } from './state';

let listener: Listener | undefined;

/** From now on: whatever happens to any job of the user, on whichever device it was asked. */
export function startListening(): void {
  listener = api.listen({
    onEvent: take,
    onOpen: again => {
      connection.value = 'open';
      if (!again) return;
      void loadChats();
      refresh();
    },
    onLost: () => { connection.value = 'lost'; },
    onRefused: problem => {
      connection.value = 'lost';
      wordsFor(problem);
    },
  });
  addEventListener('online', () => listener?.hurry());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) listener?.hurry();
  });
}

/** A job that is not known here yet, from its beginning. */
export function follow(jobId: string, ofChat: string): void {
  if (!liveOf(jobId)) addLive({ jobId, key: jobId, chatId: ofChat });
  listener?.follow(jobId);
}

/** Pieces that come faster than the screen is drawn are drawn together. */
let waiting: ClientEvent[] = [];
let frame: ReturnType<typeof setTimeout> | undefined;

function take(event: ClientEvent): void {
  waiting.push(event);
  // Not requestAnimationFrame, which stands still in a tab that nobody looks at.
  frame ??= setTimeout(() => {
    const events = waiting;
    waiting = [];
    frame = undefined;
    batch(() => events.forEach(apply));
  }, 16);
}

function apply(event: ClientEvent): void {
  const here = event.chatId === chatId.value;
  let live = liveOf(event.jobId);
  if (!live) {
    // Told of once more after it was stored.
    if (messages.value.some(x => x.jobId === event.jobId && x.role === 'assistant' && !x.partial) && event.event !== 'job_accepted') return;
    addLive({ jobId: event.jobId, key: event.jobId, chatId: event.chatId });
    live = liveOf(event.jobId)!;
  }

  const answer = withEvent(live.answer ?? noAnswer, event);
  const { isStopping, ...rest } = live;
  changeLive(live.key, () => ({ ...rest, answer, ...(isStopping && !endsAttempt(event) ? { isStopping } : {}) }));
  if (event.event === 'job_accepted' && !chats.value?.some(x => x.chatId === event.chatId)) void loadChats();
  if (endsAttempt(event)) void loadChats();
  // Another device's message is in the history when the model is asked, at the latest.
  if (here && (endsAttempt(event) || !messages.value.some(x => x.jobId === event.jobId))) refresh();
  if (here) say(event);
  if (!here && endsAttempt(event)) lives.value = lives.value.filter(x => x.jobId !== event.jobId);
}

function say(event: ClientEvent): void {
  switch (event.event) {
    case 'job_started': announcement.value = t.writing; break;
    case 'message_reset': announcement.value = t.restarted; break;
    case 'message_completed': announcement.value = t.completed; break;
    case 'job_cancelled': announcement.value = t.stopped; break;
    case 'error': announcement.value = failureWords(event.details); break;
    case 'job_delayed': announcement.value = t.delayedSoon; break;
    default: break;
  }
}
