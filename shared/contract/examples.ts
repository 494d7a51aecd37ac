/** The values that the examples of the rows share: one made-up bank and its model. */
export const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const AT = '2026-03-04T05:06:07.890Z';
export const ANN = 'aws:111122223333:user/Ann';
export const ROLE = 'aws:111122223333:role/TrainingPipeline';

export const BUS = 'arn:aws:events:eu-west-1:444455556666:event-bus/models';

export const subscription = {
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2',
  bus: BUS,
  types: ['version.promoted', 'model.rolled_back'],
  state: 'connected',
  createdAt: AT,
  createdBy: ANN,
};

export const token = {
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z5',
  label: 'training pipeline',
  principal: ANN,
  roles: [{ role: 'publisher', models: 'fraud-*' }],
  createdAt: AT,
  validUntil: '2026-03-02T10:00:00.000Z',
};

export const tenant = { id: 'acme', name: 'Acme Bank', createdAt: AT, revision: 1 };

export const member = {
  principal: ROLE,
  roles: [{ role: 'publisher', models: 'fraud-*' }],
  addedAt: AT,
  addedBy: ANN,
  revision: 1,
};

export const policy = {
  policy: { lifecycle: 'governed', retention: { stagingDays: 60 } },
  effective: {
    lifecycle: 'governed',
    approvals: { production: { required: 1, roles: ['reviewer'], separation: true, expiresAfterDays: 14 } },
    gates: { staging: [{ artifact: 'verified' }], production: [{ artifact: 'verified' }] },
    autoPromote: 'none',
    retention: { productionStableDays: 14, stagingDays: 60, artifactHoldDays: 2555, evaluationDays: 90 },
  },
  at: AT,
  by: ANN,
  revision: 1,
};

export const model = {
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2',
  name: 'fraud-detector',
  description: 'Scores card payments.',
  tags: { team: 'payments' },
  aliases: { champion: 2 },
  lifecycle: 'governed',
  staging: [3],
  production: [2],
  versions: 3,
  createdAt: AT,
  createdBy: ANN,
  updatedAt: AT,
  revision: 9,
};

export const version = {
  model: 'fraud-detector',
  version: 3,
  state: 'complete',
  stage: 'staging',
  description: 'Trained on February.',
  tags: { team: 'payments' },
  metrics: { accuracy: 0.973 },
  schema: {
    inputs: [{ name: 'amount', type: 'float64', nullable: false, min: 0 }],
    outputs: [{ name: 'score', type: 'float64', nullable: false, min: 0, max: 1 }],
  },
  lineage: {
    runId: 'run-42',
    code: { repository: 'https://git.example.com/fraud', commit: '4f2a9c1' },
    datasets: [{ name: 'payments-2026-02', digest: SHA256 }],
  },
  dependsOn: [{ model: 'feature-encoder', version: 7 }],
  artifact: { rootDigest: SHA256, files: 1, bytes: 12 },
  evidence: {
    card: { revision: 1, digest: SHA256, fields: ['intendedUse', 'limitations', 'trainingData'] },
    checks: { 'ci/bias': { outcome: 'success', revision: 1 } },
    evaluations: 0,
  },
  registeredBy: { principal: ROLE, session: 'build-118' },
  createdAt: AT,
  completedAt: AT,
  updatedAt: AT,
  revision: 3,
};

export const event = {
  id: 'evt_5f0c8a1e9b7d6c4f3a2b1c0d9e8f7a6b',
  seq: 9,
  type: 'version.promoted',
  at: AT,
  tenant: 'acme',
  actor: { principal: ANN },
  model: { id: model.id, name: model.name },
  version: 3,
  data: { from: 'none', to: 'staging', archived: [] },
  prevHash: SHA256,
  hash: SHA256,
};

export const ROOT = 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=';

export const checkpoint = {
  number: 1,
  at: AT,
  size: 2,
  note: `signet/acme\n2\n${ROOT}\n\n— signet/acme 9kxTDjBEAiAL1Y7mV3vZ\n`,
  key: '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n',
};

