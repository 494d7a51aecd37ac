import { failuresOf, isMutation, isPaged, type Operation } from '../shared/contract/operation.ts';
import { rows } from '../shared/contract/operations.ts';
import { FAILURES, type FailureCode } from '../shared/errors.ts';
import { GENERATED, table } from './markdown.ts';

/** Every refusal on one page: what it means, what to do, and which operations answer it. */
export function problemsPage(): string {
  const byStatus = Map.groupBy(Object.keys(FAILURES) as FailureCode[], (code) => FAILURES[code].status);
  const sections = [...byStatus]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([status, codes]) => [`## ${status}`, table(['code', 'meaning', 'what to do', 'from'], codes.map(row))]);
  return `${['# Problems', GENERATED, INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `A refusal is [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem JSON. Its \`code\` never changes its meaning; \`detail\` is a sentence for a person; \`hint\` is the third column below; \`issues\` names fields, where fields are wrong; \`requestId\` finds the request in the log. A thing of another tenant answers exactly as one that is not there. A 500 without a code is a bug.`;

const row = (code: FailureCode): string[] => [`\`${code}\``, FAILURES[code].title, FAILURES[code].hint, sayers(code)];

/** Sets of operations that have a name, the largest first. */
const SETS: readonly (readonly [string, (operation: Operation) => boolean])[] = [
  ['every operation in a tenant', ({ access }) => typeof access === 'object'],
  ['everything that changes something', isMutation],
  ['every list', isPaged],
  ['everything that heeds `If-Match`', ({ ifMatch }) => ifMatch === true],
];

const EXCEPTIONS_MAX = 2;

/** Which operations answer with a failure, in as few words as will do. */
function sayers(code: FailureCode): string {
  const saying = rows.filter(([, operation]) => failuresOf(operation).includes(code));
  const others = rows.filter((one) => !saying.includes(one));
  if (saying.length === 0) return 'the gateway, for what is no operation';
  if (others.length === 0) return 'every operation';

  const isSame = (includes: (operation: Operation) => boolean) =>
    rows.every((one) => saying.includes(one) === includes(one[1]));
  const [set] = SETS.find(([, includes]) => isSame(includes)) ?? [];
  if (set !== undefined) return set;
  if (others.length <= EXCEPTIONS_MAX) return `every operation but ${names(others)}`;
  return names(saying);
}

const names = (some: typeof rows): string => some.map(([name]) => `\`${name}\``).join(', ');
