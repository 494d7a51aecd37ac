import { describe, expect, it } from 'vitest';
import { logLine } from '../../shared/log.ts';

const lineOf = (error: unknown) =>
  JSON.parse(logLine({ code: 'request.failed', requestId: 'r-1', operation: 'getModel', error }));

describe('the line of a request that failed', () => {
  it('tells of the error and of what caused it', () => {
    const error = new TypeError('It broke.', { cause: new Error('There was no room.') });

    expect(lineOf(error)).toMatchObject({
      code: 'request.failed',
      requestId: 'r-1',
      error: { name: 'TypeError', message: 'It broke.', cause: { message: 'There was no room.' } },
    });
  });

  const circular = new Error('It is its own cause.');
  circular.cause = circular;
  const odd = Object.assign(new Error('plain'), { message: 1n });
  it.each([
    ['an error that is its own cause', circular, { message: 'It is its own cause.' }],
    ['an error whose cause is a BigInt', new Error('It has a BigInt.', { cause: 7n }), { message: 'It has a BigInt.' }],
    ['an error whose message is none', odd, { name: 'Error' }],
    ['a BigInt that was thrown', 7n, { name: 'bigint' }],
    ['an object that no JSON can be made of', { toJSON: () => 7n }, { name: 'object' }],
  ])('is written for %s', (_, error, told) => {
    expect(lineOf(error)).toMatchObject({ code: 'request.failed', requestId: 'r-1', error: told });
  });
});
