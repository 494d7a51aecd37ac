import * as z from 'zod/mini';
import { Condition } from '../../domain/condition.ts';
import { FAILURES, type FailureCode, Issues, problemType } from '../../errors.ts';
import { BUS, condition } from '../examples.ts';

/** What an operation answers in place of what was asked for: RFC 9457, with a stable code and what to do next. */
export const ProblemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** Absent from a 500 alone, which says nothing. */
  code: z.optional(z.enum(Object.keys(FAILURES) as [FailureCode, ...FailureCode[]])),
  detail: z.optional(z.string()),
  hint: z.optional(z.string()),
  issues: z.optional(Issues),
  /** What a refused promotion takes, met or not. */
  conditions: z.optional(z.array(Condition)),
  requestId: z.string(),
});

const REQUEST_ID = '7f3c0b52-6d0e-4c3b-9f8e-2f3f6c1d9a10';

/** A problem as a caller may get it. */
export function problemExample(code: FailureCode): z.output<typeof ProblemView> {
  const { status, title, hint } = FAILURES[code];
  const { detail, issues, conditions } = SAYING[code];
  const body = { type: problemType(code), title, status, code, detail, hint };
  return { ...body, ...(issues && { issues: [...issues] }), ...(conditions && { conditions }), requestId: REQUEST_ID };
}

/** What a caller gets when there is a bug. */
export const internalExample: z.output<typeof ProblemView> = {
  type: 'about:blank',
  title: 'Internal error',
  status: 500,
  requestId: REQUEST_ID,
};

const one = (field: string, message: string) => ({
  detail: `${field}: ${message}`,
  issues: [{ field, message }],
});

interface Saying {
  readonly detail: string;
  readonly issues?: z.output<typeof Issues>;
  readonly conditions?: Condition[];
}

