import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, momentOf } from '../../../shared/domain/schema/time.ts';

const anyTime = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('a date', () => {
  it('is the day that the calendar says, in every year of four digits', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const text = time.toISOString().slice(0, 10);
        expect(dateOf(text)).toBe(Date.parse(text));
      }),
    );
  });

  it.each(['2024-02-29', '2000-02-29', '0001-01-01'])('may be %s', (text) => {
    expect(dateOf(text)).not.toBeNaN();
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '2026/01/01',
    '26-01-01',
    '2026-01-1x',
    '2026-01-011',
    'xxxx-01-01',
    '',
    20260101,
    null,
  ])('is not %j', (value) => {
    expect(dateOf(value)).toBeNaN();
  });
});

describe('a timestamp', () => {
  it('is the moment that JavaScript takes it for, in whatever offset', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -23 * 60, max: 23 * 60 }), (time, offset) => {
        const local = new Date(time.getTime() + offset * 60_000);
        fc.pre(local.getUTCFullYear() >= 0 && local.getUTCFullYear() <= 9_999);
        const minutes = Math.abs(offset);
        const pad = (number: number) => String(number).padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
        expect(momentOf(local.toISOString().replace('Z', zone))).toBe(time.getTime());
      }),
    );
  });

  it.each([
    ['2026-01-31T12:00:00Z', 0],
    ['2026-01-31T12:00:00', 0],
    ['2026-01-31 12:00', 0],
    ['2026-01-31t12:00z', 0],
    ['2026-01-31T13:00:00+0100', 0],
    ['2026-01-31T06:30:00-05:30', 0],
    ['2026-01-31T12:00:00.5Z', 500],
    ['2026-01-31T12:00:00.123456789', 123.456789],
  ])('may be %s', (text, more) => {
    expect(momentOf(text)).toBeCloseTo(Date.parse('2026-01-31T12:00:00Z') + more, 3);
  });

  it('may be a Date, as long as it is one', () => {
    expect(momentOf(new Date(7))).toBe(7);
    expect(momentOf(new Date(Number.NaN))).toBeNaN();
  });

  it.each([
    '2026-01-31',
    '2026-02-30T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12',
    '2026-01-31T12:0',
    '2026-01-31T12:00:',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567890Z',
    '2026-01-31T12:00:00X',
    '2026-01-31T12:00:00ZZ',
    '2026-01-31T12:00:00+1',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+01-00',
    '2026-01-31T12:00:00*01:00',
    '2026-01-31_12:00',
    1_769_860_800_000,
    null,
  ])('is not %j', (value) => {
    expect(momentOf(value)).toBeNaN();
  });
});
