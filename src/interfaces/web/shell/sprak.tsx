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
const load = async (sprak: Sprak): Promise<Texts> => (sprak === 'nn' ? (await import('../texts/nn.js')).nn : nb);

const Current = createContext<Language | undefined>(undefined);

/** The language with its texts, as they are before the first page is shown. */
export async function firstLanguage(): Promise<{ readonly sprak: Sprak; readonly t: Texts }> {
  const sprak = chosen();
  document.documentElement.lang = sprak;
  return { sprak, t: await load(sprak) };
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
        const texts = await load(next);
        document.documentElement.lang = next;
        try {
          localStorage.setItem(place, next);
        } catch {
          // The choice lasts as long as the page.
        }
        set({ sprak: next, t: texts });
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
