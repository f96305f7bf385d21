import { CloudIaClient, CloudIaProblem } from 'cloudia-client';
import { durationOf, t } from './i18n';
import { loginIsOver, token } from './login';

export const api = new CloudIaClient({ token });

/** What happened, for a person, and what to do. The service's own words are English and for whoever calls it. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof CloudIaProblem)) return t.problems.network;
  const is = (type: string): boolean => error.type?.endsWith(`:${type}`) ?? false;
  switch (error.status) {
    case 401:
      loginIsOver();
      return t.loginOver;
    case 429: return error.retryAfter === undefined ? t.problems.limitSoon : t.problems.limit(durationOf(error.retryAfter));
    case 413: return t.problems.tooLong;
    case 404: return t.problems.notFound;
    case 409: return is('deletion-running') ? t.problems.deleting : t.problems.conflict;
    case 400: case 415: case 422: return t.problems.invalid;
    default: return error.status >= 500 ? t.problems.unavailable : t.problems.other;
  }
}

/** What a job failed of, by its code. */
export function failureWords(code: string): string {
  return (t.failures as Record<string, string>)[code] ?? t.failures.other;
}
