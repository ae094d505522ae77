import { createHash } from 'node:crypto';
import type { Innloggingsniva } from '../../application/ports/actor.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer, type Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { organisationNumbered } from './organisasjoner.js';

/** The identity in a development token. Persons are synthetic only. */
export type Persona =
  | { readonly kind: 'plattform' }
  /** A system with the virksomhet's certificate. */
  | { readonly kind: 'virksomhet'; readonly orgnr: Organisasjonsnummer }
  | {
      readonly kind: 'person';
      readonly fnr: Fodselsnummer;
      readonly navn: string;
      readonly innloggingsniva: Innloggingsniva;
      /** The virksomhet whose system the person logged in through. Missing for the portal itself. */
      readonly consumer?: Organisasjonsnummer;
    };

/** The names of the citizens in the examples, by synthetic fødselsnummer. */
export const exampleCitizens: Readonly<Record<string, string>> = { '12818510088': 'Kari Syntetisk', '03867220088': 'Ola Syntetisk', '28929930039': 'Siri Syntetisk' };

const help = `Kjenner ikke personen. Bruk for eksempel:
  administrator:4601                 administrator i Bergen (kommunenummer, eller to siffer for fylkeskommune)
  tjenesteadministrator:4601:INNSYN  eller KOMMUNALE_TJENESTER, MINE_EIENDOMMER
  revisor:4601
  innbygger:<fødselsnummer>          et syntetisk fødselsnummer (måned + 80)
  virksomhet:910753614               et system hos virksomheten med dette organisasjonsnummeret
  plattform                          den som drifter plattformen
Personer er innlogget på nivå 4. Etter enhver person kan det stå:
  :3                                 innlogget på nivå 3, for eksempel administrator:4601:3
  @910753614                         innlogget gjennom et system hos virksomheten (consumer), for eksempel
                                     innbygger:<fødselsnummer>@910753614 eller innbygger:<fødselsnummer>:3@910753614`;

/**
 * Parses a persona such as `administrator:4601`. Throws an error that lists the valid forms. The form gives no rights:
 * these follow from the organisation's own configuration.
 */
export function persona(text: string): Persona {
  if (text === 'plattform') return { kind: 'plattform' };
  const system = /^virksomhet:([^:@]*)$/.exec(text);
  if (system) return { kind: 'virksomhet', orgnr: parseOrganisasjonsnummer(system[1]!) };
  const [, who = '', niva, consumer] = /^([^@]*?)(?::([34]))?(?:@([^:@]*))?$/.exec(text) ?? [];
  const [role, number = '', third, ...more] = who.split(':');
  if (more.length > 0) throw new Error(help);
  const login = {
    innloggingsniva: niva === '3' ? 3 : 4,
    ...(consumer !== undefined && { consumer: parseOrganisasjonsnummer(consumer) }),
  } as const;
  if (role === 'innbygger' && third === undefined) return { kind: 'person', fnr: syntheticOnly(number), navn: exampleCitizens[number] ?? 'Syntetisk Innbygger', ...login };
  const organisation = organisationNumbered(number);
  if (!organisation) throw new Error(help);
  const person = (title: string): Persona => ({
    kind: 'person',
    // Of the text without the login, because another login is the same person.
    fnr: syntheticFnr(who),
    navn: `Syntetisk ${title} ${organisation.navn}`,
    ...login,
  });
  if (role === 'administrator' && third === undefined) return person('Administrator');
  if (role === 'revisor' && third === undefined) return person('Revisor');
  if (role === 'tjenesteadministrator' && third && /^(INNSYN|KOMMUNALE_TJENESTER|MINE_EIENDOMMER)$/.test(third))
    return person(`Tjenesteadministrator ${third}`);
  throw new Error(help);
}

function syntheticOnly(text: string): Fodselsnummer {
  const month = Number(text.slice(2, 4));
  if (month <= 80) throw new Error('Bare syntetiske fødselsnumre kan brukes her (måned + 80).');
  return parseFodselsnummer(text, { syntetiske: true });
}

/** A valid synthetic fødselsnummer (month + 80), derived from a text. No real person has it. */
export function syntheticFnr(text: string): Fodselsnummer {
  const hash = createHash('sha256').update(text).digest();
  const two = (n: number) => String(n).padStart(2, '0');
  const date = `${two(1 + (hash[0]! % 28))}${two(81 + (hash[1]! % 12))}${two(50 + (hash[2]! % 40))}`;
  // Not every individual number has valid check digits, so the search goes upwards from a number derived from the text.
  for (let individual = hash[3]! % 400; ; individual++) {
    const nine = `${date}${String(individual).padStart(3, '0')}`;
    const k1 = check(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2]);
    const k2 = check(`${nine}${k1}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    if (k1 < 10 && k2 < 10) return parseFodselsnummer(`${nine}${k1}${k2}`, { syntetiske: true });
  }
}

function check(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (11 - (sum % 11)) % 11;
}