export const vote = {
  actor: { principal: 'aws:111122223333:user/Bea' },
  decision: 'approve',
  reason: 'Measured again on our own data.',
  roles: ['reviewer'],
  provenBy: 'aws-sigv4',
  at: AT,
};

export const approval = {
  model: 'fraud-detector',
  version: 3,
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z3',
  stage: 'production',
  subject: SHA256,
  state: 'pending',
  comment: 'For the March release.',
  requestedBy: { principal: ANN },
  requestedAt: AT,
  expiresAt: '2026-03-18T05:06:07.890Z',
  votes: [],
  revision: 1,
};

export const condition = {
  kind: 'approval',
  met: false,
  demand: '1 vote of reviewer, by others than who registered the version or asked',
  found: '0 in an approval that is pending',
  evidence: { required: 1, votes: 0, subject: SHA256, approval: approval.id, state: 'pending', voted: SHA256 },
  roles: ['reviewer'],
};

export const card = {
  model: 'fraud-detector',
  version: 3,
  card: {
    intendedUse: 'Scores card payments in the European Union before they are authorised.',
    limitations: 'Not for transfers, nor for merchants that are younger than a month.',
    trainingData: 'Payments of 2025, labelled by chargebacks.',
    fairnessEvaluation: [{ measure: 'demographic parity', group: 'age below 25', value: 0.91 }],
  },
  digest: SHA256,
  at: AT,
  by: ANN,
  revision: 1,
};

export const check = {
  model: 'fraud-detector',
  version: 3,
  check: 'ci/bias',
  outcome: 'success',
  summary: 'No group is scored more than 5 % worse.',
  link: 'https://ci.example.com/runs/118',
  recordedBy: { principal: ROLE, session: 'build-118' },
  at: AT,
  revision: 1,
};

export const evaluation = {
  model: 'fraud-detector',
  version: 3,
  evaluation: 1,
  dataset: { name: 'holdout-2026-02', digest: SHA256 },
  metrics: { auc: 0.94 },
  slices: [{ name: 'age', value: 'below 25', metrics: { auc: 0.91 } }],
  runId: 'run-43',
  digest: SHA256,
  recordedBy: { principal: ROLE, session: 'build-118' },
  at: AT,
};

export const dependency = {
  model: 'feature-encoder',
  version: 7,
  state: 'complete',
  stage: 'production',
  depth: 1,
  via: { model: 'fraud-detector', version: 3 },
};

export const dependent = {
  model: 'fraud-detector',
  version: 3,
  state: 'complete',
  stage: 'staging',
  depth: 1,
  via: { model: 'feature-encoder', version: 7 },
};

export const WEBHOOK_SECRET = 'whsec_TWZLUTlyOEdLWXFyVHdqVVBEOElMUFpJbzJMYUxhU3dNZktR';

export const webhook = {
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4',
  url: 'https://hooks.example.com/signet',
  format: 'signet',
  description: '',
  events: ['version.promoted', 'model.rolled_back'],
  models: 'fraud-*',
  state: 'enabled',
  secrets: [{ endsWith: 'ZktR', createdAt: AT }],
  createdAt: AT,
  createdBy: ANN,
  updatedAt: AT,
  revision: 1,
};

export const delivery = {
  webhook: webhook.id,
  event: event.id,
  type: event.type,
  model: event.model,
  at: AT,
  state: 'delivered',
  attempts: [{ at: AT, status: 204, milliseconds: 87 }],
  createdAt: AT,
};

export const hold = {
  id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4',
  matter: 'Case 2026-118',
  model: 'fraud-detector',
  version: 3,
  reason: 'Asked for by the court.',
  state: 'active',
  placedBy: { principal: ANN },
  placedAt: AT,
  revision: 1,
};

export const retention = {
  model: 'fraud-detector',
  version: 2,
  state: 'complete',
  stage: 'archived',
  actions: [],
  kept: [
    {
      what: 'artifact',
      why: 'hold_days',
      detail: 'kept 2555 days after it was archived',
      until: '2033-03-02T05:06:07.890Z',
    },
  ],
};
