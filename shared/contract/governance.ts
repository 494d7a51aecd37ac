import * as z from 'zod/mini';
import { ApprovalId, Decision } from '../domain/approval.ts';
import { CardContent } from '../domain/card.ts';
import { CallersCheckName, checkFields } from '../domain/check.ts';
import { Condition } from '../domain/condition.ts';
import { evaluationFields } from '../domain/evaluation.ts';
import { ModelName, Reason, VersionNumber } from '../domain/names.ts';
import { DatasetName } from '../domain/policy-document.ts';
import { VOTING_ROLES } from '../domain/role.ts';
import { ActiveStage, Stage } from '../domain/stage.ts';
import * as examples from './examples.ts';
import { ApprovalView, CardView, CheckView, EvaluationView } from './governance-views.ts';
import { type Operations, page, paging } from './operation.ts';

const one = { model: ModelName, version: VersionNumber };
const approval = { ...one, approval: ApprovalId };
const asked = { model: 'fraud-detector', version: 3, approval: examples.approval.id };

export const governanceOperations = {
  explainTransition: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/transitions/{stage}',
    summary: 'Say what a promotion takes: every condition, whether it is met, and who can see to it',
    access: { roles: ['reader'] },
    input: z.strictObject({ ...one, stage: ActiveStage }),
    output: z.object({
      model: ModelName,
      version: VersionNumber,
      from: Stage,
      to: ActiveStage,
      /** Whether promoteVersion would do it now. */
      allowed: z.boolean(),
      conditions: z.array(Condition),
    }),
    status: 200,
    failures: ['model.not_found', 'version.not_found'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', version: 3, stage: 'production' },
      output: {
        model: 'fraud-detector',
        version: 3,
        from: 'staging',
        to: 'production',
        allowed: false,
        conditions: [examples.condition],
      },
    },
  },
  requestApproval: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/approvals',
    summary: 'Ask for the votes that a version needs to enter a stage',
    access: { roles: ['publisher', 'releaser'] },
    input: z.strictObject({ ...one, stage: ActiveStage, comment: z.optional(Reason) }),
    output: ApprovalView,
    status: 201,
    failures: [
      'model.not_found',
      'version.not_found',
      'version.incomplete',
      'approval.exists',
      'approval.needless',
      'model.full',
    ],
    needs: ['table:read', 'table:write'],
    example: {
      input: { model: 'fraud-detector', version: 3, stage: 'production', comment: 'For the March release.' },
      output: examples.approval,
    },
  },
  voteOnApproval: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/approvals/{approval}/votes',
    summary: 'Vote on an approval; one vote against closes it',
    // Which of the roles count is for the policy to say.
    access: { roles: VOTING_ROLES },
    input: z
      .strictObject({ ...approval, decision: Decision, reason: z.optional(Reason) })
      .check(
        z.refine(
          ({ decision, reason }: { decision: Decision; reason?: string | undefined }) =>
            decision === 'approve' || reason !== undefined,
          { message: 'expected a reason for a vote against', path: ['reason'] },
        ),
      ),
    output: ApprovalView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'approval.not_found', 'approval.closed', 'vote.refused'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { ...asked, decision: 'approve', reason: 'Measured again on our own data.' },
      output: { ...examples.approval, state: 'approved', votes: [examples.vote], revision: 2 },
    },
  },
  withdrawApproval: {
    method: 'DELETE',
    path: '/v1/models/{model}/versions/{version}/approvals/{approval}',
    summary: 'Take back a request for an approval: whoever made it, or an admin',
    access: { roles: ['publisher', 'releaser', 'admin'] },
    input: z.strictObject({ ...approval, reason: z.optional(Reason) }),
    output: ApprovalView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'approval.not_found', 'approval.closed', 'approval.not_yours'],
    needs: ['table:read', 'table:write'],
    example: {
      input: asked,
      output: { ...examples.approval, state: 'withdrawn', closedAt: examples.AT, revision: 2 },
    },
  },
  getApproval: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/approvals/{approval}',
    summary: 'Show an approval, its votes, and whether they still hold',
    access: { roles: ['reader'] },
    input: z.strictObject(approval),
    output: ApprovalView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'approval.not_found'],
    needs: ['table:read'],
    example: { input: asked, output: examples.approval },
  },
  listApprovals: {
    method: 'GET',
    path: '/v1/approvals',
    summary: 'List what waits for votes, on all models that the caller may see, oldest first',
    access: { roles: ['reader'], anywhere: true },
    input: z.strictObject(paging),
    output: page(ApprovalView),
    status: 200,
    failures: ['cursor.invalid'],
    needs: ['table:read'],
    example: { input: { limit: 20 }, output: { items: [examples.approval] } },
  },
  putCard: {
    method: 'PUT',
    path: '/v1/models/{model}/versions/{version}/card',
    summary: 'Put the model card of a version: its next revision',
    access: { roles: ['publisher'] },
    input: z.strictObject({ ...one, card: CardContent }),
    output: CardView,
    status: 200,
    failures: ['model.not_found', 'version.not_found'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { model: 'fraud-detector', version: 3, card: examples.card.card },
      output: examples.card,
    },
  },
  getCard: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/card',
    summary: 'Show the model card of a version, as it is or as it was',
    access: { roles: ['reader'] },
    input: z.strictObject({
      ...one,
      /** An earlier revision. */
      revision: z.optional(
        z.number().check(z.int('expected a whole number'), z.gte(1, 'expected 1 or more'), z.lte(99_999_999)),
      ),
    }),
    output: CardView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'card.not_found'],
    needs: ['table:read'],
    example: { input: { model: 'fraud-detector', version: 3 }, output: examples.card },
  },
  recordCheck: {
    method: 'PUT',
    path: '/v1/models/{model}/versions/{version}/checks',
    summary: 'Record how an external test of a version ended',
    access: { roles: ['reviewer'] },
    input: z.strictObject({ ...one, check: CallersCheckName, ...checkFields }),
    output: CheckView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'version.incomplete', 'model.full'],
    needs: ['table:read', 'table:write'],
    example: {
      input: { model: 'fraud-detector', version: 3, check: 'ci/bias', outcome: 'success' },
      output: examples.check,
    },
  },
  listChecks: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/checks',
    summary: 'List the latest outcome of every check of a version',
    access: { roles: ['reader'] },
    input: z.strictObject({ ...one, ...paging }),
    output: page(CheckView),
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: { input: { model: 'fraud-detector', version: 3, limit: 20 }, output: { items: [examples.check] } },
  },
  recordEvaluation: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/evaluations',
    summary: 'Record what a run of a version on a data set measured, as a whole and slice by slice',
    // Not whoever publishes: they state metrics at registration, and a policy asks for these to have others' word.
    access: { roles: ['reviewer'] },
    input: z.strictObject({ ...one, ...evaluationFields }),
    output: EvaluationView,
    status: 201,
    failures: ['model.not_found', 'version.not_found', 'version.incomplete', 'model.full'],
    needs: ['table:read', 'table:write'],
    example: {
      input: {
        model: 'fraud-detector',
        version: 3,
        dataset: examples.evaluation.dataset,
        metrics: examples.evaluation.metrics,
        slices: examples.evaluation.slices,
        runId: examples.evaluation.runId,
      },
      output: examples.evaluation,
    },
  },
  listEvaluations: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/evaluations',
    summary: 'List the evaluations of a version, the latest first',
    access: { roles: ['reader'] },
    input: z.strictObject({ ...one, dataset: z.optional(DatasetName), ...paging }),
    output: page(EvaluationView),
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'cursor.invalid'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', version: 3, dataset: 'holdout-2026-02' },
      output: { items: [examples.evaluation] },
    },
  },
} as const satisfies Operations;
