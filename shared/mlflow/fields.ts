import * as z from 'zod/mini';

const text = z.string('expected a string');

/** A text that has to be there. To MLflow an empty one is not. */
export const required = text.check(z.minLength(1));

/** A text that may be left out. */
export const optional = z.optional(text);

/** A list of texts: repeated in a query, where one alone looks like no list. */
export const texts = z._default(z.array(text, 'expected a list of strings'), []);

/** What MLflow calls tags: of several with one key the last counts. */
export const tags = z._default(
  z.array(z.object({ key: required, value: z._default(text, '') }), 'expected a list of tags'),
  [],
);

/** Whether; a query says it in a word. */
export const flag = z._default(
  z.union(
    [
      z.boolean(),
      z.pipe(
        z.enum(['true', 'false']),
        z.transform((word) => word === 'true'),
      ),
    ],
    'expected true or false',
  ),
  false,
);

/** At most so many results. Clients send numbers in bodies, and their digits in queries. */
export const resultsUpTo = (most: number, unless: number) =>
  z._default(
    z.pipe(
      z.union([z.number(), z.string().check(z.regex(/^-?\d+$/))], 'expected a whole number'),
      z.pipe(
        z.transform(Number),
        z.number().check(
          z.check(({ value, issues }) => {
            const bound = value > most ? `at most ${most}` : value < 1 ? 'a positive number' : undefined;
            const said = `It must be ${bound}, but got value ${value}.`;
            if (bound === undefined) return;
            const message = `Invalid value for ${value > most ? 'request parameter ' : ''}max_results. ${said}`;
            issues.push({ code: 'custom', message, input: value });
          }),
        ),
      ),
    ),
    unless,
  );
