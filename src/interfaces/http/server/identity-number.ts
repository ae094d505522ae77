import { hasFodselsnummer } from '../../../domain/values/fodselsnummer.js';

/** The address with its escapes decoded. Malformed escapes stay as they are. */
const decoded = (url: string): string =>
  url.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** Whether a path or query, as the client sent it, has an identity number in it. */
export const addressHasIdentityNumber = (url: string): boolean => hasFodselsnummer(decoded(url));

/** The path as an answer may repeat it: hidden when it has an identity number in it. */
export const pathToRepeat = (path: string): string => (addressHasIdentityNumber(path) ? '/…' : path);

/**
 * The name of the parameter with an identity number in it. Undefined when the number is elsewhere: in a name, or in a path that no
 * route has (whose parameter is `*`).
 */
export const parameterWithIdentityNumber = (parameters: object): string | undefined =>
  Object.entries(parameters).find(([name, value]) => name !== '*' && hasFodselsnummer([value].flat().join(' / ')) && !hasFodselsnummer(name))?.[0];
