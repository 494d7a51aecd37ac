import type { Operation } from '../shared/contract/operation.ts';
import { type OperationName, operations, type Received } from '../shared/contract/operations.ts';
import type { CallOptions } from '../shared/http/client.ts';
import { columnsOf } from './columns.ts';
import { explained } from './governance/checklist.ts';
import { type Aim, aimed } from './governance/refusal.ts';
import { everyItem, type From } from './paging.ts';
import { details, table } from './render.ts';
import type { Session } from './session.ts';
import { write } from './write.ts';

type Input = Readonly<Record<string, unknown>>;
type Call = (input: Input, options: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;

/** Calls an operation, and writes what it answers: a stream line by line, a list as a table, a thing with its fields. */
export async function answerWith(
  name: OperationName,
  session: Session,
  input: Input,
  options: CallOptions,
  all: boolean,
): Promise<void> {
  const operation: Operation = operations[name];
  const call = (await session.registry())[name] as Call;
  if (operation.stream) return lines(call(input, options) as AsyncIterable<unknown>, session);

  const answer = all ? { items: await everyItem(pagesOf(call, input)) } : await answerTo(name, call, input, options);
  session.answer(answer, (style) => {
    if (name === 'explainTransition') return explained(answer as Received<'explainTransition'>, style);
    return isPage(answer) ? listed(name, answer, session) : details(answer as object, style);
  });
}

/** A promotion that is refused says of what the conditions are that it is refused for. */
const answerTo = (name: OperationName, call: Call, input: Input, options: CallOptions) => {
  const answer = call(input, options) as Promise<unknown>;
  return name === 'promoteVersion' ? aimed(input as unknown as Aim, answer) : answer;
};

async function lines(stream: AsyncIterable<unknown>, { world }: Session): Promise<void> {
  for await (const line of stream) await write(world.output, `${JSON.stringify(line)}\n`);
}

interface Page {
  readonly items: readonly object[];
  readonly cursor?: string;
}

const isPage = (answer: unknown): answer is Page => Array.isArray((answer as Partial<Page>).items);

const pagesOf = (call: Call, input: Input) => (from: From) => call({ ...input, ...from }, {}) as Promise<Page>;

function listed(name: OperationName, { items, cursor }: Page, { style, say }: Session): string {
  const { header, rows } = columnsOf(name, items);
  if (cursor !== undefined) say(`There is more: --all shows it, or --cursor ${cursor} the next page.`);
  return table(header, rows, style);
}
