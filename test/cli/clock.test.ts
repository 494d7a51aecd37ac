import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistry } from './registry.ts';

const world = await aRegistry({ movable: true });
afterAll(() => world[Symbol.asyncDispose]());

describe('signet clock advance', () => {
  it.each([
    ['90m', 90 * 60_000],
    ['2h', 120 * 60_000],
    ['1d', 24 * 60 * 60_000],
  ])('lets %s pass, and says what time it is then', async (duration, milliseconds) => {
    const before = world.registry.services.now().getTime();

    const { code, output } = await world.as('admin', 'clock', 'advance', duration);

    expect(code).toBe(EXIT_CODES.ok.code);
    const [, now = ''] = /^It is (\S+) now\.\n$/.exec(output) ?? [];
    expect(Date.parse(now) - before).toBeGreaterThanOrEqual(milliseconds);
    expect(Date.parse(now) - before).toBeLessThan(milliseconds + 60_000);
  });

  it('says it as JSON, on request', async () => {
    const { output } = await world.as('admin', 'clock', 'advance', '1m', '--json');

    expect(JSON.parse(output)).toEqual({ now: expect.stringMatching(/^\d{4}-/) });
  });

  it.each(['soon', '3', '-1d', '1.5h'])('takes no %s for a duration', async (duration) => {
    const { code, messages } = await world.as('admin', 'clock', 'advance', '--', duration);

    expect([code, messages]).toEqual([EXIT_CODES.usage.code, expect.stringContaining('such as 31d, 12h or 90m')]);
  });

  it('says who may, and what is too long', async () => {
    expect((await world.as('reader', 'clock', 'advance', '1h')).code).toBe(EXIT_CODES.forbidden.code);
    expect((await world.as('admin', 'clock', 'advance', '401d')).messages).toContain('expected at most 400 days');
  });
});
