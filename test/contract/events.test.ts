import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { eventSchemas, exampleOf } from '../../docs/events-page.ts';
import { EVENT_BYTES_MAX, EVENT_DATA, type EventType, EventView, fitting } from '../../shared/domain/event.ts';
import { breaks, type Schema } from './event-evolution.ts';

const types = Object.keys(EVENT_DATA) as EventType[];
const schemas = JSON.parse(JSON.stringify(eventSchemas())) as Schema;
const released = JSON.parse(readFileSync(new URL('released-events.json', import.meta.url), 'utf8')) as Schema;
const ajv = addFormats.default(new Ajv2020({ strict: false }));

describe.each(types)('the event %s', (type) => {
  it('has an example that is one, and that its JSON Schema takes', () => {
    const example = JSON.parse(JSON.stringify(exampleOf(type)));

    expect(EventView.parse(example)).toEqual(example);
    const isValid = ajv.compile({ ...schemas.$defs?.[type] });
    expect([isValid(example), isValid.errors]).toEqual([true, null]);
  });

  it('is refused by its JSON Schema when a field of its data has another type', () => {
    const example = exampleOf(type);
    const isValid = ajv.compile({ ...schemas.$defs?.[type] });

    for (const field of Object.keys(example.data)) {
      expect(isValid({ ...example, data: { ...example.data, [field]: { another: 'type' } } }), field).toBe(false);
    }
  });
});

describe('the events of a release', () => {
  it('are those of the release before, or more: nothing is gone, nothing has another type', () => {
    expect(breaks(released, schemas)).toEqual([]);
  });

  const promoted: Schema = {
    type: 'object',
    properties: { to: { type: 'string' }, archived: { type: 'array', items: { type: 'integer' } } },
    required: ['to'],
  };
  it.each<[string, Schema, string]>([
    ['a field is gone', { ...promoted, properties: { to: { type: 'string' } } }, 'events.archived is gone'],
    [
      'a field has another type',
      { ...promoted, properties: { ...promoted.properties, to: { type: 'number' } } },
      'events.to was ["string",null] and is ["number",null]',
    ],
    ['a field may be missing', { ...promoted, required: [] }, 'events.to was always there and may be missing'],
    [
      'the items of a list have another type',
      { ...promoted, properties: { ...promoted.properties, archived: { type: 'array', items: { type: 'string' } } } },
      'events.archived[] was ["integer",null] and is ["string",null]',
    ],
  ])('break consumers where %s', (_, after, why) => {
    expect(breaks(promoted, after)).toEqual([why]);
  });

  it('break nobody where a field is added, or always there from now on', () => {
    const more = {
      ...promoted,
      properties: { ...promoted.properties, why: { type: 'string' } },
      required: ['to', 'archived'],
    };

    expect(breaks(promoted, more)).toEqual([]);
  });
});

describe('O5: an event is short', () => {
  const condition = { kind: 'metric', demand: 'd'.repeat(600), found: 'f'.repeat(600) };

  it('its longest list is cut, and it says so', () => {
    const data = fitting({
      action: 'promote',
      unmet: Array.from({ length: 100 }, () => condition),
      archived: [1, 2, 3],
    });

    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(EVENT_BYTES_MAX);
    expect(data).toMatchObject({ action: 'promote', archived: [1, 2, 3], cut: true });
    expect((data['unmet'] as unknown[]).length).toBeGreaterThan(5);
  });

  it('is whole where it is short enough', () => {
    const data = { action: 'promote', unmet: [condition] };

    expect(fitting(data)).toBe(data);
  });
});
