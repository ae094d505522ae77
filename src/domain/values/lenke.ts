import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';
import { hasFodselsnummer } from './fodselsnummer.js';
import { hasInvisible } from './text.js';

/** An absolute https URL with a full domain name, kept exactly as written. */
export type Lenke = Branded<string, 'Lenke'>;

/** Our own limit, because the owner of Min kommune publishes none (docs/adr/0005). */
const maxLength = 2000;

/** Refuses (`invalid`) what `lenkeProblem` finds, and identity numbers, which an event would have for ever (ADR 0006). */
export function parseLenke(text: string): Lenke {
  const problem = lenkeProblem(text);
  if (problem) refuse('invalid', problem.code, problem.detail);
  if (hasFodselsnummer(text)) refuse('invalid', 'LENKE_MED_FODSELSNUMMER', 'Lenken kan ikke ha et fødselsnummer, fordi det aldri kan slettes.');
  return text as Lenke;
}

interface LenkeProblem {
  readonly code: string;
  /** A Norwegian sentence. */
  readonly detail: string;
}

/** Why a text is not a `Lenke`; undefined when it is one. The rule is the same for links from every sender. */
export function lenkeProblem(text: string): LenkeProblem | undefined {
  if (text.length > maxLength) return { code: 'LENKE_FOR_LANG', detail: `Lenken kan ha høyst ${maxLength} tegn.` };
  // Browsers treat a backslash as a slash, but other parsers do not. Backslashes are refused, so that the host that a person
  // reads is the host that opens.
  if (/[\s\\]/.test(text) || hasInvisible(text))
    return invalid('Lenken kan ikke ha mellomrom, linjeskift, omvendt skråstrek eller usynlige tegn.');
  if (/^(?!https?:)[a-z][a-z\d+.-]*:/i.test(text)) return otherThanHttps;
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? [];
  const url = parsed(text);
  if (authority === undefined || !url) return invalid('Lenken må være en full nettadresse, for eksempel https://www.kommune.no/side.');
  if (isLogin(url))
    return { code: 'INNLOGGINGSADRESSE', detail: 'Adressen gjelder bare mens innloggingen pågår. Bruk https://min.kommune.no i stedet.' };
  if (url.protocol !== 'https:') return otherThanHttps;
  if (authority.includes('@')) return { code: 'LENKE_MED_BRUKERNAVN', detail: 'Lenken kan ikke ha brukernavn eller passord.' };
  return hostProblem(authority, url.hostname);
}

/** Avoids `URL.canParse`. Once compiled in Node 20, it refuses "blåbær.no", because it reads Latin-1 as UTF-8. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const invalid = (detail: string): LenkeProblem => ({ code: 'UGYLDIG_LENKE', detail });
const otherThanHttps: LenkeProblem = { code: 'LENKE_IKKE_HTTPS', detail: 'Lenken må begynne med https://.' };

/** The letters beside a–z that Norid allows in a .no domain. */
const noridLetters = 'áàäčçđéèêŋńñóòôöšŧüžæøå';
/** Without the `u` flag, so that no letter outside ASCII counts as another case of one inside it. */
const hostAsWritten = new RegExp(`^[a-z\\d.${noridLetters}-]+(?::\\d*)?$`, 'i');
const norwegianLabel = new RegExp(`^[a-z\\d${noridLetters}-]+$`);

/**
 * @param authority as the link has it.
 * @param hostname as the URL parser normalises it: lower case, Punycode, and one form for every spelling of an IP address.
 */
function hostProblem(authority: string, hostname: string): LenkeProblem | undefined {
  if (hostname.startsWith('[') || /^\d+(\.\d+){3}$/.test(hostname)) return invalid('Lenken må ha et domenenavn, ikke en IP-adresse.');
  const labels = hostname.split('.');
  if (labels.length < 2 || labels.includes('')) return invalid('Lenken må ha et fullt domenenavn, for eksempel www.kommune.no.');
  const isLookAlike = labels.some((label) => label.startsWith('xn--') && !norwegianLabel.test(fromPunycode(label.slice(4)) ?? ''));
  if (!hostAsWritten.test(authority) || isLookAlike || labels.some((label) => label.startsWith('-') || label.endsWith('-')))
    return invalid('Domenenavnet i lenken kan bare ha norske og samiske bokstaver, tall, punktum og bindestrek.');
  return undefined;
}

/** Decodes a label (RFC 3492), without its prefix `xn--`. Undefined when it is malformed. */
function fromPunycode(encoded: string): string | undefined {
  const at = encoded.lastIndexOf('-');
  const letters = Array.from(encoded.slice(0, Math.max(at, 0)));
  let [code, position, bias] = [128, 0, 72];
  for (let next = at + 1; next < encoded.length; ) {
    const from = position;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = '0123456789'.includes(encoded[next] ?? '-') ? Number(encoded[next]) + 26 : (encoded.charCodeAt(next) || 0) - 97;
      next++;
      if (digit < 0 || digit > 35) return undefined;
      position += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = letters.length + 1;
    bias = adapted(position - from, count, from === 0);
    code += Math.floor(position / count);
    if (code > 0x10ffff) return undefined;
    letters.splice(position % count, 0, String.fromCodePoint(code));
    position = (position % count) + 1;
  }
  return letters.join('');
}

function adapted(distance: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(distance / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

/** ID-porten's hosts that have nothing but logins: today's, its test environment, and the one before. */
const loginHosts = ['login.idporten.no', 'login.test.idporten.no', 'oidc.difi.no'];

/** Whether the URL is ID-porten's address during a login, plain or percent-encoded. It stops working after the login. */
function isLogin({ hostname, pathname }: URL): boolean {
  const host = hostname.replace(/\.$/, '');
  const path = pathname.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return loginHosts.includes(host) || (host === 'idporten.difi.no' && /^\/+opensso/i.test(path));
}
