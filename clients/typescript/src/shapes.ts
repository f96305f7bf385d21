/** What HTTP answers; `GET /openapi/v1.json` describes it. */

export interface Links { readonly self: string; readonly events: string; readonly messages: string }

export interface Accepted {
  readonly jobId: string;
  readonly chatId: string;
  readonly messageId: string;
  readonly status: string;
  /** This key was used before: nothing new was started. */
  readonly repeated: boolean;
  readonly links: Links;
}

/** Good once, until `expiresAt`. */
export interface Ticket { readonly ticket: string; readonly expiresAt: string }

export interface Usage {
  readonly inputTokens?: number | null;
  readonly outputTokens?: number | null;
  readonly cachedInputTokens?: number;
  /** A number is an estimate: the provider gave none. */
  readonly estimated?: boolean;
}

export interface Cost { readonly amount: number; readonly currency: string }

export interface JobStatus {
  readonly jobId: string;
  readonly chatId: string;
  readonly messageId: string;
  readonly status: 'accepted' | 'waiting' | 'invoking' | 'persisting' | 'notifying' | 'completed' | 'failed' | 'cancelled' | 'expired';
  readonly attempt: number;
  readonly model: string | null;
  readonly timings: { readonly acceptedAt: string; readonly endedAt?: string | null };
  readonly usage: Usage | null;
  /** Once the job has ended, where the model has a price. */
  readonly cost?: Cost;
  readonly costUnknown?: 'no_price';
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  /** While no provider can answer: about when the model is asked again; ISO 8601. */
  readonly nextTryAt?: string;
  /** Where it was waited for, and has completed. */
  readonly answer?: Message | null;
  readonly delivery?: Delivery | null;
  readonly links: Links;
}

/** Who was told how the job ended. */
export interface Delivery {
  /** WebSockets and SignalR. Null: not yet, or not known any more (a day after the end). */
  readonly listeners: { readonly state: 'told' | 'undelivered'; readonly connections: number | null; readonly sessionConnections: number | null; readonly toldAt: string | null } | null;
  readonly webhooks: readonly WebhookDelivery[];
}

export interface WebhookDelivery {
  readonly webhookId: string;
  readonly host: string;
  readonly attempt: number;
  readonly state: 'pending' | 'delivered' | 'undelivered';
  readonly tries: number;
  readonly lastStatus?: number | null;
  readonly lastTriedAt?: string | null;
  readonly deliveredAt?: string | null;
  readonly nextTryAt?: string | null;
  readonly reason?: string | null;
}

export interface Chat { readonly chatId: string; readonly title: string; readonly createdAt: string; readonly updatedAt: string }

/** What is left out stays. */
export interface ChatChange { readonly title?: string; readonly systemPrompt?: string | null }

export interface Message {
  readonly messageId: string;
  readonly sequence: number;
  readonly parent: number;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly createdAt: string;
  readonly jobId: string;
  readonly partial?: true;
  readonly model?: string;
  readonly usage?: Usage;
  readonly finishReason?: string;
}

export interface Page<T> { readonly items: readonly T[]; readonly next?: string | null }
