import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const key = 'cloudia.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const ofSystem = (): Theme => (system.matches ? 'dark' : 'light');

/** What the system says, until somebody says otherwise here. */
function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    // A browser may keep nothing for a page.
    return undefined;
  }
}

export const theme = signal<Theme>(chosen() ?? ofSystem());

const show = (): void => {
  document.documentElement.dataset.theme = theme.value;
};

show();
system.addEventListener('change', () => {
  if (chosen() !== undefined) return;
  theme.value = ofSystem();
  show();
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  show();
  try {
    if (theme.value === ofSystem()) localStorage.removeItem(key);
    else localStorage.setItem(key, theme.value);
  } catch {
    // Then it is for as long as the page is.
  }
}
