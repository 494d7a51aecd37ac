import * as z from 'zod/mini';
import { Approval } from '../domain/approval.ts';
import { Card, CardContent } from '../domain/card.ts';
import { Check } from '../domain/check.ts';
import { Evaluation } from '../domain/evaluation.ts';
import { ModelName, VersionNumber } from '../domain/names.ts';

/** What callers see of an approval. */
export const ApprovalView = z.object({
  model: ModelName,
  version: VersionNumber,
  ...z.omit(Approval, { kind: true, tenant: true, model: true, version: true }).shape,
});

/** What callers see of a model card. */
export const CardView = z.object({
  model: ModelName,
  version: VersionNumber,
  card: CardContent,
  ...z.pick(Card, { digest: true, at: true, by: true, revision: true }).shape,
});

/** What callers see of a check. */
export const CheckView = z.object({
  model: ModelName,
  version: VersionNumber,
  check: Check.shape.name,
  ...z.omit(Check, { kind: true, tenant: true, model: true, version: true, name: true }).shape,
});

/** What callers see of an evaluation. */
export const EvaluationView = z.object({
  model: ModelName,
  version: VersionNumber,
  /** Its number among the evaluations of the version. */
  evaluation: Evaluation.shape.number,
  ...z.omit(Evaluation, { kind: true, tenant: true, model: true, version: true, number: true }).shape,
});

/** An approval under the present name of its model, in this state. */
export const approvalView = (name: ModelName, approval: Approval, state = approval.state) => ({
  ...approval,
  model: name,
  state,
});

export const cardView = (name: ModelName, { content, ...card }: Card) => ({ ...card, model: name, card: content });

export const checkView = (name: ModelName, check: Check) => ({ ...check, model: name, check: check.name });

export const evaluationView = (name: ModelName, { number, ...evaluation }: Evaluation) => ({
  ...evaluation,
  model: name,
  evaluation: number,
});
