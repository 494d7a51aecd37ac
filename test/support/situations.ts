import { expect, vi } from 'vitest';
import type { Credential } from '../../local/sigv4.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { type OperationName, operations, type Sent } from '../../shared/contract/operations.ts';
import { aBus } from './buses.ts';
import { anApprovalOf, votes } from './governed.ts';
import { aName } from './names.ts';
import type { TestRegistry, TestTenant } from './registry.ts';
import { aModelOf, anUploadOf, aVersionIn, aVersionOf, aVersionWith } from './setting-up.ts';

/** For each operation: brings a fresh tenant so far that the operation will succeed, and says with which input. */
export const situations: { readonly [Name in OperationName]: (tenant: TestTenant) => Promise<Sent<Name>> } = {
  createTenant: async ({ keys }) => ({ tenant: aName('tenant'), admin: keys.admin.arn }),
  getTenant: async () => ({}),
  putMember: async () => ({ principal: someone(), roles: [{ role: 'reader' }] }),
  removeMember: async ({ admin }) => {
    const { principal } = await admin.putMember({ principal: someone(), roles: [{ role: 'reader' }] });
    return { principal };
  },
  listMembers: async () => ({}),
  whoAmI: async () => ({}),
  getPolicy: async (tenant) => ({ model: await aModelOf(tenant) }),
  putPolicy: async (tenant) => ({ model: await aModelOf(tenant), policy: { retention: { stagingDays: 7 } } }),

  createSubscription: async () => ({ bus: aBus() }),
  listSubscriptions: async () => ({}),
  deleteSubscription: async ({ admin }) => ({ subscription: (await admin.createSubscription({ bus: aBus() })).id }),

  createToken: async () => ({ label: aName('pipeline') }),
  listTokens: async (tenant) => {
    await aToken(tenant);
    return {};
  },
  revokeToken: async (tenant) => ({ token: await aToken(tenant) }),

  createModel: async () => ({ model: aName('model') }),
  getModel: async (tenant) => ({ model: await aModelOf(tenant) }),
  listModels: async (tenant) => ({ prefix: await aModelOf(tenant) }),
  updateModel: async (tenant) => ({ model: await aModelOf(tenant), description: 'Anew.' }),
  renameModel: async (tenant) => ({ model: await aModelOf(tenant), to: aName('renamed') }),
  deleteModel: async (tenant) => ({ model: await aModelOf(tenant) }),

  registerVersion: async (tenant) => ({ model: await aModelOf(tenant), source: 's3://elsewhere/model' }),
  completeVersion: async (tenant) => {
    const model = await aModelOf(tenant);
    return { model, ...(await anUploadOf(tenant, model, { 'model.bin': aName('bytes') })) };
  },
  getVersion: (tenant) => aComplete(tenant),
  listVersions: async (tenant) => ({ model: (await aComplete(tenant)).model }),
  updateVersion: async (tenant) => ({ ...(await aComplete(tenant)), description: 'Anew.' }),
  deleteVersion: (tenant) => aComplete(tenant),
  getDownload: async (tenant) => {
    const model = await aModelOf(tenant);
    return { model, version: await aVersionWith(tenant, model, { 'model.bin': aName('bytes') }) };
  },
  resolveVersion: async (tenant) => ({ model: (await aComplete(tenant)).model, reference: '1' }),

  promoteVersion: async (tenant) => ({ ...(await aComplete(tenant)), stage: 'staging' }),
  archiveVersion: async (tenant) => {
    const model = await aModelOf(tenant);
    return { model, version: await aVersionIn(tenant, model, 'staging') };
  },
  rollbackModel: async (tenant) => {
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'production');
    await aVersionIn(tenant, model, 'production');
    return { model, reason: 'It was worse.' };
  },
  setAlias: async (tenant) => ({ ...(await aComplete(tenant)), alias: 'champion' }),
  deleteAlias: async (tenant) => {
    const complete = await aComplete(tenant);
    await tenant.releaser.setAlias({ ...complete, alias: 'champion' });
    return { model: complete.model, alias: 'champion' };
  },
  getStageHistory: async (tenant) => {
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    return { model, stage: 'staging' };
  },
  explainTransition: async (tenant) => ({ ...(await aComplete(tenant)), stage: 'production' }),
  requestApproval: async (tenant) => ({ ...(await aDemanding(tenant)), stage: 'production' }),
  voteOnApproval: async (tenant) => ({ ...(await anApproval(tenant)), decision: 'approve' }),
  withdrawApproval: (tenant) => anApproval(tenant),
  getApproval: (tenant) => anApproval(tenant),
  listApprovals: async (tenant) => {
    await anApproval(tenant);
    return {};
  },
  putCard: async (tenant) => ({ ...(await aComplete(tenant)), card: { intendedUse: 'Payments.' } }),
  getCard: async (tenant) => {
    const complete = await aComplete(tenant);
    await tenant.publisher.putCard({ ...complete, card: { intendedUse: 'Payments.' } });
    return complete;
  },
  recordCheck: async (tenant) => ({ ...(await aComplete(tenant)), check: 'ci/bias', outcome: 'success' }),
  listChecks: async (tenant) => {
    const complete = await aComplete(tenant);
    await tenant.reviewer.recordCheck({ ...complete, check: 'ci/bias', outcome: 'success' });
    return complete;
  },
  recordEvaluation: async (tenant) => ({ ...(await aComplete(tenant)), ...EVALUATION }),
  listEvaluations: async (tenant) => {
    const complete = await aComplete(tenant);
    await tenant.reviewer.recordEvaluation({ ...complete, ...EVALUATION });
    return complete;
  },
  getDependencies: async (tenant) => (await aDependent(tenant)).one,
  getDependents: async (tenant) => {
    const { needed } = await aDependent(tenant);
    return needed;
  },
  getSchema: (tenant) => aComplete(tenant, { schema: SCHEMA }),
  checkServing: async (tenant) => ({ ...(await aComplete(tenant, { schema: SCHEMA })), records: [{ amount: 1 }] }),
  compareSchemas: async (tenant) => {
    const { model, version } = await aComplete(tenant, { schema: SCHEMA });
    return { model, version, to: await aVersionOf(tenant, model, { schema: SCHEMA }) };
  },
  previewRetention: async (tenant) => {
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    return { model };
  },
  placeHold: async (tenant) => ({ matter: 'Case 1', ...(await aComplete(tenant)) }),
  releaseHold: async (tenant) => ({ hold: await aHold(tenant), reason: 'The case is closed.' }),
  listHolds: async (tenant) => {
    await aHold(tenant);
    return {};
  },
  listEvents: async (tenant) => ({ model: await aModelOf(tenant) }),
  exportEvents: async (tenant) => ({ model: await aModelOf(tenant) }),

  createWebhook: async () => ({ url: `https://${aName('receiver')}.example/signet` }),
  getWebhook: (tenant) => aWebhook(tenant),
  listWebhooks: async (tenant) => {
    await aWebhook(tenant);
    return {};
  },
  updateWebhook: async (tenant) => ({ ...(await aWebhook(tenant)), state: 'disabled' }),
  deleteWebhook: (tenant) => aWebhook(tenant),
  rotateWebhookSecret: (tenant) => aWebhook(tenant),
  pingWebhook: (tenant) => aWebhook(tenant),
  listDeliveries: (tenant) => aWebhook(tenant),
  redeliver: (tenant) => aDelivery(tenant),
  getProof: async (tenant) => {
    const model = await aModelOf(tenant);
    await tenant.seal();
    return { model, seq: 1 };
  },
  listCheckpoints: async (tenant) => {
    await tenant.seal();
    return {};
  },
  exportCheckpoints: async (tenant) => {
    await tenant.seal();
    return {};
  },
};

