import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from '../shared/controls';
import { Mark } from '../shared/icons';
import { t } from '../shared/i18n';
import { logIn, loginState } from '../shared/login';
import { Composer, focusComposer } from './composer';
import { Header } from './header';
import { stop } from './actions';
import { focusSearch, Sidebar } from './sidebar';
import { announcement, chatError, chatId, chatState, connection, drawer, livesHere, messages } from './state';
import { Thread } from './thread';
import { Welcome } from './welcome';

export function App(): JSX.Element {
  switch (loginState.value) {
    case 'loading': return <div class="gate" role="status" aria-label={t.loading} />;
    case 'out': case 'failed': return <Gate title={t.loginTitle} text={t.loginText} error={loginState.value === 'failed' ? t.loginFailed : undefined} action={t.login} onAction={() => void logIn()} />;
    case 'unconfigured': return <Gate title="CloudIa" error={t.noLoginConfigured} />;
    case 'unreachable': return <Gate title="CloudIa" error={t.pageFailed} action={t.reload} onAction={() => location.reload()} />;
    default: return <Chat />;
  }
}

function Gate({ title, text, error, action, onAction }: { title: string; text?: string; error?: string | undefined; action?: string; onAction?: () => void }): JSX.Element {
  return (
    <main class="gate">
      <Mark size={48} />
      <h1>{title}</h1>
      {text && <p>{text}</p>}
      {error && <Notice>{error}</Notice>}
      {action && <button type="button" class="button primary" onClick={onAction}>{action}</button>}
    </main>
  );
}

/** As in the style sheet: the list of chats lies over the page. */
const small = matchMedia('(max-width: 799px)');
small.addEventListener('change', () => { drawer.value = false; });

function onKey(event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    drawer.value = small.matches;
    focusSearch();
  } else if (command && event.shiftKey && event.key.toLowerCase() === 'o') {
    event.preventDefault();
    location.hash = '';
    focusComposer();
  } else if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) {
    if (drawer.value) drawer.value = false;
    else void stop();
  }
}

function Chat(): JSX.Element {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const isEmpty = chatState.value === 'ready' && messages.value.length === 0 && livesHere.value.length === 0 && chatId.value === undefined;
  return (
    <div class={`page ${drawer.value ? 'drawer-open' : ''}`}>
      <button type="button" class="skip" onClick={focusComposer}>{t.skip}</button>
      <Sidebar />
      <div class="scrim" onClick={() => { drawer.value = false; }} />
      <div class="room" inert={drawer.value}>
        <Header />
        <main class="main">
          {chatState.value === 'gone' || chatState.value === 'failed' ? <Missing /> : isEmpty ? <Welcome /> : <Thread />}
        </main>
        <footer class="foot">
          <Connection />
          {loginState.value === 'over' && <Notice>{t.loginOver} <button type="button" class="link" onClick={() => void logIn()}>{t.login}</button></Notice>}
          <Composer />
        </footer>
      </div>
      <div class="unseen" role="status" aria-live="polite">{announcement}</div>
    </div>
  );
}

function Missing(): JSX.Element {
  return (
    <div class="gate">
      <h1>{chatState.value === 'gone' ? t.chatGone : t.problems.other}</h1>
      <p>{chatState.value === 'gone' ? t.chatGoneHint : chatError}</p>
      <a class="button primary" href="#">{t.newChat}</a>
    </div>
  );
}

/** A moment without a connection is nothing to speak of. */
const spokenOfAfter = 1500;

function Connection(): JSX.Element | null {
  const lost = connection.value === 'lost' && loginState.value !== 'over';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return undefined;
    }

    const timer = setTimeout(() => setShown(true), spokenOfAfter);
    return () => clearTimeout(timer);
  }, [lost]);
  return shown ? <Notice kind="info">{navigator.onLine ? t.reconnecting : t.offline}</Notice> : null;
}
