import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Message } from 'cloudia-client';
import { failureWords } from '../shared/api';
import { CopyButton, IconButton, Notice } from '../shared/controls';
import { Icon } from '../shared/icons';
import { momentOf, t, timeOf } from '../shared/i18n';
import { edit, regenerate, retry } from './actions';
import { blocksOf } from './markdown';
import { chosen, messages, openHere, type Live } from './state';
import { placeOf, type Node } from './tree';

export function SaidView({ node, text }: { node?: Node; text: string }): JSX.Element {
  const [editing, setEditing] = useState(false);
  const message = node?.message;
  return (
    <article class="said" aria-label={t.you}>
      {editing && message ? <Editor message={message} onClose={() => setEditing(false)} /> : <div class="bubble">{text}</div>}
      <div class="tools">
        {node && message && !editing && (
          <>
            <Versions node={node} />
            <CopyButton text={text} label={t.copyMessage} />
            <IconButton icon="pencil" label={t.edit} onClick={() => setEditing(true)} />
            <time dateTime={message.createdAt}>{momentOf(message.createdAt)}</time>
          </>
        )}
      </div>
    </article>
  );
}

function Editor({ message, onClose }: { message: Message; onClose: () => void }): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current!.focus();
    field.current!.setSelectionRange(field.current!.value.length, field.current!.value.length);
  }, []);
  const send = (): void => {
    const text = field.current!.value.trim();
    if (!text) return;
    onClose();
    void edit(message, text);
  };
  return (
    <form class="editor" onSubmit={event => { event.preventDefault(); send(); }}>
      <textarea ref={field} aria-label={t.edit} defaultValue={message.content} rows={Math.min(10, message.content.split('\n').length + 1)}
        onKeyDown={event => {
          if (event.key === 'Escape') { event.preventDefault(); onClose(); }
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
        }} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
        <button type="submit" class="button primary">{t.sendAgain}</button>
      </div>
    </form>
  );
}

/** No component of its own, and neither is the next: one takes the other's place, and what they show stays. */
export function answerView(key: string, node: Node, question: Message | undefined): JSX.Element {
  const { message } = node;
  return (
    <Answer key={key} text={message.content} tools={(
      <>
        <Versions node={node} />
        <CopyButton text={message.content} label={t.copyMessage} />
        {question && <IconButton icon="again" label={t.regenerate} disabled={openHere.value.length > 0} onClick={() => void regenerate(question)} />}
        {message.model && <span class="model">{message.model}</span>}
      </>
    )}>
      {message.partial && <p class="status"><Icon name="stop" size={16} />{t.stopped}</p>}
    </Answer>
  );
}

export function liveView(key: string, live: Live): JSX.Element {
  const state = live.answer?.state;
  const isWriting = state === 'writing' && live.refusal === undefined;
  return <Answer key={key} text={live.answer?.text ?? ''} isWriting={isWriting} tools={null}><LiveState live={live} /></Answer>;
}

function LiveState({ live }: { live: Live }): JSX.Element | null {
  const { answer } = live;
  const again = <button type="button" class="button small" onClick={() => void retry(live)}><Icon name="again" size={16} />{t.retry}</button>;
  if (live.refusal !== undefined) return <Notice>{live.refusal} {again}</Notice>;
  if (answer?.state === 'failed') return <Notice>{failureWords(answer.error?.code ?? '')} {answer.error?.retryable !== false && again}</Notice>;
  if (answer?.state === 'cancelled') return <p class="status"><Icon name="stop" size={16} />{t.stopped} {!answer.text && again}</p>;
  if (live.isStopping) return <p class="status">{t.stopping}</p>;
  switch (answer?.state) {
    case 'writing': case 'completed': return null;
    case 'started': return <Working>{t.started}</Working>;
    case 'delayed': return <Working>{answer.nextTryAt ? t.delayed(timeOf(answer.nextTryAt)) : t.delayedSoon}</Working>;
    case 'restarted': return <Working>{t.restarted}</Working>;
    case 'accepted': return <Working>{t.queued}</Working>;
    default: return <Working>{t.sending}</Working>;
  }
}

const Working = ({ children }: { children: ComponentChildren }): JSX.Element => <p class="status working"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{children}</p>;

/** The same for what is stored and for what is being written, so that the one becomes the other without anything moving. */
function Answer({ text, isWriting = false, tools, children }: { text: string; isWriting?: boolean; tools: ComponentChildren; children?: ComponentChildren }): JSX.Element {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <article class="answer" aria-label={t.assistant} aria-busy={isWriting}>
      <div class={`markdown ${isWriting ? 'writing' : ''}`} onClick={copyCode}>
        {blocks.map((html, n) => <div key={n} class="block" dangerouslySetInnerHTML={{ __html: html }} />)}
      </div>
      {children}
      <div class="tools">{tools}</div>
    </article>
  );
}

/** The buttons in code blocks are made with the markdown. */
function copyCode(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLButtonElement>('.code-copy');
  if (!button) return;
  navigator.clipboard.writeText(button.closest('figure')!.querySelector('code')!.textContent ?? '').then(() => {
    button.textContent = t.copied;
    setTimeout(() => { button.textContent = t.copy; }, 2000);
  }, () => undefined);
}

function Versions({ node }: { node: Node }): JSX.Element | null {
  const { versions, message } = node;
  if (versions.length < 2) return null;
  const at = versions.indexOf(message);
  const show = (n: number): void => {
    chosen.value = new Map(chosen.value).set(placeOf(messages.value, message), versions[n]!.sequence);
  };
  return (
    <span class="versions">
      <IconButton icon="left" label={t.previousVersion} disabled={at === 0} onClick={() => show(at - 1)} />
      <span aria-label={t.version(at + 1, versions.length)} role="img">{at + 1}/{versions.length}</span>
      <IconButton icon="right" label={t.nextVersion} disabled={at === versions.length - 1} onClick={() => show(at + 1)} />
    </span>
  );
}
