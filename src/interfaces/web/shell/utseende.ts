/** How the pages look: as the device, light or dark. */
export type Appearance = 'auto' | 'light' | 'dark';

const kept = (place: string): string | null => {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
};
const keep = (place: string, value: string): void => {
  try {
    localStorage.setItem(place, value);
  } catch {
    // The choice lasts as long as the page.
  }
};

/** The appearance that this browser has chosen. */
export const appearance = (): Appearance => {
  const value = kept('utseende');
  return value === 'light' || value === 'dark' ? value : 'auto';
};
/** Shows the pages with an appearance, and keeps the choice. */
export function applyAppearance(value: Appearance = appearance()): void {
  document.documentElement.dataset['colorScheme'] = value;
  keep('utseende', value);
}

/** Keeps paper light, whatever she has chosen for the screen. */
export function printInLight(): void {
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset['colorScheme'] = 'light';
  });
  window.addEventListener('afterprint', () => {
    applyAppearance();
  });
}

/** Whether the key `/` leads to the search. It can be turned off, because speech may press it (WCAG 2.1.4). */
export const hasShortcut = (): boolean => kept('snarvei') !== 'av';
/** Turns the key `/` on or off. */
export const setShortcut = (on: boolean): void => {
  keep('snarvei', on ? 'på' : 'av');
};
