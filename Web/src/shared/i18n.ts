import { en, type Texts } from './texts.en';
import { pt } from './texts.pt';

const languages: readonly { readonly tag: string; readonly texts: Texts }[] = [{ tag: 'en', texts: en }, { tag: 'pt-BR', texts: pt }];

const of = (tag: string): string => tag.split('-')[0]!.toLowerCase();

/** The first of the browser's languages that there is; English where there is none. */
export function languageOf(wanted: readonly string[]): { tag: string; texts: Texts } {
  for (const tag of wanted) {
    const found = languages.find(x => of(x.tag) === of(tag));
    // Its own region for dates and numbers: en-GB reads the English texts.
    if (found) return { tag: found.tag === 'en' ? tag : found.tag, texts: found.texts };
  }

  return languages[0]!;
}

export const { tag: locale, texts: t } = languageOf(navigator.languages);

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

export const timeOf = (iso: string): string => clock.format(new Date(iso));
export const momentOf = (iso: string): string => moment.format(new Date(iso));

/** `40 seconds`, `3 minutes`, `2 hours`. */
export function durationOf(seconds: number): string {
  const [value, unit] = seconds < 90 ? [seconds, 'second'] as const : seconds < 5400 ? [seconds / 60, 'minute'] as const : [seconds / 3600, 'hour'] as const;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.ceil(value));
}

export function setLanguage(): void {
  document.documentElement.lang = locale;
}
