import '../shared/theme.css';
import '../shared/controls.css';
import './chat.css';
import './code.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { setLanguage } from '../shared/i18n';
import { loginState, startLogin } from '../shared/login';
import { App } from './app';
import { loadChats, openChat } from './history';
import { startListening } from './listening';
import { chatId, chats } from './state';

setLanguage();

const idPattern = /^#([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The address says which chat is shown: behind #, so that no server hears of it. */
const go = (): void => openChat(idPattern.exec(location.hash)?.[1]);

render(<App />, document.getElementById('app')!);

effect(() => {
  const title = chats.value?.find(x => x.chatId === chatId.value)?.title;
  document.title = title ? `${title} · CloudIa` : 'CloudIa';
});

await startLogin();
if (loginState.value === 'none' || loginState.value === 'in') {
  startListening();
  void loadChats();
  go();
  addEventListener('hashchange', go);
  addEventListener('popstate', go);
}
