import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sqliteTable } from '../shared/store/sqlite-table.ts';
import type { Item, Key } from '../shared/store/table.ts';
import { templates } from './templates.ts';

/**
 * The control of the benchmark, as a child process: a bare `node:http` server that runs the same SQLite statements as
 * the registry, on items of the same size, and does nothing else. No signature, no schema, no rule, no answer worth
 * reading. What the registry takes longer than this is what the registry costs.
 */
const table = sqliteTable({ file: process.argv[2] ?? '' });
const { member, model, version, holding, event } = templates();

const modelKey = (name: string): Key => ({ pk: 'T#bench#MODELS', sk: `M#${name}` });
const versionKey = (id: string, number: number): Key => ({
  pk: `T#bench#M#${id}`,
  sk: `V#${String(number).padStart(8, '0')}`,
});
const policyKey: Key = { pk: 'T#bench', sk: 'POLICY' };
const policy: Item = { ...policyKey, document: {}, revision: 1 };
const unchangedPolicy = { check: policyKey, if: { equals: { revision: 1 } } } as const;
await table.transact([{ put: policy, if: { absent: true } }]);

const at = (revision: unknown) => ({ equals: { revision: Number(revision) } });
const next = (item: Item): Item => ({ ...item, revision: Number(item['revision']) + 1, seq: Number(item['seq']) + 1 });
const newEvent = (head: Item) => {
  const time = `${head['id']}#${head['seq']}`;
  const keys = {
    pk: `T#bench#M#${head['id']}`,
    sk: `E#${String(head['seq']).padStart(12, '0')}`,
    gsi1sk: time,
    duesk: time,
  };
  return { put: { ...event, ...keys }, if: { absent: true } } as const;
};
const newHolding = (head: Item, stage: string) => {
  const keys = { pk: `T#bench#M#${head['id']}`, sk: `S#${stage}#${head['seq']}` };
  return { put: { ...holding, ...keys }, if: { absent: true } } as const;
};

async function found(key: Key): Promise<Item> {
  const item = await table.get(key);
  if (!item) throw new Error(`There is no ${key.sk}.`);
  return item;
}

async function createModel(name: string) {
  await Promise.all([table.get(modelKey(name)), table.batchGet([policyKey])]);
  const head: Item = {
    ...model,
    ...modelKey(name),
    id: `id-${name}`,
    nextVersion: 1,
    production: [],
    seq: 1,
    revision: 1,
  };
  await table.transact([
    { put: head, if: { absent: true } },
    unchangedPolicy,
    { put: { pk: 'T#bench#NAMES', sk: String(head['id']), name, revision: 1 }, if: { absent: true } },
    newEvent(head),
  ]);
  return head;
}

async function registerVersion(name: string) {
  const before = await found(modelKey(name));
  const number = Number(before['nextVersion']);
  const head: Item = { ...next(before), nextVersion: number + 1 };
  const key = versionKey(String(head['id']), number);
  const put: Item = { ...version, ...key, gsi2pk: `${key.pk}#none`, gsi2sk: key.sk, number, revision: 1 };
  const writes = [{ put: head, if: at(before['revision']) }, { put, if: { absent: true } }, newEvent(head)] as const;
  await table.transact(writes);
  return put;
}

async function getVersion(name: string, number: number) {
  const head = await found(modelKey(name));
  return found(versionKey(String(head['id']), number));
}

async function setAlias(name: string, number: number) {
  const before = await found(modelKey(name));
  const target = await found(versionKey(String(before['id']), number));
  const head: Item = { ...next(before), aliases: { champion: number } };
  const check = { check: { pk: target.pk, sk: target.sk }, if: at(target['revision']) };
  await table.transact([
    { put: head, if: at(before['revision']) },
    check,
    newHolding(head, 'champion'),
    newEvent(head),
  ]);
  return head;
}

async function resolve(name: string) {
  const head = await found(modelKey(name));
  const [number = 0] = Object.values(head['aliases'] as Record<string, number>);
  return found(versionKey(String(head['id']), number));
}

async function promote(name: string, number: number, stage: string) {
  const before = await found(modelKey(name));
  const id = String(before['id']);
  const leaving = stage === 'production' ? (before['production'] as number[]) : [];
  const [items] = await Promise.all([
    table.batchGet([number, ...leaving].map((one) => versionKey(id, one))),
    table.batchGet([policyKey, { ...policyKey, sk: `POLICY#${id}` }]),
    table.query({ pk: `T#bench#M#${id}`, prefix: `AP#${number}#`, order: 'descending', limit: 100 }),
  ]);
  const moved = items.flatMap((item, index): Item[] =>
    item ? [{ ...next(item), stage, gsi2pk: `T#bench#M#${id}#${index === 0 ? stage : 'archived'}` }] : [],
  );
  const head: Item = { ...next(before), ...(stage === 'production' && { production: [number] }) };
  const writes = moved.map((item) => ({ put: item, if: at(Number(item['revision']) - 1) }));
  const holdings = (stage === 'production' ? ['staging', 'production'] : ['staging']).map((one) =>
    newHolding(head, one),
  );
  await table.transact([
    { put: head, if: at(before['revision']) },
    ...writes,
    ...holdings,
    unchangedPolicy,
    newEvent(head),
  ]);
  return head;
}

async function listVersions(name: string) {
  const head = await found(modelKey(name));
  return table.query({ pk: `T#bench#M#${head['id']}`, prefix: 'V#', order: 'descending', limit: 20 });
}

const route = /^\/v1\/models(?:\/([^/?]+)(?:\/(versions|resolve|aliases)(?:\/(\w+))?(\/promote)?)?)?/;

async function answer(method: string, url: string, body: Record<string, unknown>): Promise<unknown> {
  await table.query({ pk: member.pk, limit: 1_000 });
  const [, name = String(body['model']), kind, number, promotion] = route.exec(url) ?? [];
  if (promotion) return promote(name, Number(number), String(body['stage']));
  if (kind === 'resolve') return resolve(name);
  if (kind === 'aliases') return setAlias(name, Number(body['version']));
  if (kind === 'versions' && method === 'POST') return registerVersion(name);
  if (kind === 'versions') return number ? getVersion(name, Number(number)) : listVersions(name);
  return createModel(name);
}

async function bodyOf(message: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
}

const server = createServer(async (message, response) => {
  try {
    const result = await answer(message.method ?? '', message.url ?? '', await bodyOf(message));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});

await table.putEach([member]);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ endpoint: `http://127.0.0.1:${port}` });
});
process.on('disconnect', () => process.exit());
