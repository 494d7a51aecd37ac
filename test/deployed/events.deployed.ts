import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, it } from 'vitest';
import { CREDENTIALS, REGION } from '../support/emulated-aws.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

const { aws: endpoint } = inject('deployed') ?? { aws: '' };
const registry = await aRegistry();
const settings = { endpoint, region: REGION, credentials: CREDENTIALS };
const events = new EventBridgeClient(settings);
const sqs = new SQSClient(settings);

/** A second bus, and a queue behind it: what another account would have. */
async function aReceiver() {
  const name = aName('receiver');
  const { EventBusArn = '' } = await events.send(new CreateEventBusCommand({ Name: name }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const EventPattern = JSON.stringify({ source: ['signet'] });
  await events.send(new PutRuleCommand({ Name: name, EventBusName: name, EventPattern }));
  const queue = `arn:aws:sqs:${REGION}:000000000000:${name}`;
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName: name, Targets: [{ Id: 'queue', Arn: queue }] }));

  const received: { tenant: string; type: string; model?: { name: string } }[] = [];
  return {
    bus: EventBusArn,
    async received() {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      received.push(...Messages.map(({ Body = '' }) => JSON.parse(Body).detail));
      return received;
    },
  };
}

it('rule 10 and rule 11: a change is told to the bus that its tenant subscribed, and that of no other tenant', async () => {
  const [mine, other] = [await aTenant(registry), await aTenant(registry)];
  const receiver = await aReceiver();
  await mine.admin.createSubscription({ bus: receiver.bus, types: ['model.created', 'model.updated'] });
  const states = async () => (await mine.admin.listSubscriptions({})).items.map(({ state }) => state);
  await expect.poll(states, { timeout: 90_000, interval: 1_000 }).toEqual(['connected']);

  await aModelOf(other);
  const model = await aModelOf(mine);
  await mine.publisher.updateModel({ model, description: 'Anew.' });

  const types = async () => new Set((await receiver.received()).map(({ type }) => type));
  await expect.poll(types, { timeout: 90_000, interval: 1_000 }).toEqual(new Set(['model.created', 'model.updated']));
  const received = await receiver.received();
  expect(new Set(received.map(({ tenant }) => tenant))).toEqual(new Set([mine.id]));
  expect(new Set(received.map((event) => event.model?.name))).toEqual(new Set([model]));
});
