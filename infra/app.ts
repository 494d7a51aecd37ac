import { App } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import { Principal, principalFrom } from '../shared/domain/principal.ts';
import { RegistryStack } from './registry-stack.ts';

const app = new App();

/** `cdk deploy -c deploymentAdmins=arn:aws:iam::111122223333:role/Platform`: several are divided by commas. */
const deploymentAdmins = z
  ._default(z.string(), '')
  .parse(app.node.tryGetContext('deploymentAdmins'))
  .split(',')
  .filter((text) => text !== '')
  .map((text) => Principal.parse(principalFrom(text.trim())));

new RegistryStack(app, 'Signet', { deploymentAdmins });
