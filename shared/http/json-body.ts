import { printParseErrorCode, visit } from 'jsonc-parser';
import type { Issue } from '../errors.ts';
import { fieldOf } from './field.ts';
import { invalid } from './invalid.ts';

/** How deep a body may be nested: no operation needs more, and each level costs stack. */
const DEPTH_MAX = 32;

/**
 * The value of a JSON text.
 * @throws Failure `request.invalid`, naming the field, for text that is not JSON and for what JSON.parse would take in
 * silence: a name that is there twice, of which it keeps the last, and `__proto__`
 */
export function parseJson(text: string): unknown {
  const [issue] = findings(text);
  if (!issue) return JSON.parse(text);
  throw invalid([issue]);
}

/** What is wrong with a text, in its order. Whatever follows the first finding may be its mere consequence. */
function findings(text: string): Issue[] {
  const issues: Issue[] = [];
  const names: Set<string>[] = [];
  let depth = 0;
  let field = 'body';
  const enter = () => {
    depth += 1;
    if (depth <= DEPTH_MAX) return;
    throw invalid([{ field: 'body', message: `expected at most ${DEPTH_MAX} levels of nesting` }]);
  };
  visit(
    text,
    {
      onArrayBegin: enter,
      onArrayEnd: () => {
        depth -= 1;
      },
      onObjectBegin: () => {
        enter();
        names.push(new Set());
      },
      onObjectEnd: () => {
        depth -= 1;
        names.pop();
      },
      onObjectProperty: (name, _offset, _length, _line, _character, path) => {
        field = fieldOf([...path(), name]);
        if (name === '__proto__') issues.push({ field, message: 'expected another name' });
        if (names.at(-1)?.has(name)) issues.push({ field, message: 'is there twice' });
        names.at(-1)?.add(name);
      },
      onError: (error, _offset, _length, line, character) => {
        const message = `expected JSON, got ${printParseErrorCode(error)} at line ${line + 1}, column ${character + 1}`;
        issues.push({ field, message });
      },
    },
    { disallowComments: true },
  );
  return issues;
}
