import { ApprovalId } from '../../shared/domain/approval.ts';
import { requestApproval } from '../../shared/domain/approving.ts';
import { putCard } from '../../shared/domain/card.ts';
import type { Change, Occasion } from '../../shared/domain/change.ts';
import { type Check, recordCheck } from '../../shared/domain/check.ts';
import { NO_TIES } from '../../shared/domain/dependency.ts';
import { recordEvaluation } from '../../shared/domain/evaluation.ts';
import { leavingFor, promote } from '../../shared/domain/lifecycle.ts';
import type { Model } from '../../shared/domain/model.ts';
import { type Policy, putModelPolicy } from '../../shared/domain/policy.ts';
import type { PolicyDocument } from '../../shared/domain/policy-document.ts';
import { Principal } from '../../shared/domain/principal.ts';
import type { Standing } from '../../shared/domain/standing.ts';
import type { Version } from '../../shared/domain/version.ts';
import { vote } from '../../shared/domain/vote.ts';
import { withdrawApproval } from '../../shared/domain/withdrawal.ts';
import { Failure } from '../../shared/errors.ts';
import { ACME, aPolicy } from '../support/builders.ts';
import { approvalsOf, keyOf, modelOf, versionsOf, type World } from './world.ts';

export const person = (name: string): Principal => Principal.parse(`aws:111122223333:user/${name}`);

/** Something that somebody does about letting a version into production. */
export type Deed = { readonly by: string; readonly version: number } & (
  | { readonly do: 'request' | 'approve' | 'reject' | 'withdraw' | 'promote' | 'stage' }
  | { readonly do: 'card' | 'check' | 'evaluate' | 'policy' | 'tenantPolicy'; readonly turn: number }
);

/** What the model demands: so many votes, and a card that says what it is for. */
const demanding = (required: number, turn = 0): PolicyDocument => ({
  approvals: { production: { required } },
  gates: { staging: [], production: turn % 2 === 0 ? [] : [{ card: ['intendedUse'] }] },
});

export const policiesOf = (world: World, model: Model) => ({
  ofTenant: world.get(keyOf({ kind: 'policy', tenant: ACME })) as Policy | undefined,
  ofModel: world.get(keyOf({ kind: 'policy', tenant: ACME, model: model.id })) as Policy | undefined,
});

/** Whoever puts the policy of a tenant changes nothing of a model: the world has another one all at once. */
export const withTenantPolicy = (world: World, turn: number): World => {
  const policy = { ...aPolicy({ document: { retention: { stagingDays: turn } } }), revision: turn + 2 };
  return new Map([...world, [keyOf(policy), policy]]);
};

/**
 * What the registry decides: it reads what a function reads, and asks the rule that the function asks.
 * @throws Failure as the function would
 */
export function govern(world: World, deed: Deed, id: string, required: number, occasion: Occasion): Change<unknown> {
  const model = modelOf(world);
  const version = loaded(world, deed.version);
  switch (deed.do) {
    case 'card':
      return putCard(model, version, { intendedUse: `Payments ${deed.turn % 2}.` }, occasion);
    case 'check': {
      const before = world.get(`check ${version.number} ci/bias`) as Check | undefined;
      return recordCheck(model, version, before, { name: 'ci/bias', outcome: 'success' }, occasion);
    }
    case 'evaluate': {
      const before = world.get(`standing ${version.number} holdout`) as Standing | undefined;
      const measured = { dataset: { name: 'holdout' }, metrics: { auc: deed.turn }, slices: [] };
      return recordEvaluation(model, version, before ? [before] : [], measured, occasion);
    }
    case 'policy':
      return putModelPolicy(model, policiesOf(world, model).ofModel, demanding(required, deed.turn), occasion);
    case 'promote':
    case 'stage':
      return moving(world, model, version, deed.do === 'stage' ? 'staging' : 'production', occasion);
    default:
      return asking(world, model, version, deed.do as 'request', id, occasion);
  }
}

function moving(world: World, model: Model, version: Version, to: 'staging' | 'production', occasion: Occasion) {
  const leaving = leavingFor(model, version.number, { stage: to, archiveFormer: true }).map((number) =>
    loaded(world, number),
  );
  const policies = policiesOf(world, model);
  const approvals = approvalsOf(world, version.number);
  const compared = { champion: leaving[0], standings: [], ties: NO_TIES };
  return promote(model, { version, to, leaving, ...compared, policies, approvals }, occasion);
}

function asking(
  world: World,
  model: Model,
  version: Version,
  what: 'request' | 'approve' | 'reject' | 'withdraw',
  id: string,
  occasion: Occasion,
): Change<unknown> {
  const subject = { version, policies: policiesOf(world, model) };
  const earlier = approvalsOf(world, version.number);
  if (what === 'request') {
    return requestApproval(model, subject, earlier, { id: ApprovalId.parse(id), stage: 'production' }, occasion);
  }
  const [latest] = earlier;
  if (!latest) throw new Failure('approval.not_found', 'There is none.');
  if (what === 'withdraw') return withdrawApproval(model, subject, latest, { isAdmin: true }, occasion);
  const voting = {
    decision: what,
    roles: ['reviewer'],
    provenBy: 'aws-sigv4',
    reason: 'So.',
    people: new Map(),
  } as const;
  return vote(model, subject, latest, voting, occasion);
}

function loaded(world: World, number: number): Version {
  const version = versionsOf(world).find((one) => one.number === number);
  if (!version) throw new Failure('version.not_found', `There is no version ${number}.`);
  return version;
}
