import { batch } from '@preact/signals';
import { noAnswer, type Accepted, type Message } from 'cloudia-client';
import { api, wordsFor } from '../shared/api';
import { loadChats } from './history';
import { follow } from './listening';
import { addLive, changeLive, chatId, chatState, chosen, liveOf, lives, openHere, removeLive, type Live } from './state';

/** Each of these shows at once what it asks for; where the service refuses, that is shown in its place. */
async function ask(live: Omit<Live, 'key' | 'jobId' | 'answer' | 'chatId'>, send: (key: string) => Promise<Accepted>): Promise<boolean> {
  const key = crypto.randomUUID();
  const from = chatId.value;
  batch(() => {
    // What failed to be sent before is replaced by what is sent now.
    lives.value = lives.value.filter(x => x.refusal === undefined || x.chatId !== from);
    addLive({ ...live, jobId: undefined, key, chatId: from });
    chosen.value = new Map();
  });
  try {
    const { jobId, chatId: id } = await send(key);
    batch(() => {
      // Its events may have been faster than the answer.
      const early = liveOf(jobId);
      if (early) removeLive(early.key);
      changeLive(key, x => ({ ...x, jobId, chatId: id, answer: early?.answer ?? noAnswer }));
      if (chatId.value === undefined && from === undefined) {
        chatId.value = id;
        chatState.value = 'ready';
        history.pushState(null, '', `#${id}`);
      }
    });
    follow(jobId, id);
    if (from === undefined) void loadChats();
    return true;
  } catch (error) {
    changeLive(key, x => ({ ...x, refusal: wordsFor(error) }));
    return false;
  }
}

export const submit = (prompt: string): Promise<boolean> => {
  const into = chatId.value;
  return ask({ prompt }, key => api.submit(prompt, { idempotencyKey: key, ...(into === undefined ? {} : { chatId: into }) }));
};

export const edit = (message: Message, prompt: string): Promise<boolean> =>
  ask({ prompt, edits: message }, key => api.edit(message.jobId, prompt, { idempotencyKey: key }));

export const regenerate = (question: Message): Promise<boolean> =>
  ask({ answers: question.sequence }, key => api.regenerate(question.jobId, { idempotencyKey: key }));

/** What could not be sent, once more. */
export async function sendAgain(live: Live): Promise<void> {
  removeLive(live.key);
  if (live.edits && live.prompt !== undefined) await edit(live.edits, live.prompt);
  else if (live.prompt !== undefined) await submit(live.prompt);
}

/** Another attempt of a job that failed or was stopped. */
export async function retry(live: Live): Promise<void> {
  if (live.jobId === undefined) return sendAgain(live);
  const { answer: before, jobId } = live;
  changeLive(live.key, x => ({ ...x, answer: { ...noAnswer, attempt: x.answer?.attempt ?? 1 } }));
  try {
    await api.retry(jobId);
    follow(jobId, live.chatId!);
  } catch (error) {
    const words = wordsFor(error);
    changeLive(live.key, x => ({ ...x, answer: before, refusal: words }));
  }

  return undefined;
}

/** The answer that is being written, or the first that waits. */
export async function stop(): Promise<void> {
  const live = openHere.value.find(x => x.jobId !== undefined && !x.isStopping);
  if (!live) return;
  changeLive(live.key, x => ({ ...x, isStopping: true }));
  try {
    await api.cancel(live.jobId!);
  } catch (error) {
    wordsFor(error);
    changeLive(live.key, ({ isStopping: _, ...x }) => x);
  }
}
