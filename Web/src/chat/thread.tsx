import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../shared/controls';
import { t } from '../shared/i18n';
import { loadEarlier } from './history';
import { layoutOf } from './layout';
import { answerView, liveView, SaidView } from './message';
import { branch, chatId, chatState, chosen, earlier, livesHere } from './state';

/** Nearer than that to the end, one stays at the end. In px. */
const nearEnd = 60;

export function Thread(): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAway, setAway] = useState(false);
  const { nodes, isLatest } = branch.value;
  const entries = layoutOf(nodes, isLatest ? livesHere.value : []);
  const toEnd = (): void => {
    sticks.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };

  // What one sends oneself is seen; another chat begins at its end.
  const saying = livesHere.value.filter(x => x.prompt !== undefined).length;
  useLayoutEffect(toEnd, [chatId.value, saying]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (sticks.current) toEnd();
    });
    observer.observe(content.current!);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current!;
    sticks.current = scrollHeight - scrollTop - clientHeight < nearEnd;
    setAway(!sticks.current);
  };
  const showEarlier = async (): Promise<void> => {
    sticks.current = false;
    const before = scroller.current!.scrollHeight;
    await loadEarlier();
    // What was in view stays there.
    requestAnimationFrame(() => { scroller.current!.scrollTop += scroller.current!.scrollHeight - before; });
  };
  return (
    <div class="thread-frame">
      <div class="thread" ref={scroller} onScroll={onScroll} tabindex={0} role="log" aria-live="off" aria-label={t.chats}>
        <div class="thread-content" ref={content}>
          {chatState.value === 'loading' && <p class="status" role="status">{t.loading}</p>}
          {earlier.value !== undefined && <button type="button" class="link more" onClick={() => void showEarlier()}>{t.earlier}</button>}
          {entries.map(entry => {
            switch (entry.kind) {
              case 'said': return <SaidView key={entry.key} node={entry.node} text={entry.node.message.content} />;
              case 'saying': return <SaidView key={entry.key} text={entry.text} />;
              case 'answer': return answerView(entry.key, entry.node, entry.question);
              case 'live': return liveView(entry.key, entry.live);
            }
          })}
          {!isLatest && (
            <div class="old-branch" role="status">
              <span>{t.oldBranch}</span>
              <button type="button" class="button" onClick={() => { chosen.value = new Map(); }}>{t.toLatest}</button>
            </div>
          )}
        </div>
      </div>
      {isAway && <IconButton icon="down" label={t.toEnd} kind="to-end" onClick={toEnd} />}
    </div>
  );
}
