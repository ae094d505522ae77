import fc from 'fast-check';
import { InexactNumber, parseExactJson } from '../../../src/domain/values/exact-json.js';

describe('JSON fra andre', () => {
  it.each(['9007199254740991', '-9007199254740991', '0', '-0', '0.1', '1e3', '1.5E-7', '123456789012345.6', '1e-400', '"9223372036854775807"', '[]', 'null'])('leses som det er: %s', (text) => {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775807', '9007199254740993.0', '9007199254740991.9', '1e16', '1e400', '-1e400'])('avvises når sifrene ville gått tapt: %s', (text) => {
    expect(() => parseExactJson(text)).toThrow(InexactNumber);
  });

  it('sier hvor tallet står', () => {
    const text = '{"a":[1,{"matrikkelId":9223372036854775807}],"b":"9223372036854775807"}';
    let found: unknown;
    try {
      parseExactJson(text);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ path: ['a', 1, 'matrikkelId'] });
  });

  it('gir aldri et heltall med andre sifre enn det ble skrevet med', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (number) => {
        let read: unknown;
        try {
          read = parseExactJson(`{"tall":${number}}`);
        } catch (error) {
          return error instanceof InexactNumber;
        }
        return JSON.stringify(read) === `{"tall":${number}}`;
      }),
    );
  });

  it('avvises som ugyldig når det ikke er JSON', () => {
    expect(() => parseExactJson('{"a":')).toThrow(SyntaxError);
  });
});
