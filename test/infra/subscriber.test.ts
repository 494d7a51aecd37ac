import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { SubscriberStack } from '../../infra/examples/subscriber-stack.ts';
import { deadLettersPolicy, rolePolicy, rulePattern, trustPolicy } from '../../shared/aws/subscription-policies.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { type PolicyDocument, verdictOn } from './policy-evaluation.ts';

const REGISTRY = '111122223333';
const SUBSCRIBER = '444455556666';
const tenant = TenantId.parse('acme');

const bus = `arn:aws:events:eu-west-1:${SUBSCRIBER}:event-bus/models`;
const rule = `arn:aws:events:eu-west-1:${REGISTRY}:rule/signet/signet-sub-1`;
const letters = `arn:aws:sqs:eu-west-1:${REGISTRY}:signet-sub-1`;

const stack = new SubscriberStack(new App(), 'Subscriber', {
  env: { account: SUBSCRIBER, region: 'eu-west-1' },
  registryAccount: REGISTRY,
  tenant,
});
const template = Template.fromStack(stack);

/** The policy of the subscriber's bus, with the bus called by the name that the subscription has. */
function busPolicy(): PolicyDocument {
  const [found] = Object.values(template.findResources('AWS::Events::EventBusPolicy'));
  const { Sid: _, Resource: __, Principal, ...statement } = found?.['Properties']?.Statement ?? {};
  const account = JSON.stringify(Principal).includes(REGISTRY) ? REGISTRY : 'nobody';
  return { Statement: [{ ...statement, Resource: bus, Principal: { AWS: `arn:aws:iam::${account}:root` } }] };
}

const putting = (over: { account?: string; source?: string; resource?: string } = {}) =>
  verdictOn(
    {
      caller: { account: over.account ?? REGISTRY },
      action: 'events:PutEvents',
      resource: over.resource ?? bus,
      owner: SUBSCRIBER,
      context: { 'events:source': over.source ?? 'signet' },
    },
    { identity: [rolePolicy(bus) as PolicyDocument], resource: busPolicy() },
  );

describe('a subscription, by the policies of both accounts', () => {
  it('lets the registry put its events on the bus of the subscriber', () => {
    expect(putting()).toBe('allowed');
  });

  it.each<[string, Parameters<typeof putting>[0]]>([
    ['events of another source', { source: 'aws.s3' }],
    ['anything from another account', { account: '999988887777' }],
    ['events on another bus of the subscriber', { resource: `${bus}-other` }],
  ])('lets nobody put %s there', (_, over) => {
    expect(putting(over)).toBe('not allowed');
  });

  it('has a role that EventBridge alone may take, for its own rule', () => {
    const taking = (service: string, source: string) =>
      verdictOn(
        {
          caller: { service },
          action: 'sts:AssumeRole',
          resource: 'role',
          owner: REGISTRY,
          context: { 'aws:SourceAccount': REGISTRY, 'aws:SourceArn': source },
        },
        { resource: trustPolicy({ account: REGISTRY }, { rule, letters }) as PolicyDocument },
      );

    expect(taking('events.amazonaws.com', rule)).toBe('allowed');
    expect(taking('events.amazonaws.com', `${rule}2`)).toBe('not allowed');
    expect(taking('lambda.amazonaws.com', rule)).toBe('not allowed');
  });

  it('has a queue of dead letters that its own rule alone may fill', () => {
    const sending = (source: string) =>
      verdictOn(
        {
          caller: { service: 'events.amazonaws.com' },
          action: 'sqs:SendMessage',
          resource: letters,
          owner: REGISTRY,
          context: { 'aws:SourceArn': source },
        },
        { resource: deadLettersPolicy({ rule, letters }) as PolicyDocument },
      );

    expect(sending(rule)).toBe('allowed');
    expect(sending(`${rule}2`)).toBe('not allowed');
  });
});

describe('rule 11: the pattern of a subscription', () => {
  it('is fixed to its tenant and, where types are named, to those', () => {
    expect(rulePattern({ tenant })).toEqual({ source: ['signet'], detail: { tenant: ['acme'] } });
    expect(rulePattern({ tenant, types: ['version.promoted'] })).toEqual({
      source: ['signet'],
      'detail-type': ['version.promoted'],
      detail: { tenant: ['acme'] },
    });
  });

  it('lets through what the rule of the example stack wants of it', () => {
    const [wanted] = Object.values(template.findResources('AWS::Events::Rule'));

    expect(wanted?.['Properties'].EventPattern).toMatchObject({
      source: rulePattern({ tenant }).source,
      detail: rulePattern({ tenant }).detail,
    });
  });
});
