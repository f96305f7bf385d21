import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from 'cloudia-client';
import { wordsFor } from '../shared/api';
import { Confirm, IconButton, Notice } from '../shared/controls';
import { Icon, Mark } from '../shared/icons';
import { locale, t } from '../shared/i18n';
import { loadAllChats, loadMoreChats, remove, rename } from './history';
import { chatId, chats, drawer, isOpen, lives, moreChats } from './state';

export const focusSearch = (): void => {
  setTimeout(() => document.getElementById('search')?.focus());
};

const fold = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase(locale);

export function Sidebar(): JSX.Element {
  const [query, setQuery] = useState('');
  const [problem, setProblem] = useState('');
  const [deleting, setDeleting] = useState<Chat>();
  const wanted = fold(query.trim());
  const attempt = (work: Promise<void>): void => {
    setProblem('');
    work.catch((error: unknown) => setProblem(wordsFor(error)));
  };
  const found = chats.value?.filter(x => fold(x.title).includes(wanted));
  return (
    <nav class="sidebar" aria-label={t.chats}>
      <div class="sidebar-head">
        <Mark size={26} /><span class="brand">CloudIa</span>
        <IconButton icon="close" label={t.closeChats} kind="narrow" onClick={() => { drawer.value = false; }} />
      </div>
      <a class="button new-chat" href="#" title={`${t.newChat} (Ctrl+Shift+O)`} onClick={() => { drawer.value = false; }}><Icon name="plus" />{t.newChat}</a>
      <label class="search">
        <Icon name="search" size={16} />
        <input id="search" type="search" autocomplete="off" placeholder={t.search} aria-label={t.search} title="Ctrl+K" value={query}
          onInput={event => { setQuery(event.currentTarget.value); if (event.currentTarget.value.trim()) attempt(loadAllChats()); }} />
      </label>
      {problem && <Notice>{problem}</Notice>}
      <div class="chats">
        {found === undefined ? <Skeleton /> : found.length === 0 ? <p class="nothing">{wanted ? t.noMatch : t.noChats}</p>
          : groupsOf(found).map(([name, group]) => (
            <section key={name} aria-label={name}>
              <h2>{name}</h2>
              <ul>{group.map(chat => <Row key={chat.chatId} chat={chat} onRename={title => attempt(rename(chat, title))} onDelete={() => setDeleting(chat)} />)}</ul>
            </section>
          ))}
        {moreChats.value !== undefined && !wanted && <button type="button" class="link more" onClick={() => attempt(loadMoreChats())}>{t.moreChats}</button>}
      </div>
      {deleting && <Confirm title={t.deleteTitle} text={t.deleteText(deleting.title)} action={t.delete} onConfirm={() => attempt(remove(deleting))} onClose={() => setDeleting(undefined)} />}
    </nav>
  );
}

function Row({ chat, onRename, onDelete }: { chat: Chat; onRename: (title: string) => void; onDelete: () => void }): JSX.Element {
  const [renaming, setRenaming] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (renaming) field.current?.select();
  }, [renaming]);
  const isBusy = lives.value.some(x => x.chatId === chat.chatId && isOpen(x));
  if (renaming) {
    const save = (): void => {
      // The field loses the focus once more when it is taken away.
      if (field.current === null) return;
      const title = field.current.value.trim();
      setRenaming(false);
      if (title && title !== chat.title) onRename(title);
    };
    return (
      <li>
        <form class="rename" onSubmit={event => { event.preventDefault(); save(); }}>
          <input ref={field} maxLength={200} aria-label={t.newTitle} defaultValue={chat.title} onBlur={save}
            onKeyDown={event => { if (event.key === 'Escape') { event.preventDefault(); field.current!.value = chat.title; setRenaming(false); } }} />
        </form>
      </li>
    );
  }

  return (
    <li class="row">
      <a href={`#${chat.chatId}`} aria-current={chat.chatId === chatId.value ? 'page' : undefined} title={chat.title} onClick={() => { drawer.value = false; }}>
        <span class="row-title">{chat.title}</span>{isBusy && <span class="busy" role="img" aria-label={t.writing} />}
      </a>
      <span class="row-actions">
        <IconButton icon="pencil" label={t.renameOf(chat.title)} onClick={() => setRenaming(true)} />
        <IconButton icon="trash" label={t.deleteOf(chat.title)} onClick={onDelete} />
      </span>
    </li>
  );
}

function Skeleton(): JSX.Element {
  return <div class="skeleton" role="status" aria-label={t.loading}>{[72, 54, 64, 40].map(width => <span key={width} class={`bone w${width}`} />)}</div>;
}

/** By the day on which something was said last, as this device counts days. */
function groupsOf(list: readonly Chat[]): [string, Chat[]][] {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const day = 86_400_000;
  const groups = new Map<string, Chat[]>();
  for (const chat of list) {
    const at = Date.parse(chat.updatedAt);
    const name = at >= midnight ? t.today : at >= midnight - day ? t.yesterday : at >= midnight - 7 * day ? t.week : t.older;
    groups.set(name, [...groups.get(name) ?? [], chat]);
  }

  return [...groups];
}
