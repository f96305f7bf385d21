import type { JSX } from 'preact';
import { IconButton } from '../shared/controls';
import { Icon } from '../shared/icons';
import { t } from '../shared/i18n';
import { loginState, logOut } from '../shared/login';
import { theme, toggleTheme } from '../shared/theme';
import { chatId, chats, drawer } from './state';

/** Over the page on a small screen; whoever uses the keyboard goes on in it. */
function openDrawer(): void {
  drawer.value = true;
  setTimeout(() => document.querySelector<HTMLElement>('.sidebar .narrow')?.focus());
}

export function Header(): JSX.Element {
  const title = chats.value?.find(x => x.chatId === chatId.value)?.title;
  return (
    <header class="header">
      <IconButton icon="menu" label={t.openChats} kind="narrow" onClick={openDrawer} />
      <h1 class="header-title">{title ?? t.newChat}</h1>
      <IconButton icon={theme.value === 'dark' ? 'sun' : 'moon'} label={theme.value === 'dark' ? t.lightTheme : t.darkTheme} onClick={toggleTheme} />
      {loginState.value === 'in' && <IconButton icon="out" label={t.logout} onClick={() => void logOut()} />}
      <a class="icon-button narrow" href="#" aria-label={t.newChat} title={t.newChat}><Icon name="plus" size={20} /></a>
    </header>
  );
}
