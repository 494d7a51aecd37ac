const DAY_MS = 86_400_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const DASH = 45;
const COLON = 58;

/** The number of two digits of a text; NaN where one of them is no digit. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The day that a text begins with, such as 2026-01-31, counted from 1970-01-01; NaN where it is none. */
function dayOf(text: string): number {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || Number.isNaN(year)) return Number.NaN;
  const isLeap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!(day >= 1 && day <= (DAYS[month - 1] ?? 0) + Number(isLeap))) return Number.NaN;

  // Years that begin in March have their leap day at their end.
  const march = month > 2 ? year : year - 1;
  const daysBefore = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return march * 365 + Math.floor(march / 4) - Math.floor(march / 100) + Math.floor(march / 400) + daysBefore - 719_468;
}

/** A date such as 2026-01-31 in milliseconds since 1970; NaN for anything else. */
export const dateOf = (value: unknown): number =>
  typeof value === 'string' && value.length === 10 ? dayOf(value) * DAY_MS : Number.NaN;

/**
 * A moment such as 2026-01-31T12:00:00.5+01:00 in milliseconds since 1970, or a `Date`; NaN for anything else. A blank
 * does for the T; seconds may be left out; without an offset it is UTC. What is finer than a microsecond may be lost.
 */
export function momentOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || value.charCodeAt(13) !== COLON || !isBetween(value.charCodeAt(10)))
    return Number.NaN;
  const hour = two(value, 11);
  const minute = two(value, 14);
  const hasSeconds = value.charCodeAt(16) === COLON;
  const second = hasSeconds ? two(value, 17) : 0;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;

  const from = hasSeconds ? 19 : 16;
  const to = hasSeconds ? endOfFraction(value, from) : from;
  const fraction = to > from ? Number(value.slice(from, to)) : 0;
  return dayOf(value) * DAY_MS + (hour * 60 + minute - offsetOf(value, to)) * 60_000 + (second + fraction) * 1_000;
}

/** T, t or a blank. */
const isBetween = (code: number): boolean => code === 84 || code === 116 || code === 32;

/** Where a fraction of one to nine digits ends that begins here; here, where there is none. */
function endOfFraction(text: string, from: number): number {
  if (text.charAt(from) !== '.') return from;
  let to = from + 1;
  while (to <= from + 9 && text.charCodeAt(to) >= 48 && text.charCodeAt(to) <= 57) to += 1;
  return to > from + 1 ? to : from;
}

/** The minutes east of Greenwich that a text ends with: nothing, Z, +01:00 or +0100; NaN for anything else. */
function offsetOf(text: string, from: number): number {
  const rest = text.length - from;
  const sign = text.charAt(from);
  if (rest === 0 || (rest === 1 && (sign === 'Z' || sign === 'z'))) return 0;
  const hasColon = rest === 6 && text.charCodeAt(from + 3) === COLON;
  if ((rest !== 5 && !hasColon) || (sign !== '+' && sign !== '-')) return Number.NaN;
  const hours = two(text, from + 1);
  const minutes = two(text, from + (hasColon ? 4 : 3));
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return sign === '-' ? -hours * 60 - minutes : hours * 60 + minutes;
}
