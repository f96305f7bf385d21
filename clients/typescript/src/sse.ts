/** One server-sent event. */
export interface ServerSentEvent {
  /** The last id that the stream gave, this event's or one's before. */
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6) from bytes that may be cut anywhere. An event whose blank line is missing is none.
 * @param onRetry Told how many milliseconds the server would have a client wait before it comes back.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, onRetry?: (milliseconds: number) => void): AsyncGenerator<ServerSentEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  let data: string[] = [];
  let id: string | undefined;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      rest += part.value;
      // A carriage return at the end may be the first half of a line break.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { id, data: data.join('\n') };
          data = [];
          continue;
        }

        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
        if (field === 'data') data.push(value);
        else if (field === 'id' && !value.includes('\0')) id = value;
        else if (field === 'retry' && /^\d+$/.test(value)) onRetry?.(Number(value));
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
