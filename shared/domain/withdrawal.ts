import { Failure } from '../errors.ts';
import { type Approval, closed, isOpen } from './approval.ts';
import { approvalTitle, notOpen, type Subject, stateOf } from './approving.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { type Model, touched } from './model.ts';
import { isSamePerson } from './people.ts';

/** Who takes a request back, and why. */
interface Withdrawal {
  readonly isAdmin: boolean;
  readonly reason?: string | undefined;
}

/**
 * Takes a request back, also one that a change or time has ended: whoever made it may, and an admin.
 * @throws Failure `approval.closed`, `approval.not_yours`
 */
export function withdrawApproval(
  model: Model,
  subject: Subject,
  approval: Approval,
  { isAdmin, reason }: Withdrawal,
  occasion: Occasion,
): Change<Approval> {
  const state = stateOf(approval, subject, occasion.now);
  if (!isOpen(approval.state) || state === 'consumed') throw notOpen(model, approval, subject.version, state);
  if (!isAdmin && !isSamePerson(approval.requestedBy, occasion.actor)) {
    throw new Failure('approval.not_yours', `${approvalTitle(model, approval)} was asked for by somebody else.`);
  }
  const withdrawn = closed(approval, 'withdrawn', momentOf(model, occasion));
  return {
    result: withdrawn,
    head: { replace: touched(model, occasion) },
    writes: [{ replace: withdrawn }],
    event: {
      type: 'approval.withdrawn',
      version: approval.version,
      actor: occasion.actor,
      data: { approval: approval.id, stage: approval.stage, ...(reason !== undefined && { reason }) },
    },
  };
}
