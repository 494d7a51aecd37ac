import * as z from 'zod/mini';
import { CATALOGUE } from '../shared/contract/events.ts';
import { model, SHA256, tenant, version } from '../shared/contract/examples.ts';
import { EVENT_BYTES_MAX, EVENT_DATA, type EventType, EventView } from '../shared/domain/event.ts';
import { GENERATED, table } from './markdown.ts';

const types = Object.keys(EVENT_DATA) as EventType[];

/** The JSON Schema of every type of event, under its name. */
export const eventSchemas = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The events of Signet',
  oneOf: types.map((type) => ({ $ref: `#/$defs/${type}` })),
  $defs: Object.fromEntries(types.map((type) => [type, schemaOf(type)])),
});

/** What consumers may rely on: more fields may come, so that none is forbidden. */
function schemaOf(type: EventType) {
  const typed = z.extend(EventView, { type: z.literal(type), data: EVENT_DATA[type] });
  const { $schema: _, ...schema } = z.toJSONSchema(typed, { io: 'input' }) as Record<string, unknown>;
  return { description: `Tells that ${CATALOGUE[type].summary}.`, ...schema };
}

/** An event of a type as it arrives. */
export function exampleOf(type: EventType) {
  const row = CATALOGUE[type];
  return {
    id: 'evt_6d1c4f9a0b7e4c55a3c1d8e2f0b9a7c4',
    seq: 12,
    type,
    at: '2026-03-04T05:06:07.890Z',
    tenant: tenant.id,
    actor: { principal: 'aws:111122223333:user/Ann' },
    ...(!row.ofTenant && { model: { id: model.id, name: model.name } }),
    ...(!row.ofTenant && !row.ofModel && { version: version.version }),
    data: row.example,
    prevHash: SHA256,
    hash: SHA256,
  };
}

/** Every type of event on one page. */
export const eventsPage = (): string =>
  `${[
    '# Events',
    GENERATED,
    INTRODUCTION,
    table(
      ['type', 'tells that'],
      types.map((type) => [
        `[\`${type}\`](#${type.replace(/[._]/g, (mark) => (mark === '.' ? '' : '_'))})`,
        CATALOGUE[type].summary,
      ]),
    ),
    ...types.flatMap((type) => [
      `## ${type}`,
      `Tells that ${CATALOGUE[type].summary}.`,
      ['```json', JSON.stringify(exampleOf(type), null, 2), '```'].join('\n'),
    ]),
  ].join('\n\n')}\n`;

const INTRODUCTION = `Every change of the registry has exactly one event, written in the same transaction. It is audit entry, history and message in one: [listEvents](operations.md) answers it, the bus carries it, webhooks deliver it. On EventBridge the source is \`signet\`, the detail-type is the type, and the detail is the event. Each has at most ${EVENT_BYTES_MAX.toLocaleString('en')} bytes; lists that would make it longer are cut, and \`data.cut\` says so. The JSON Schema of all types is in [events.json](events.json).

- **\`id\`** is the same for every copy of an event: whoever remembers it has each event exactly once. It is the \`webhook-id\` as well.
- **\`seq\`** counts the events of one model, and of the tenant itself, without gaps: whoever misses one knows it, and whoever gets them out of order can sort them.
- **\`prevHash\`** and **\`hash\`** chain them: SHA-256 over the canonical JSON (RFC 8785) of everything else.

Types and fields may be added at any time; none ever changes its meaning or goes away, and an optional field never becomes a demand. Consumers pass over what they do not know. A test holds every release to that.`;
