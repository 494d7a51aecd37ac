import { execFileSync } from 'node:child_process';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf } from '../../cli/command.ts';
import { signet } from '../../cli/program.ts';
import { processWorld } from '../../cli/world.ts';
import { isMutation, type Operation } from '../../shared/contract/operation.ts';
import { rows } from '../../shared/contract/operations.ts';
import { inputOf } from '../../shared/http/wire.ts';
import { kebabCase } from '../../shared/kebab-case.ts';
import { type Arrived, type EchoRegistry, echoRegistry } from './echo-registry.ts';
import { madeUp } from './keys.ts';
import { type Terminal, terminal } from './terminal.ts';

const { commands } = signet(processWorld());
const commandOf = (name: string) => commands.find((command) => command.name() === kebabCase(name));

/** The words of a line as a shell takes them apart. */
const wordsOf = (line: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(1, -1);

/** What the registry makes of a request. */
function understood(operation: Operation, { url, body }: Arrived): object {
  const { pathname, searchParams } = new URL(url, 'http://registry');
  const pattern = new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const pathParameters = { ...pattern.exec(pathname)?.groups };
  const multiValueQueryStringParameters = Object.fromEntries([...searchParams].map(([name, value]) => [name, [value]]));
  return inputOf(operation, {
    pathParameters,
    multiValueQueryStringParameters,
    body,
  } as unknown as APIGatewayProxyEvent);
}

let registry: EchoRegistry;
let person: Terminal;
let answer: unknown;

beforeAll(async () => {
  registry = await echoRegistry(() => ({ body: answer }));
  person = await terminal();
  await person.profile('default', await madeUp(registry.endpoint, person.directory));
});

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
});

describe.each(rows)('%s', (name, operation) => {
  it('has a command, with the summary of the row', () => {
    expect(commandOf(name)?.description()).toBe(operation.summary);
  });

  it('has no option that means something else elsewhere', () => {
    const longs = commandOf(name)?.options.map(({ long }) => long) ?? [];
    expect(longs).toHaveLength(new Set(longs).size);
  });

  it('sends what the example of the row says when its example is typed, and prints what is answered', async () => {
    const command = commandOf(name);
    const line = (command && exampleOf(command)) ?? '';
    answer = operation.example.output;
    registry.arrived.length = 0;

    const { code, output, messages } = await person.signet([...wordsOf(line), '--json']);

    expect(messages).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual(operation.example.output);
    const [request] = registry.arrived as [Arrived];
    expect(request.method).toBe(operation.method);
    expect(understood(operation, request)).toEqual(operation.input.parse(operation.example.input));
    expect(typeof request.headers['idempotency-key']).toBe(isMutation(operation) ? 'string' : 'undefined');
  });

  it('shows what is answered to a person, without braces', async () => {
    const command = commandOf(name);
    answer = operation.example.output;
    const { output } = await person.signet(wordsOf((command && exampleOf(command)) ?? ''));

    expect(output.trim()).not.toBe('');
    if (!operation.stream) expect(output).not.toMatch(/[{}]|undefined|\[object/);
  });

  it('has help with its example', async () => {
    const { code, output } = await person.signet(['help', kebabCase(name)]);
    expect(code).toBe(0);
    expect(output).toContain(`$ signet ${kebabCase(name)}`);
  });
});
