import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documents } from '../../docs/documents.ts';
import { rows } from '../../shared/contract/operations.ts';
import { FAILURES } from '../../shared/errors.ts';

const made = documents();

it.each(Object.keys(made))('docs/%s is what the code says', (file) => {
  const kept = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

  expect(kept === made[file], `docs/${file} is stale: run \`npm run docs\` and commit it`).toBe(true);
});

it('tells of every failure and every operation', () => {
  for (const code in FAILURES) expect(made['problems.md']).toContain(`\`${code}\``);
  for (const [name] of rows) expect(made['operations.md']).toContain(`\`${name}\``);
});