/** Whose call an operation lets through. */
export function callerOf(name: OperationName, registry: TestRegistry, { keys }: TestTenant): Credential {
  const { access }: Operation = operations[name];
  if (access === 'deployment-admin') return registry.deploymentAdmin;
  if (access === 'authenticated') return keys.reader;
  const [role = 'reader'] = access.roles;
  return keys[role];
}

/** A token of whoever has the fewest roles. */
const aToken = async ({ reader }: TestTenant): Promise<string> =>
  (await reader.createToken({ label: 'a pipeline' })).id;

/** A version of a model that demands a vote before production. */
async function aDemanding(tenant: TestTenant) {
  const complete = await aComplete(tenant);
  await tenant.admin.putPolicy({ model: complete.model, policy: votes() });
  return complete;
}

const anApproval = async (tenant: TestTenant) => anApprovalOf(tenant, await aDemanding(tenant));

/** A webhook that leads nowhere. */
async function aWebhook({ admin }: TestTenant) {
  const { id } = await admin.createWebhook({ url: 'https://receiver.invalid/signet', events: ['webhook.disabled'] });
  return { webhook: id };
}

/** A delivery to a webhook that leads nowhere. */
async function aDelivery(tenant: TestTenant) {
  const { webhook, event } = await tenant.admin.pingWebhook(await aWebhook(tenant));
  await vi.waitFor(async () => expect((await tenant.admin.listDeliveries({ webhook })).items).toHaveLength(1), 10_000);
  return { webhook, event };
}

/** A version that needs another, of another model. */
async function aDependent(tenant: TestTenant) {
  const needed = await aComplete(tenant);
  return { one: await aComplete(tenant, { dependsOn: [needed] }), needed };
}

/** The id of a hold on everything of a tenant. */
const aHold = async ({ admin }: TestTenant): Promise<string> => (await admin.placeHold({ matter: 'Case 1' })).id;

const someone = (): string => `arn:aws:iam::444455556666:user/${aName('someone')}`;

const EVALUATION = { dataset: { name: 'holdout' }, metrics: { auc: 0.94 } };

const SCHEMA = { inputs: [{ name: 'amount', type: 'float64' }] };

async function aComplete(
  tenant: TestTenant,
  over: Partial<Sent<'registerVersion'>> = {},
): Promise<{ readonly model: string; readonly version: number }> {
  const model = await aModelOf(tenant);
  return { model, version: await aVersionOf(tenant, model, over) };
}
