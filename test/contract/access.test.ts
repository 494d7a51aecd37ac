import { expect, it } from 'vitest';
import { whoMay } from '../../shared/contract/access.ts';
import { type OperationName, operations } from '../../shared/contract/operations.ts';

it.each<[OperationName, string]>([
  ['whoAmI', 'everyone whose identity is proved'],
  ['createTenant', 'admins of the deployment'],
  ['listModels', 'members with any role on any model'],
  ['getModel', 'members with any role on the model'],
  ['getPolicy', 'members with any role on the model, or on all models (`*`) where none is named'],
  ['putMember', 'members with the role admin on all models (`*`)'],
  ['deleteModel', 'members with the role publisher or admin on the model; for `force`, admin'],
  ['renameModel', 'members with the role publisher or admin on the model and on the one that `to` names'],
])('%s is said to be for %s', (name, who) => {
  expect(whoMay(operations[name])).toBe(who);
});
