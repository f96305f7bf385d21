import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../shared/icons';
import { t } from '../shared/i18n';
import { stop, submit } from './actions';
import { branch, chatId, chatState, openHere } from './state';

export const focusComposer = (): void => document.getElementById('composer')?.focus();

export function Composer(): JSX.Element {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = text.trim() !== '' && (chatState.value === 'ready' || chatId.value === undefined) && branch.value.isLatest;
  const canStop = openHere.value.some(x => x.jobId !== undefined && !x.isStopping);

  // As high as what is in it, up to what the style sheet allows.
  useEffect(() => {
    field.current!.style.height = 'auto';
    field.current!.style.height = `${field.current!.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    // A keyboard on a screen would cover what one came to read.
    if (matchMedia('(pointer: fine)').matches) field.current!.focus();
  }, [chatId.value]);
  const send = (): void => {
    if (!canSend) return;
    const message = text.trim();
    setText('');
    void submit(message);
  };
  return (
    <form class="composer" onSubmit={event => { event.preventDefault(); send(); }}>
      <textarea id="composer" ref={field} rows={1} value={text} placeholder={t.placeholder} aria-label={t.message} aria-describedby="keys" enterkeyhint="send"
        onInput={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }} />
      {canStop && <button type="button" class="round stop" aria-label={t.stop} title={`${t.stop} (Esc)`} onClick={() => void stop()}><Icon name="stop" size={20} /></button>}
      {(!canStop || text.trim() !== '') && <button type="submit" class="round send" aria-label={t.send} title={t.send} disabled={!canSend}><Icon name="send" size={20} /></button>}
      <span id="keys" class="keys">{t.keys}</span>
    </form>
  );
}
