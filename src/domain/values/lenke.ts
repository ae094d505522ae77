import { refuse } from '../kernel/domain-error.js';
import type { Branded } from './branded.js';

/** An absolute https URL with a full domain name, kept exactly as written. */
export type Lenke = Branded<string, 'Lenke'>;

/** Our own limit, because the owner of Min kommune publishes none (domain.md chapter 11; docs/adr). */
const maxLength = 2000;

export function parseLenke(text: string): Lenke {
  if (text.length > maxLength) refuse('invalid', 'LENKE_FOR_LANG', `Lenken kan ha høyst ${maxLength} tegn.`);
  // Browsers treat a backslash as a slash; other readers do not. Backslashes are refused, so that the host that a person
  // reads is the host that opens.
  if (/[\s\\\p{Cc}\p{Cf}\p{Cs}]/u.test(text))
    refuse('invalid', 'UGYLDIG_LENKE', 'Lenken kan ikke ha mellomrom, linjeskift, omvendt skråstrek eller usynlige tegn.');
  if (/^(?!https?:)[a-z][a-z\d+.-]*:/i.test(text)) refuseOtherThanHttps();
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text))
    refuse('invalid', 'UGYLDIG_LENKE', 'Lenken må være en full nettadresse, for eksempel https://www.kommune.no/side.');
  const url = new URL(text);
  if (isOldLogin(url))
    refuse('invalid', 'GAMMEL_INNLOGGINGSADRESSE', 'Adressen gjelder bare mens innloggingen pågår. Bruk https://min.kommune.no i stedet.');
  if (url.protocol !== 'https:') refuseOtherThanHttps();
  if (/^https:\/\/[^/?#]*@/i.test(text))
    refuse('invalid', 'LENKE_MED_BRUKERNAVN', 'Lenken kan ikke ha brukernavn eller passord.');
  if (!/[^.]\.[^.]/.test(url.hostname))
    refuse('invalid', 'UGYLDIG_LENKE', 'Lenken må ha et fullt domenenavn, for eksempel www.kommune.no.');
  return text as Lenke;
}

function refuseOtherThanHttps(): never {
  refuse('invalid', 'LENKE_IKKE_HTTPS', 'Lenken må begynne med https://.');
}

/** Whether the URL is ID-porten's address during a login, also percent-encoded. The address does not work afterwards. */
function isOldLogin({ hostname, pathname }: URL): boolean {
  const path = pathname.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return hostname.replace(/\.$/, '') === 'idporten.difi.no' && /^\/+opensso/i.test(path);
}
