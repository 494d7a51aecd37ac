import { type JSONPath, visit } from 'jsonc-parser';
import { Failure, type Issue } from '../errors.ts';
import { fieldOf } from './field.ts';

/**
 * The value of a JSON text.
 * @throws Failure `request.invalid` for text that is not JSON, and for what JSON.parse would take in silence: a name
 * that is there twice, of which it keeps the last, and `__proto__`
 */
export function parseJson(text: string): unknown {
  const issues = dangerousNames(text);
  if (issues.length > 0) throw new Failure('request.invalid', 'The JSON of the body is ambiguous.', { issues });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `expected JSON: ${cause instanceof Error ? cause.message : cause}`;
    throw new Failure('request.invalid', 'The body is not JSON.', { issues: [{ field: 'body', message }], cause });
  }
}

function dangerousNames(text: string): Issue[] {
  const issues: Issue[] = [];
  const seen: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void seen.push(new Set()),
    onObjectEnd: () => void seen.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      if (name === '__proto__') issues.push({ field: at(path(), name), message: 'expected another name' });
      if (seen.at(-1)?.has(name)) issues.push({ field: at(path(), name), message: 'is there twice' });
      seen.at(-1)?.add(name);
    },
  });
  return issues;
}

const at = (path: JSONPath, name: string): string => fieldOf([...path, name]);
