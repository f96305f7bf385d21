import type { JSX } from 'preact';
import { Mark } from '../shared/icons';
import { t } from '../shared/i18n';
import { submit } from './actions';

export function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <Mark size={52} />
      <h2>{t.welcome}</h2>
      <p>{t.welcomeHint}</p>
      <ul class="tries">
        {t.tries.map(text => <li key={text}><button type="button" class="try" onClick={() => void submit(text)}>{text}</button></li>)}
      </ul>
    </div>
  );
}
