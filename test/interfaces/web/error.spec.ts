import { ApiError, errorOf } from '../../../src/interfaces/web/api/error.js';

describe('An error of the API', () => {
  it('is read from a problem, with its fields', () => {
    const error = ApiError.of(422, { kode: 'UGYLDIGE_FELT', detail: 'Noe er feil.', errorId: 'e1', feil: [{ felt: 'navn', kode: 'MANGLER', melding: 'Navnet mangler.' }] });
    expect(error).toMatchObject({ status: 422, kode: 'UGYLDIGE_FELT', message: 'Noe er feil.', errorId: 'e1', kind: 'refused' });
    expect([error.of('navn'), error.of('beskrivelse')]).toEqual(['Navnet mangler.', undefined]);
  });

  it('is read from the error of KS Fiks, whose fields are JSON in a text', () => {
    const error = ApiError.of(400, { errorCode: 'UGYLDIG', message: 'Nei.', errorJson: JSON.stringify({ feil: [{ felt: 'navn', kode: 'X', melding: 'Galt.' }] }) });
    expect([error.kode, error.message, error.of('navn')]).toEqual(['UGYLDIG', 'Nei.', 'Galt.']);
    expect(ApiError.of(400, { errorCode: 'X', message: '', errorJson: 'not JSON' }).feil).toEqual([]);
  });

  it.each([undefined, null, '<html>', 7, []])('has its status when the body is %p', (body) => {
    expect(ApiError.of(500, body)).toMatchObject({ kode: 'HTTP_500', message: '', feil: [], kind: 'broken' });
  });

  it.each([
    [0, 'away'],
    [503, 'away'],
    [502, 'away'],
    [429, 'away'],
    [500, 'broken'],
    [501, 'broken'],
    [401, 'login'],
    [403, 'forbidden'],
    [404, 'missing'],
    [412, 'conflict'],
    [409, 'refused'],
  ])('with status %d is %s', (status, kind) => {
    expect(new ApiError(status, 'X', '').kind).toBe(kind);
  });

  it('is made of whatever else was thrown', () => {
    const one = ApiError.away();
    expect(errorOf(one)).toBe(one);
    expect([errorOf(new TypeError('x is undefined')), errorOf('text')]).toMatchObject([{ kode: 'FEIL_I_SIDEN', message: 'x is undefined' }, { message: 'text' }]);
  });
});
