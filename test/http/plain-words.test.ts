import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { rows } from '../../shared/contract/operations.ts';
import { issuesOf } from '../../shared/http/field.ts';
import '../../shared/http/wire.ts';

const WRONG = [
  undefined,
  null,
  true,
  -1,
  0.5,
  1e300,
  'x',
  '',
  '\u0000',
  'x'.repeat(6_000),
  [],
  [null],
  {},
  { a: null },
];

it.each(rows)('%s says in words of its own what is wrong with any value of any field', (_, { input }) => {
  const messages = Object.values(input.shape).flatMap((field) =>
    WRONG.flatMap((value) => {
      const { error } = z.safeParse(field, value);
      return error ? issuesOf(error).map(({ message }) => message) : [];
    }),
  );

  expect(
    messages.filter((message) => !/^(expected|is not known here|is there twice|lies in|differs) ?/.test(message)),
  ).toEqual([]);
});
