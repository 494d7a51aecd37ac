import { deleteRegisteredModelAlias, getModelVersionByAlias, setRegisteredModelAlias } from './aliases.ts';
import type { Answer } from './call.ts';
import * as models from './models.ts';
import * as registryWebhooks from './registry-webhooks.ts';
import type { MlflowCall } from './routes.ts';
import { searchModelVersions, searchRegisteredModels } from './search.ts';
import { getLatestVersions, transitionModelVersionStage } from './stages.ts';
import * as versions from './versions.ts';
import * as webhooks from './webhooks.ts';

/** What answers each call. */
export const calls: { readonly [C in MlflowCall]: Answer<C> } = {
  createRegisteredModel: models.createRegisteredModel,
  getRegisteredModel: models.getRegisteredModel,
  renameRegisteredModel: models.renameRegisteredModel,
  updateRegisteredModel: models.updateRegisteredModel,
  deleteRegisteredModel: models.deleteRegisteredModel,
  searchRegisteredModels,
  getLatestVersions,
  getLatestVersionsOf: getLatestVersions,
  setRegisteredModelTag: models.setRegisteredModelTag,
  deleteRegisteredModelTag: models.deleteRegisteredModelTag,
  setRegisteredModelAlias,
  deleteRegisteredModelAlias,
  getModelVersionByAlias,
  createModelVersion: versions.createModelVersion,
  getModelVersion: versions.getModelVersion,
  updateModelVersion: versions.updateModelVersion,
  transitionModelVersionStage,
  deleteModelVersion: versions.deleteModelVersion,
  searchModelVersions,
  getModelVersionDownloadUri: versions.getModelVersionDownloadUri,
  setModelVersionTag: versions.setModelVersionTag,
  deleteModelVersionTag: versions.deleteModelVersionTag,
  ...webhooks,
  ...registryWebhooks,
};
