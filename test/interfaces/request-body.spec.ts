import { jest } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { jsonParser, parseBody } from '../../src/interfaces/http/server/json-body.js';
import { readBody } from '../../src/interfaces/http/server/request-body.js';

describe('A body', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  const sent = async (payload: PassThrough, chunk: Buffer) => {
    payload.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const outcome = async (read: Promise<Buffer>) => {
    const settled = read.then(
      ({ length }) => length,
      (error: unknown) => String((error as { status?: number }).status),
    );
    return Promise.race([settled, new Promise((resolve) => setImmediate(() => { resolve('waits'); }))]);
  };

  it('has a time that grows with what has come of it', async () => {
    const payload = new PassThrough();
    const read = readBody(payload, 64 << 20);
    for (let n = 0; n < 20; n++) {
      await sent(payload, Buffer.alloc(2 << 20));
      jest.advanceTimersByTime(14_000);
    }
    expect(await outcome(read)).toBe('waits');
    payload.end();
    expect(await outcome(read)).toBe(40 << 20);
  });

  it('is refused when it only keeps the connection', async () => {
    const payload = new PassThrough();
    const read = readBody(payload, 64 << 20);
    await sent(payload, Buffer.alloc(10));
    jest.advanceTimersByTime(29_000);
    expect(await outcome(read)).toBe('waits');
    const refused = outcome(read);
    jest.advanceTimersByTime(1_100);
    expect(await refused).toBe('408');
  });

  it.each([undefined, 7])('comes as it was sent, whether its sender tells its length or not: %s', async (length) => {
    const payload = new PassThrough();
    const read = readBody(payload, 10, length);
    await sent(payload, Buffer.from('{"a"'));
    payload.end(':1}');
    expect((await read).toString()).toBe('{"a":1}');
  });

  it('above the limit is refused', async () => {
    const payload = new PassThrough();
    const read = outcome(readBody(payload, 10));
    payload.write(Buffer.alloc(11));
    expect(await read).toBe('413');
  });
});

describe('A large body of JSON', () => {
  const parse = jsonParser((_request, text, done) => {
    try {
      done(null, JSON.parse(text) as unknown);
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  const fill = 'x'.repeat(20_000);
  const parsed = (text: string) => parseBody(Buffer.from(text), parse);

  it.each([
    `{"a":["${fill}",{"b":[1,[2,"]"]]},"\\"],[",{"c":"\\\\"}],"d":{"e":[[]]},"f":[]}`,
    `["${fill}",[1,[2]],{"a":[1]},null]`,
    ` [ "${fill}" ] `,
    ` { "a" : [ ] , "b" : "${fill}" } `,
    `{"a":[1,2],"a":[3],"b":[["${fill}",{}],[]],"æ[":[{"ø":"å,]"}]}`,
    `"${fill}"`,
    `{"a":${'{"a":'.repeat(15)}[1,"${fill}"]${'}'.repeat(15)}}`,
    `{"a":[-1.5e3 , true ,false,null,"${fill}"]}`,
  ])('is what the parser makes of it whole: %#', async (text) => {
    expect(await parsed(text)).toEqual(JSON.parse(text));
  });

  it.each([`{"a":["${fill}",]}`, `{"a":["${fill}"}`, `{"a":["${fill}"]]`, `{["${fill}"]}`, `["${fill}"][1]`, `{"a":[1}],"b":["${fill}"]}`, `{"a":[,"${fill}"]}`, `["${fill}`, `{"a":["${fill}"]}x`, `["${fill}",{"a":1]]`, `{"a":[1] [2],"b":"${fill}"}`, `["${fill}\\"]`])('is no JSON when it is none whole: %#', async (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    await expect(parsed(text)).rejects.toThrow();
  });

  it('has limits on its lists, its values and its depth', async () => {
    await expect(parsed(`{"a":[${'0,'.repeat(10_000)}0]}`)).rejects.toMatchObject({ code: 'FOR_MANGE' });
    await expect(parsed(`{"a":[${`[${'[],'.repeat(200)}[]],`.repeat(1300)}0]}`)).rejects.toMatchObject({ status: 413 });
    await expect(parsed(`{"a":[${'['.repeat(20_000)}${']'.repeat(20_000)}]}`)).rejects.toMatchObject({ code: 'FOR_DYP' });
    await expect(parsed(`{"a":["${fill}",${'['.repeat(20)}${']'.repeat(20)}]}`)).rejects.toMatchObject({ code: 'FOR_DYP' });
  });
});
