/** The numbered events of a job, as every wire gives them: `GET /asyncapi/v1.json` describes them. */

interface Common {
  readonly jobId: string;
  readonly chatId: string;
  /** From 1, without a gap, over all attempts. Left out where the event is in no log: see docs/listening.md. */
  readonly seq?: number;
  /** From 1; a retry is a new attempt. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** The job is durable. */
export interface JobAccepted extends Common { readonly event: 'job_accepted' }

/** A model is being asked. */
export interface JobStarted extends Common { readonly event: 'job_started' }

/** No provider of the model can answer just now: the job waits, and is tried again by itself. */
export interface JobDelayed extends Common {
  readonly event: 'job_delayed';
  /** About when the next try begins; ISO 8601. */
  readonly until: string;
  /** For a program: `circuit_open`, `provider_busy`, `provider_failed`. */
  readonly reason: string;
}

/** A piece of the answer. */
export interface MessageDelta extends Common { readonly event: 'message_delta'; readonly content: string }

/** What was streamed so far is void; the answer begins anew. */
export interface MessageReset extends Common { readonly event: 'message_reset' }

/** The whole, stored answer. */
export interface MessageCompleted extends Common {
  readonly event: 'message_completed';
  readonly content: string;
  readonly metadata: {
    readonly messageId: string;
    readonly model: string;
    readonly provider?: string;
    readonly finishReason: string;
    readonly tokens?: number;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly cachedInputTokens?: number;
    /** The tokens are an estimate: the provider gave no number. */
    readonly estimated?: boolean;
    /** Not there where the model has no price. */
    readonly cost?: { readonly amount: number; readonly currency: string };
  };
}

/** The attempt failed or expired. */
export interface JobError extends Common {
  readonly event: 'error';
  /** For a person. */
  readonly message: string;
  /** For a program: a code such as `model_unavailable`. */
  readonly details: string;
  readonly retryable: boolean;
}

/** The attempt was stopped on request. */
export interface JobCancelled extends Common { readonly event: 'job_cancelled' }

export type ClientEvent = JobAccepted | JobStarted | JobDelayed | MessageDelta | MessageReset | MessageCompleted | JobError | JobCancelled;

/** Whether nothing follows in this attempt. */
export const endsAttempt = (event: ClientEvent): event is MessageCompleted | JobError | JobCancelled =>
  event.event === 'message_completed' || event.event === 'error' || event.event === 'job_cancelled';
