/** The written forms of Norwegian. */
export type Sprak = 'nb' | 'nn';

// Browsers have no nynorsk: Chromium says "Saturday" for nn-NO. Node does, so a test would not see it. The names are therefore here.
const days: Readonly<Record<Sprak, readonly string[]>> = {
  nb: ['søndag', 'mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag'],
  nn: ['søndag', 'måndag', 'tysdag', 'onsdag', 'torsdag', 'fredag', 'laurdag'],
};
const months = ['januar', 'februar', 'mars', 'april', 'mai', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'desember'];
const words: Readonly<Record<Sprak, { readonly from: string; readonly to: string; readonly today: string; readonly yesterday: string }>> = {
  nb: { from: 'fra', to: 'til', today: 'i dag', yesterday: 'i går' },
  nn: { from: 'frå', to: 'til', today: 'i dag', yesterday: 'i går' },
};

const inOslo = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const amount = new Intl.NumberFormat('nb-NO', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('nb-NO', { maximumFractionDigits: 0 });

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly clock: string;
}

/** The parts of a moment in Norwegian time. A date without a time is that day. */
function partsOf(moment: string | number): Parts {
  const date = typeof moment === 'string' && /^(\d{4})-(\d\d)-(\d\d)$/.exec(moment);
  if (date) return { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]), clock: '' };
  const found = Object.fromEntries(inOslo.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  return { year: Number(found['year']), month: Number(found['month']), day: Number(found['day']), clock: `${found['hour']}.${found['minute']}` };
}
const weekday = ({ year, month, day }: Parts) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();
const number = ({ year, month, day }: Parts) => Date.UTC(year, month - 1, day) / 86_400_000;

/** How dates, times and amounts are written. All times are Norwegian. */
export function momentsIn(sprak: Sprak) {
  const { from, to, today, yesterday } = words[sprak];
  const dag = (moment: string | number) => {
    const { day, month, year } = partsOf(moment);
    return `${day}. ${months[month - 1]} ${year}`;
  };
  const klokke = (moment: string | number) => partsOf(moment).clock;
  const tidspunkt = (moment: string | number) => {
    const clock = klokke(moment);
    return clock === '' ? dag(moment) : `${dag(moment)} kl. ${clock}`;
  };
  return {
    /** 23. november 2026 */
    dag,
    /** 14.02 */
    klokke,
    /** 23. november 2026 kl. 14.02 */
    tidspunkt,
    /** mandag 23. november 2026 kl. 14.02 */
    ukedag: (moment: string | number) => `${days[sprak][weekday(partsOf(moment))]} ${tidspunkt(moment)}`,
    /** i dag kl. 14.02, i går kl. 14.02, or the date. */
    nylig: (moment: string | number, now: number = Date.now()) => {
      const [then, clock] = [partsOf(moment), klokke(moment)];
      const ago = number(partsOf(now)) - number(then);
      const word = ago === 0 ? today : ago === 1 ? yesterday : dag(moment);
      return clock === '' ? word : `${word} kl. ${clock}`;
    },
    /** fra 1. februar 2026 kl. 08.00 til 2. februar 2026 kl. 08.00; empty without a bound. */
    periode: (start?: string | null, slutt?: string | null) => [start ? `${from} ${tidspunkt(start)}` : '', slutt ? `${to} ${tidspunkt(slutt)}` : ''].filter(Boolean).join(' '),
    /** 4 380,50 kr */
    kroner: (belop: number) => `${(Number.isInteger(belop) ? whole : amount).format(belop)} kr`,
    /** 12 345 */
    tall: (antall: number) => whole.format(antall),
  };
}
export type Moments = ReturnType<typeof momentsIn>;

/** A text that begins with a capital letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The days from `now` to a date, in Norwegian time. Negative for a date that has passed. */
export const daysUntil = (date: string, now: number = Date.now()): number => number(partsOf(date)) - number(partsOf(now));
