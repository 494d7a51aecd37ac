import { describe, expect, it } from 'vitest';
import type { WebhookFormat } from '../../shared/domain/callback/format.ts';
import { callbacksFor, exampleFor } from '../../shared/domain/callback/formats.ts';
import { allTopics, tellingOf } from '../../shared/domain/callback/topics.ts';
import { deliveryOf } from '../../shared/domain/delivery.ts';
import type { EventType } from '../../shared/domain/event.ts';
import { PROMPT_TAG } from '../../shared/domain/prompt.ts';
import { createWebhook, updateWebhook } from '../../shared/domain/webhook.ts';
import { AT, aModel, anEvent, anOccasion, aTenant, aVersion, aWebhook, decided, NOW } from '../support/builders.ts';

type Over = Parameters<typeof anEvent>[0];
type Subject = Parameters<typeof callbacksFor>[2];

/** What a webhook of every topic of a format is told of an event. */
const told = (format: WebhookFormat, over: Over, subject: Subject = {}) =>
  callbacksFor({ ...aWebhook({ format }), topics: allTopics(format) }, anEvent(over), subject)?.map((body) =>
    JSON.parse(body),
  );

const event = (type: EventType, data: object, over: Over = {}): Over => ({ type, data, ...over }) as Over;
const prompt = aModel({
  name: 'fraud-prompt',
  tags: { [PROMPT_TAG]: 'true', owner: 'risk', _mlflow_prompt_type: 'text' },
});

describe("an event in MLflow's words", () => {
  const mlflow = (over: Over, subject?: Subject) => told('mlflow', over, subject);

  it('says of what and what became of it, when, and in which workspace', () => {
    expect(mlflow(event('alias.set', { alias: 'champion' }))).toEqual([
      {
        entity: 'model_version_alias',
        action: 'created',
        timestamp: AT.replace('Z', '+00:00'),
        workspace: 'acme',
        data: { name: 'fraud-detector', alias: 'champion', version: '3' },
      },
    ]);
  });

  it.each([
    [
      'model.created',
      { lifecycle: 'open' },
      'registered_model.created',
      { name: 'fraud-detector', tags: {}, description: '' },
    ],
    [
      'version.registered',
      { source: 's3://bucket/key' },
      'model_version.created',
      { name: 'fraud-detector', version: '3', source: 's3://bucket/key', run_id: null, tags: {}, description: null },
    ],
    [
      'alias.deleted',
      { alias: 'champion', from: 3 },
      'model_version_alias.deleted',
      { name: 'fraud-detector', alias: 'champion' },
    ],
  ] as const)('tells %s as what it is there', (type, data, topic, expected) => {
    const [message, ...more] = mlflow(event(type, data)) ?? [];

    expect(`${message.entity}.${message.action}`).toBe(topic);
    expect(message.data).toEqual(expected);
    expect(more).toEqual([]);
  });

  it('tells of a version whose files are kept here when they are all there, and not before', () => {
    const version = aVersion({
      tags: { team: 'risk' },
      description: 'Better.',
      lineage: { datasets: [], runId: 'r1' },
    });

    expect(mlflow(event('version.registered', { rootDigest: 'a'.repeat(64) }), { version })).toEqual([]);
    expect(mlflow(event('version.completed', { rootDigest: 'a'.repeat(64) }), { version })).toMatchObject([
      {
        entity: 'model_version',
        data: { source: 'models:/fraud-detector/3', run_id: 'r1', tags: { team: 'risk' }, description: 'Better.' },
      },
    ]);
  });

  it('tells each tag by itself, with a long value as it is now', () => {
    const data = { fields: ['tags'], tagsSet: [{ key: 'a', value: '1' }, { key: 'b' }], tagsDeleted: ['c'] };
    const version = aVersion({ tags: { a: '1', b: 'x'.repeat(300) } });
    const messages = mlflow(event('version.updated', data), { version }) ?? [];

    expect(messages.map(({ entity, action, data: { key, value } }) => [entity, action, key, value])).toEqual([
      ['model_version_tag', 'set', 'a', '1'],
      ['model_version_tag', 'set', 'b', 'x'.repeat(300)],
      ['model_version_tag', 'deleted', 'c', undefined],
    ]);
  });

  it('knows a prompt by its tag, and tells nothing of the tags that MLflow writes itself', () => {
    const template = aVersion({ tags: { 'mlflow.prompt.text': 'Hello {{name}}!', tone: 'dry' } });
    const of = (type: EventType, data: object) => mlflow(event(type, data), { model: prompt, version: template })?.[0];

    expect(of('model.created', { lifecycle: 'open' })).toMatchObject({
      entity: 'prompt',
      data: { tags: { owner: 'risk' } },
    });
    expect(of('version.registered', { source: 'dummy-source' })).toMatchObject({
      entity: 'prompt_version',
      data: { template: 'Hello {{name}}!' },
    });
    expect(of('model.updated', { fields: ['tags'], tagsSet: [{ key: 'owner', value: 'ops' }] })).toMatchObject({
      entity: 'prompt_tag',
      action: 'set',
      data: { name: 'fraud-detector', key: 'owner', value: 'ops' },
    });
    expect(of('alias.set', { alias: 'live' })).toMatchObject({ entity: 'prompt_alias', action: 'created' });
  });

  it.each([
    ['version.promoted', { from: 'none', to: 'staging', archived: [] }],
    ['model.renamed', { from: 'a', to: 'b' }],
    ['version.deleted', {}],
    ['model.updated', { fields: ['tags'], tagsSet: [{ key: 'a', value: '1' }] }],
    ['version.updated', { fields: ['description'] }],
  ] as const)('is nothing for %s, which MLflow does not tell', (type, data) => {
    expect(mlflow(event(type, data))).toEqual([]);
  });
});

