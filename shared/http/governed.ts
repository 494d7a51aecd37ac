import type { Approval, ApprovalId } from '../domain/approval.ts';
import type { Subject } from '../domain/approving.ts';
import type { Case } from '../domain/conditions.ts';
import { championOf, leavingFor, type Promotion, type Room } from '../domain/lifecycle.ts';
import type { Model } from '../domain/model.ts';
import type { VersionNumber } from '../domain/names.ts';
import { type People, principalsOf } from '../domain/people.ts';
import { keepPolicy } from '../domain/policy.ts';
import { includes } from '../domain/role.ts';
import { Failure } from '../errors.ts';
import type { Context } from './endpoint.ts';
import { loadVersion, loadVersions } from './load.ts';
import { type Asking, loadTies } from './ties.ts';

/** All that a decision on a promotion rests on, read at once but for what is to be known of dependencies. @throws Failure `version.not_found` */
export async function loadCase(
  context: Asking,
  model: Model,
  number: VersionNumber,
  room: Room,
): Promise<Case & Pick<Promotion, 'leaving'>> {
  const { store, caller } = context;
  const leave = leavingFor(model, number, room);
  // An open lifecycle compares nothing.
  const compared = model.lifecycle === 'open' ? [] : [championOf(model, number) ?? []].flat();
  const [[version, ...leaving], [last], policies, approvals, standings] = await Promise.all([
    loadVersions(context, model, [number, ...leave]),
    loadLast(
      context,
      model,
      compared.filter((one) => !leave.includes(one)),
    ),
    store.policies(caller.tenant, model.id),
    store.approvals(model, number),
    model.lifecycle === 'open' ? [] : store.standings(model, [number, ...compared]),
  ]);
  const champion = leaving.find((one) => compared.includes(one.number)) ?? last;
  const ties = await loadTies(context, { entering: version, leaving });
  return { version, to: room.stage, champion, leaving, standings, ties, policies, approvals };
}

/** What is in production no more is compared with although it is deleted: what it was stays known. */
const loadLast = async ({ store }: Asking, model: Model, numbers: readonly VersionNumber[]) =>
  numbers.length > 0 ? store.versionsOf(model, numbers) : [];

/** @throws Failure `caller.forbidden` where the caller may not have a model part from its name */
export async function keepName({ store, caller }: Context, model: Model): Promise<void> {
  const isAdmin = includes(caller.roles, ['admin'], model.name);
  if (!isAdmin) keepPolicy(model, await store.policies(caller.tenant, model.id), { isAdmin });
}

/** An approval, with what it is about as that is now. */
export interface Asked extends Subject {
  readonly approval: Approval;
}

/** What an approval of a version is about, as it is now. @throws Failure `version.not_found` */
export async function loadSubject(context: Context, model: Model, number: VersionNumber): Promise<Subject> {
  const [version, policies] = await Promise.all([
    loadVersion(context, model, number),
    context.store.policies(context.caller.tenant, model.id),
  ]);
  return { version, policies };
}

/**
 * Who those are that a vote is compared with, and the voter. Read after the approval, so that an approval which was asked
 * for since somebody became somebody else is never voted on by who they were.
 */
export const loadPeople = (
  { store, caller }: Context,
  { version }: Subject,
  { requestedBy, votes }: Approval,
): Promise<People> => {
  const { registeredBy, completedBy } = version;
  const voters = votes.map(({ actor }) => actor);
  return store.people(caller.tenant, principalsOf(caller.actor, registeredBy, completedBy, requestedBy, ...voters));
};

/** @throws Failure `version.not_found`, `approval.not_found` */
export async function loadApproval(
  context: Context,
  model: Model,
  number: VersionNumber,
  id: ApprovalId,
): Promise<Asked> {
  const [subject, approval] = await Promise.all([
    loadSubject(context, model, number),
    context.store.approval(model, number, id),
  ]);
  if (!approval) throw new Failure('approval.not_found', `${model.name} version ${number} has no approval ${id}.`);
  return { ...subject, approval };
}
