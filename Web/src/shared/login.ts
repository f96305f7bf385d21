import { signal } from '@preact/signals';
import type { User, UserManager } from 'oidc-client-ts';

export interface PageConfig {
  /** Null: nobody needs a token here. */
  readonly login: { readonly authority: string; readonly clientId: string | null; readonly scopes: string; readonly audience: string | null } | null;
}

export type LoginState = 'loading' | 'none' | 'in' | 'out' | 'over' | 'failed' | 'unconfigured' | 'unreachable';

/** `none`: no login is needed; `over`: it was there and has ended. */
export const loginState = signal<LoginState>('loading');

/** A token that ends sooner is renewed first, in s. */
const renewBefore = 30;

let manager: UserManager | undefined;
let user: User | null = null;

/** Asks how one logs in here, and takes up a login: one that comes back from the authority with this address, or one of this tab. */
export async function startLogin(): Promise<void> {
  let config: PageConfig;
  try {
    const response = await fetch('/web/config', { headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`The configuration could not be read: ${response.status}.`);
    config = await response.json() as PageConfig;
  } catch {
    loginState.value = 'unreachable';
    return;
  }

  if (config.login === null) {
    loginState.value = 'none';
    return;
  }

  if (config.login.clientId === null) {
    loginState.value = 'unconfigured';
    return;
  }

  const { UserManager: Manager } = await import('oidc-client-ts');
  manager = new Manager({
    authority: config.login.authority,
    client_id: config.login.clientId,
    redirect_uri: `${location.origin}${location.pathname}`,
    post_logout_redirect_uri: `${location.origin}${location.pathname}`,
    scope: config.login.scopes,
    automaticSilentRenew: false,
    ...(config.login.audience === null ? {} : { extraQueryParams: { audience: config.login.audience } }),
  });
  await comeBack(manager);
}

async function comeBack(oidc: UserManager): Promise<void> {
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    let hash = '';
    try {
      user = await oidc.signinRedirectCallback();
      hash = typeof user.state === 'string' ? user.state : '';
    } catch {
      user = null;
    }

    // The code is used up, and nobody needs it in the address.
    history.replaceState(null, '', `${location.pathname}${hash}`);
    loginState.value = user ? 'in' : 'failed';
    return;
  }

  user = await oidc.getUser();
  loginState.value = user && (!user.expired || user.refresh_token) ? 'in' : 'out';
}

export async function logIn(): Promise<void> {
  try {
    await manager?.signinRedirect({ state: location.hash });
  } catch {
    loginState.value = 'failed';
  }
}

export async function logOut(): Promise<void> {
  await manager?.removeUser();
  location.assign(location.pathname);
}

export const canLogOut = (): boolean => loginState.value === 'in';

let renewing: Promise<void> | undefined;

/** For each request: a token that is good for a while. */
export async function token(): Promise<string | undefined> {
  if (manager === undefined) return undefined;
  if (user && (user.expires_in ?? Infinity) < renewBefore && user.refresh_token) {
    renewing ??= renew(manager).finally(() => { renewing = undefined; });
    await renewing;
  }

  return user?.access_token;
}

async function renew(oidc: UserManager): Promise<void> {
  try {
    user = await oidc.signinSilent() ?? user;
  } catch {
    // The old one may be good for some seconds; the service says when it is not.
  }
}

/** The service says 401. */
export function loginIsOver(): void {
  if (loginState.value === 'in') loginState.value = 'over';
}