describe("an event in Databricks' words", () => {
  const databricks = (over: Over, subject?: Subject) => told('databricks', over, subject);
  const topics = (over: Over, subject?: Subject) => databricks(over, subject)?.map((one) => [one.event, one.version]);

  it('tells a promotion as people wrote receivers for, and of whoever had to leave', () => {
    const messages = databricks(event('version.promoted', { from: 'staging', to: 'production', archived: [2] }));

    expect(messages?.[0]).toEqual({
      event: 'MODEL_VERSION_TRANSITIONED_STAGE',
      webhook_id: aWebhook().id,
      event_timestamp: Date.parse(AT),
      model_name: 'fraud-detector',
      version: '3',
      to_stage: 'Production',
      from_stage: 'Staging',
      text: "Registered model 'fraud-detector' version 3 transitioned from Staging to Production.",
    });
    expect(messages?.map((one) => [one.event, one.version])).toEqual([
      ['MODEL_VERSION_TRANSITIONED_STAGE', '3'],
      ['MODEL_VERSION_TRANSITIONED_TO_PRODUCTION', '3'],
      ['MODEL_VERSION_TRANSITIONED_STAGE', '2'],
      ['MODEL_VERSION_TRANSITIONED_TO_ARCHIVED', '2'],
    ]);
  });

  it('tells a rollback as what came back, and what left', () => {
    expect(topics(event('model.rolled_back', { restored: 2, archived: [3], reason: 'x' }))).toEqual([
      ['MODEL_VERSION_TRANSITIONED_STAGE', '2'],
      ['MODEL_VERSION_TRANSITIONED_TO_PRODUCTION', '2'],
      ['MODEL_VERSION_TRANSITIONED_STAGE', '3'],
      ['MODEL_VERSION_TRANSITIONED_TO_ARCHIVED', '3'],
    ]);
  });

  it('tells a request for approval as the request of a transition', () => {
    const data = { approval: 'x', stage: 'production', subject: 'a'.repeat(64) };

    expect(databricks(event('approval.requested', data), { version: aVersion({ stage: 'staging' }) })).toMatchObject([
      { event: 'TRANSITION_REQUEST_CREATED', from_stage: 'Staging', to_stage: 'Production' },
      { event: 'TRANSITION_REQUEST_TO_PRODUCTION_CREATED', from_stage: 'Staging', to_stage: 'Production' },
    ]);
  });

  it('tells all tags that were set at once, and none that were taken away', () => {
    const set = {
      fields: ['tags'],
      tagsSet: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
      tagsDeleted: ['c'],
    };
    const [message, ...more] = databricks(event('version.updated', set)) ?? [];

    expect(message).toMatchObject({
      event: 'MODEL_VERSION_TAG_SET',
      tags: set.tagsSet,
      text: expect.stringContaining("'a' => '1', 'b' => '2'"),
    });
    expect(more).toEqual([]);
    expect(databricks(event('version.updated', { fields: ['tags'], tagsDeleted: ['c'] }))).toEqual([]);
  });

  it('tells models and versions that are new', () => {
    expect(topics(event('model.created', { lifecycle: 'open' }))).toEqual([['REGISTERED_MODEL_CREATED', undefined]]);
    expect(topics(event('version.registered', { source: 's3://b/k' }))).toEqual([['MODEL_VERSION_CREATED', '3']]);
    expect(topics(event('version.archived', { from: 'staging' }))).toContainEqual([
      'MODEL_VERSION_TRANSITIONED_TO_ARCHIVED',
      '3',
    ]);
    expect(topics(event('version.withdrawn', { from: 'staging' }))).toEqual([
      ['MODEL_VERSION_TRANSITIONED_STAGE', '3'],
    ]);
  });
});

