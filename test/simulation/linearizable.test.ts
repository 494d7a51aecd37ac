import { describe, expect, it } from 'vitest';
import { type Done, linearized } from './linearizable.ts';
import { type Action, newModel } from './specification.ts';

/** An action that was begun and answered at these turns. Without an answer nobody knows what became of it. */
const done = (action: Action, begun: number, ended: number, answer?: string): Done => ({
  action,
  by: 'ann',
  begun,
  ended: answer === undefined ? Number.POSITIVE_INFINITY : ended,
  answer,
});
const register = (begun: number, ended: number, answer?: string) => done({ do: 'register' }, begun, ended, answer);
const get = (begun: number, ended: number, answer: string) => done({ do: 'get' }, begun, ended, answer);
const isInOrder = (...history: Done[]) => linearized(newModel(1), history, false) === true;

describe('C2: a checker of histories', () => {
  it('takes what was done one after the other', () => {
    expect(isInOrder(register(1, 2, 'registered 1'), register(3, 4, 'registered 2'))).toBe(true);
  });

  it('takes either order of what was done at once', () => {
    expect(isInOrder(register(1, 9, 'registered 2'), register(2, 8, 'registered 1'))).toBe(true);
  });

  it('finds a number that was given twice', () => {
    expect(isInOrder(register(1, 9, 'registered 1'), register(2, 8, 'registered 1'))).toBe(false);
  });

  it('finds a number that was left out', () => {
    expect(isInOrder(register(1, 2, 'registered 1'), register(3, 4, 'registered 3'))).toBe(false);
  });

  it('finds what was answered in an order that cannot have been', () => {
    expect(isInOrder(register(1, 2, 'registered 2'), register(3, 4, 'registered 1'))).toBe(false);
  });

  it('takes it that what nobody knows of was done, and that it was not', () => {
    expect(isInOrder(register(1, 2), register(3, 4, 'registered 2'))).toBe(true);
    expect(isInOrder(register(1, 2), register(3, 4, 'registered 1'))).toBe(true);
    expect(isInOrder(register(1, 2), register(3, 4, 'registered 3'))).toBe(false);
  });

  it('finds a look at what was before', () => {
    const before = '@1 0 staging  production  ';
    expect(isInOrder(register(1, 3, 'registered 1'), get(2, 4, before))).toBe(true);
    expect(isInOrder(register(1, 2, 'registered 1'), get(3, 4, before))).toBe(false);
  });

  it('finds two versions in production', () => {
    const promoted = (version: number, to: 'staging' | 'production', begun: number, ended: number, answer: string) =>
      done({ do: 'promote', version, to }, begun, ended, answer);
    const beginning = [
      register(1, 2, 'registered 1'),
      register(3, 4, 'registered 2'),
      promoted(1, 'staging', 5, 6, 'moved 1 for  @4'),
      promoted(2, 'staging', 7, 8, 'moved 2 for  @5'),
    ];
    const first = promoted(1, 'production', 9, 20, 'moved 1 for  @6');
    const second = (answer: string) => promoted(2, 'production', 10, 19, answer);

    expect(isInOrder(...beginning, first, second('moved 2 for 1 @7'))).toBe(true);
    expect(isInOrder(...beginning, first, second('moved 2 for  @6'))).toBe(false);
  });

  it('finds an approval that let a version in without its votes', () => {
    const history = [
      register(1, 2, 'registered 1'),
      done({ do: 'promote', version: 1, to: 'staging' }, 3, 4, 'moved 1 for  @4'),
      done({ do: 'request', version: 1, id: 'one' }, 5, 6, 'requested one'),
      done({ do: 'promote', version: 1, to: 'production' }, 7, 8, 'moved 1 for  @6'),
    ];
    expect(linearized(newModel(2), history.slice(0, 3), true)).toBe(true);
    expect(linearized(newModel(2), history, true)).toEqual(history.slice(0, 3));
  });
});
