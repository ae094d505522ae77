import { lenkeProblem } from './lenke.js';

/** The address of Min kommune for citizens, as KS' guide gives it. */
export const portal = 'https://min.kommune.no';
const testPortal = 'min.fiks.test.ks.no';

/** The judgement of a link to Min kommune on a kommune's own page. */
interface Lenkedom {
  readonly godkjent: boolean;
  /** `GODKJENT`, the code of a refused link, or why the link is not the portal's. */
  readonly kode: string;
  /** A Norwegian sentence. */
  readonly forklaring: string;
}

/** Judges a link by its text alone. Every spelling of the portal's own address is approved. */
export function judgePortallenke(text: string): Lenkedom {
  const problem = lenkeProblem(text.trim());
  if (problem) return no(problem.code, problem.detail);
  const { hostname, pathname, search, hash, port } = new URL(text.trim());
  if (hostname === testPortal) return no('TESTMILJO', 'Lenken går til testmiljøet til Min kommune, som innbyggerne ikke kan bruke.');
  if (hostname !== new URL(portal).hostname || port !== '') return no('IKKE_MIN_KOMMUNE', 'Lenken går ikke til Min kommune.');
  if (pathname !== '/' || search !== '' || hash !== '') return no('UNDERSIDE', 'Lenken går til en side inne i Min kommune, og kan slutte å virke. Bruk lenken til forsiden.');
  return { godkjent: true, kode: 'GODKJENT', forklaring: 'Lenken går til Min kommune, og kan brukes.' };
}

const no = (kode: string, forklaring: string): Lenkedom => ({ godkjent: false, kode, forklaring });
