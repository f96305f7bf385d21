import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons';
import { t } from './i18n';

/** A button with a picture; its name is read out and shown as a hint. */
export function IconButton({ icon, label, onClick, kind = '', disabled = false }: {
  icon: IconName; label: string; onClick: (event: MouseEvent) => void; kind?: string; disabled?: boolean;
}): JSX.Element {
  return <button type="button" class={`icon-button ${kind}`} aria-label={label} title={label} onClick={onClick} disabled={disabled}><Icon name={icon} /></button>;
}

export function CopyButton({ text, label }: { text: string; label: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(() => setCopied(true), () => undefined);
  };
  return <IconButton icon={copied ? 'check' : 'copy'} label={copied ? t.copied : label} onClick={copy} />;
}

/** Asks before what cannot be taken back. The browser's own dialog: focus and Escape are its business. */
export function Confirm({ title, text, action, onConfirm, onClose }: {
  title: string; text: string; action: string; onConfirm: () => void; onClose: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      <p id="dialog-text">{text}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>{t.cancel}</button>
        <button type="button" class="button danger" onClick={() => { onConfirm(); dialog.current?.close(); }}>{action}</button>
      </div>
    </dialog>
  );
}

/** Something that is wrong, and what can be done. */
export function Notice({ children, kind = 'error' }: { children: ComponentChildren; kind?: 'error' | 'info' }): JSX.Element {
  return <div class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>{kind === 'error' && <Icon name="alert" />}<div class="notice-body">{children}</div></div>;
}
