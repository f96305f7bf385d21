import type { ClientEvent } from './events.js';

/** What a page shows of an answer. */
export interface Answer {
  /** `delayed`: no provider can answer just now; `restarted`: what was said was void, and the model is asked once more. */
  readonly state: 'accepted' | 'started' | 'delayed' | 'writing' | 'restarted' | 'completed' | 'failed' | 'cancelled';
  readonly text: string;
  readonly attempt: number;
  /** While it is delayed: about when the next try begins; ISO 8601. */
  readonly nextTryAt?: string;
  readonly error?: { readonly message: string; readonly code: string; readonly retryable: boolean };
}

export const noAnswer: Answer = { state: 'accepted', text: '', attempt: 1 };

/** The answer after one more event. `message_completed` has all of it, whatever was joined before. */
export function withEvent(answer: Answer, event: ClientEvent): Answer {
  const { attempt } = event;
  switch (event.event) {
    case 'job_accepted': return { state: 'accepted', text: '', attempt };
    case 'job_started': return { state: 'started', text: '', attempt };
    case 'job_delayed': return { state: 'delayed', text: answer.text, attempt, nextTryAt: event.until };
    case 'message_delta': return { state: 'writing', text: answer.text + event.content, attempt };
    case 'message_reset': return { state: 'restarted', text: '', attempt };
    case 'message_completed': return { state: 'completed', text: event.content, attempt };
    case 'job_cancelled': return { state: 'cancelled', text: answer.text, attempt };
    case 'error':
      return { state: 'failed', text: answer.text, attempt, error: { message: event.message, code: event.details, retryable: event.retryable } };
  }
}
