/** What the service answers to a request that it does not do (RFC 9457). */
export class CloudIaProblem extends Error {
  constructor(
    readonly status: number,
    /** For a program, such as `urn:cloudia:problem:chat-busy`; undefined where somebody else answered (a proxy). */
    readonly type: string | undefined,
    /** For a person. */
    readonly detail: string,
    readonly traceId: string | undefined,
    /** In how many seconds to come again, where the service said so. */
    readonly retryAfter: number | undefined,
  ) {
    super(detail);
    this.name = 'CloudIaProblem';
  }

  static async of(response: Response): Promise<CloudIaProblem> {
    const text = await response.text();
    const after = Number(response.headers.get('retry-after') ?? NaN);
    let body: { type?: string; title?: string; detail?: string; traceId?: string } = {};
    try {
      body = JSON.parse(text) ?? {};
    } catch {
      // Not ours: a proxy's page, say.
    }

    const detail = body.detail ?? body.title ?? `The server answered ${response.status} ${response.statusText}.`;
    return new CloudIaProblem(response.status, body.type, detail, body.traceId, Number.isFinite(after) ? after : undefined);
  }

  /** Whether the same request may well do better in a moment. */
  get isPassing(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