const SAYING: Readonly<Record<FailureCode, Saying>> = {
  'request.invalid': one('limit', 'expected at most 100'),
  'request.too_large': { detail: 'A body has at most 1000000 bytes, and this one has more.' },
  'request.throttled': { detail: 'Rate exceeded' },
  'route.not_found': { detail: 'There is no GET /v1/model, and nothing like it.' },
  'cursor.invalid': { detail: 'The cursor was not given for this listing with this filter.' },
  'clock.fixed': { detail: 'This registry keeps its data, and goes by the clock of its machine.' },
  'caller.unknown': { detail: 'The request is not signed by a principal that is known here.' },
  'caller.forbidden': { detail: 'This needs the role releaser on the model fraud-detector.' },
  'tenant.ambiguous': { detail: 'You belong to acme, globex: choose one with the header X-Signet-Tenant.' },
  'tenant.not_found': { detail: 'There is no tenant globex.' },
  'tenant.exists': { detail: 'There is a tenant acme already.' },
  'tenant.full': { detail: 'acme has 10 subscriptions, which is all that it can have.' },
  'token.not_found': { detail: 'There is no token 01JNF4YVQ4R9S8T7V6W5X4Y3Z5 of yours.' },
  'subscription.not_found': { detail: 'There is no subscription 01JNF4YVQ4R9S8T7V6W5X4Y3Z2.' },
  'subscription.exists': {
    detail: `${BUS} is subscribed already, as 01JNF4YVQ4R9S8T7V6W5X4Y3Z2.`,
  },
  'subscription.refused': one('bus', 'expected a bus in another account than that of the registry'),
  'member.not_found': { detail: 'aws:111122223333:user/Ann is no member.' },
  'member.last_admin': { detail: 'aws:111122223333:user/Ann is the last admin of the whole tenant.' },
  'policy.conflict': {
    detail: 'fraud-detector has the versions 2, 3 in production: a governed model has one.',
  },
  'model.not_found': { detail: 'There is no model fraud-detector.' },
  'model.exists': { detail: 'There is a model fraud-detector already.' },
  'model.in_use': { detail: 'fraud-detector has in staging or production: 2.' },
  'model.full': { detail: 'fraud-detector has 100 aliases, and can have no more.' },
  'version.not_found': { detail: 'fraud-detector has no version 3.' },
  'artifact.not_found': { detail: 'There is no file model/MLmodel.' },
  'artifact.lost': {
    detail: 'fraud-detector version 3 has lost model.json.',
    issues: [{ field: 'model.json', message: 'is not there any more' }],
  },
  'dependency.not_found': one('dependsOn[0].version', 'feature-encoder has no version 7'),
  'version.duplicate': { detail: 'These files are fraud-detector version 2.' },
  'version.incomplete': {
    detail: 'model.json: is not uploaded, or not all of it.',
    issues: [{ field: 'model.json', message: 'is not uploaded, or not all of it' }],
  },
  'version.abandoned': { detail: 'The upload of fraud-detector version 3 was abandoned.' },
  'version.mismatch': {
    detail: 'model.json: the bytes are not those of the manifest.',
    issues: [{ field: 'model.json', message: 'the bytes are not those of the manifest' }],
  },
  'version.in_use': { detail: 'fraud-detector version 3 is in staging.' },
  'version.external': { detail: 'The files of fraud-detector version 3 are at s3://elsewhere/fraud/3.' },
  'artifact.deleted': { detail: 'The files of fraud-detector version 3 were deleted on 2033-03-04T05:06:07.890Z.' },
  'version.retained': {
    detail:
      'fraud-detector version 3 is not deleted: it was in production, and is kept 2555 days after it was archived, until 2033-03-04T05:06:07.890Z.',
  },
  'hold.not_found': { detail: 'There is no legal hold 01JNF4YVQ4R9S8T7V6W5X4Y3Z4.' },
  'hold.in_force': { detail: 'fraud-detector version 3 is under the legal hold 01JNF4YVQ4R9S8T7V6W5X4Y3Z4.' },
  'hold.unconfirmed': {
    detail: 'The release of 01JNF4YVQ4R9S8T7V6W5X4Y3Z4 was asked for by you: another admin has to confirm it.',
  },
  'hold.full': { detail: 'acme has 200 holds in force, and can have no more.' },
  'schema.not_found': { detail: 'fraud-detector version 3 was registered without a schema.' },
  'transition.refused': {
    detail:
      'fraud-detector version 3 may not enter production: expected 1 vote of reviewer, by others than who registered the version or asked, found 0 in an approval that is pending.',
    conditions: [Condition.parse(condition)],
  },
  'approval.not_found': { detail: 'fraud-detector version 3 has no approval 01JNF4YVQ4R9S8T7V6W5X4Y3Z3.' },
  'approval.exists': {
    detail:
      'The approval of fraud-detector version 3 for production was asked for already: 01JNF4YVQ4R9S8T7V6W5X4Y3Z3.',
  },
  'approval.needless': { detail: 'Nobody has to agree before fraud-detector version 3 enters staging.' },
  'approval.closed': { detail: 'The approval of fraud-detector version 3 for production has expired.' },
  'approval.not_yours': {
    detail: 'The approval of fraud-detector version 3 for production was asked for by somebody else.',
  },
  'vote.refused': { detail: 'The approval of fraud-detector version 3 for production: you registered the version.' },
  'webhook.not_found': { detail: 'There is no webhook 01JNF4YVQ4R9S8T7V6W5X4Y3Z4.' },
  'webhook.limit': { detail: 'acme has 50 webhooks.' },
  'webhook.disabled': { detail: 'The webhook 01JNF4YVQ4R9S8T7V6W5X4Y3Z4 is switched off.' },
  'delivery.not_found': {
    detail: 'The webhook 01JNF4YVQ4R9S8T7V6W5X4Y3Z4 has no delivery of evt_5f0c8a1e9b7d6c4f3a2b1c0d9e8f7a6b.',
  },
  'card.not_found': { detail: 'fraud-detector version 3 has no model card.' },
  'event.not_found': { detail: 'There is no event 9 in this chain.' },
  'checkpoint.pending': { detail: 'No checkpoint has event 9 yet.' },
  'rollback.impossible': { detail: 'fraud-detector cannot go back 1 production versions: it has no former one.' },
  'alias.not_found': { detail: 'fraud-detector has no alias champion.' },
  'stage.empty': { detail: 'No version of fraud-detector is in production.' },
  'precondition.failed': { detail: 'expected fraud-detector at revision 9, got 10.' },
  'idempotency.reused': { detail: 'Under this Idempotency-Key another request was answered.' },
  'write.conflict': { detail: 'Others changed this 8 times while it was being decided.' },
  'storage.unavailable': { detail: 'The database does not answer.' },
  'server.slow': { detail: 'The function was about to run out of time.' },
};
