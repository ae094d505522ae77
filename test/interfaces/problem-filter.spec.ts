import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ViewRebuilding } from '../../src/application/ports/documents.js';
import { StoreUnavailable } from '../../src/application/ports/event-store.js';
import { RegisterUnavailable } from '../../src/application/ports/not-set-up.js';
import { SearchUnavailable } from '../../src/application/ports/search-index.js';
import { ProblemFilter, ViewsBehind } from '../../src/interfaces/http/server/problem.filter.js';
import { TooBusy } from '../../src/interfaces/http/server/request-body.js';

const said: string[] = [];
const hear = (...texts: unknown[]) => said.push(texts.join('\n'));
Logger.overrideLogger({ log: hear, warn: hear, error: hear });
beforeEach(() => said.splice(0));

const request = { method: 'GET', url: '/min-kommune/api/v1/status' } as FastifyRequest;
const reply = { status: () => reply, headers: () => reply, send: () => reply } as unknown as FastifyReply;
/** The log of the answer to an error, without the id of the error and the place of the logger. */
const logOf = (thrown: unknown) => {
  new ProblemFilter().answer(thrown, request, reply);
  return said.map((line) => line.replace(/^\S+ /, '').replace(/\nHTTP$/, ''));
};

it.each([
  ['the log', new StoreUnavailable({ cause: new Error('could not extend file: No space left on device') }), 'GET LAGRING_UTILGJENGELIG: could not extend file: No space left on device'],
  ['a view', new ViewRebuilding('driftsmelding'), 'GET VISNING_BYGGES: The view driftsmelding is not served'],
  ['a view in time', new ViewsBehind(), 'GET VISNING_FORSINKET'],
  ['a register', new RegisterUnavailable('Rolleregisteret', 'Altinn svarte 500 på /x'), 'GET REGISTER_UTILGJENGELIG: Altinn svarte 500 på /x'],
  // Its error may hold what somebody searched for.
  ['the search', new SearchUnavailable({ cause: new Error('kari') }), 'GET SOK_UTILGJENGELIG'],
])('a request that misses %s is one line of the log, without a stack', (_, thrown, line) => {
  expect(logOf(thrown)).toEqual([line]);
});

it('a request that waits for others is no line, and a fault of the program has its stack', () => {
  expect(logOf(new TooBusy())).toEqual([]);
  expect(logOf(new TypeError('x is undefined'))).toEqual([expect.stringMatching(/^GET INTERN_FEIL\nTypeError: x is undefined\n\s+at /)]);
});
