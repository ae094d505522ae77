import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import { momentsIn, type Moments, type Sprak } from '../texts/moments.js';
import { nb, type Texts } from '../texts/nb.js';

interface Language {
  readonly sprak: Sprak;
  readonly t: Texts;
  readonly m: Moments;
  readonly choose: (sprak: Sprak) => Promise<void>;
}

const place = 'sprak';
/** The language that this browser has chosen. A browser without storage has bokmål. */
function chosen(): Sprak {
  try {
    return localStorage.getItem(place) === 'nn' ? 'nn' : 'nb';
  } catch {
    return 'nb';
  }
}
/** The texts of a language. One that cannot be fetched, such as after an upgrade of the service, gives way to bokmål. */
async function load(sprak: Sprak): Promise<{ readonly sprak: Sprak; readonly t: Texts }> {
  if (sprak === 'nb') return { sprak, t: nb };
  try {
    return { sprak, t: (await import('../texts/nn.js')).nn };
  } catch {
    return { sprak: 'nb', t: nb };
  }
}

const Current = createContext<Language | undefined>(undefined);

/** The language with its texts, as they are before the first page is shown. */
export async function firstLanguage(): Promise<{ readonly sprak: Sprak; readonly t: Texts }> {
  const first = await load(chosen());
  document.documentElement.lang = first.sprak;
  return first;
}

/** Gives the pages their language. */
export function LanguageProvider({ first, children }: { readonly first: { readonly sprak: Sprak; readonly t: Texts }; readonly children: ReactNode }) {
  const [{ sprak, t }, set] = useState(first);
  const value = useMemo(
    () => ({
      sprak,
      t,
      m: momentsIn(sprak),
      choose: async (next: Sprak) => {
        const loaded = await load(next);
        document.documentElement.lang = loaded.sprak;
        try {
          localStorage.setItem(place, loaded.sprak);
        } catch {
          // The choice lasts as long as the page.
        }
        set(loaded);
      },
    }),
    [sprak, t],
  );
  return <Current value={value}>{children}</Current>;
}

/** The language of the pages: texts as `t`, moments and amounts as `m`. */
export function useSprak(): Language {
  const language = use(Current);
  if (!language) throw new Error('No language');
  return language;
}