describe.each(['mlflow', 'databricks'] as const)('the format %s', (format) => {
  it('says which types of events each of its topics comes of, so that no other is looked at', () => {
    for (const topic of allTopics(format)) {
      const { events } = tellingOf(format, { events: [], topics: [topic] });

      expect(events.length).toBeGreaterThan(0);
      expect(tellingOf(format, { events }).topics).toContain(topic);
    }
  });

  it('has an example of each of its topics', () => {
    for (const topic of allTopics(format)) {
      const body = JSON.parse(exampleFor(aWebhook({ format }), topic, AT));

      expect(body.event ?? `${body.entity}.${body.action}`).toBe(topic);
    }
  });

  it('makes a delivery of what a webhook asked for, and of nothing else', () => {
    const [topic = ''] = allTopics(format);
    const webhook = aWebhook({ format, ...tellingOf(format, { events: [], topics: [topic] }) });
    const of = (over: Over) => deliveryOf(webhook, anEvent(over), new Date(NOW));

    expect(of(event('alias.set', { alias: 'a' }))).toBeUndefined();
    expect(of(event('webhook.pinged', { webhook: webhook.id }, { model: undefined }))?.bodies).toHaveLength(1);
  });

  it('is nothing for a webhook of events that it has no words for', () => {
    const { id, url, models, description } = aWebhook();
    const said = { id, url, models, description, format, events: ['hold.placed' as const], secret: undefined };

    expect(() => createWebhook(aTenant(), 0, said, anOccasion())).toThrow(
      expect.objectContaining({ code: 'request.invalid', issues: [expect.objectContaining({ field: 'events' })] }),
    );
  });

  it('has the topics of its events where those are chosen, at first and later', () => {
    const webhook = aWebhook({ format, ...tellingOf(format, { events: [] }) });
    const { result } = decided(updateWebhook(aTenant(), webhook, { events: ['model.created'] }, anOccasion()));

    expect(webhook.topics).toEqual(allTopics(format));
    expect(result.topics).toEqual(
      format === 'mlflow' ? ['registered_model.created', 'prompt.created'] : ['REGISTERED_MODEL_CREATED'],
    );
    expect(result.events).toEqual(['model.created']);
  });
});

it("has a webhook in the registry's own words told of the event itself", () => {
  expect(callbacksFor(aWebhook(), anEvent(), {})).toBeUndefined();
  expect(deliveryOf(aWebhook(), anEvent(), new Date(NOW))).not.toHaveProperty('bodies');
});
