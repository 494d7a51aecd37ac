import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { Issuer } from '../shared/domain/issuer.ts';
import { issuesOf } from '../shared/http/field.ts';
import { Refused } from './refused.ts';

/**
 * The issuers of a file whose tokens are taken.
 * @throws {Refused} where it cannot be read, naming every field that is not as it has to be
 */
export function issuersIn(file: string): readonly Issuer[] {
  const parsed = z.safeParse(z.array(Issuer), jsonIn(file));
  if (parsed.success) return parsed.data;
  const lines = issuesOf(parsed.error).map(({ field, message }) => `  ${field}: ${message}`);
  throw new Refused(2, `${file} is no list of issuers:\n${lines.join('\n')}`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Refused(2, `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
