import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { constructId } from '../../infra/construct-id.ts';
import type { ReactionName } from '../../shared/contract/reactions.ts';
import { CREDENTIALS, REGION } from './emulated-aws.ts';

/** Calls the function of a reaction as its schedule does. @throws Error when it fails */
export async function runDeployed(aws: string, name: ReactionName): Promise<void> {
  const client = new LambdaClient({ endpoint: aws, region: REGION, credentials: CREDENTIALS });
  try {
    const FunctionName = await nameOf(client, constructId(name));
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: '{}' }));
    if (FunctionError !== undefined) throw new Error(`${name} failed: ${Payload?.transformToString()}`);
  } finally {
    client.destroy();
  }
}

async function nameOf(client: LambdaClient, id: string): Promise<string> {
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(`Reactions${id}`));
    if (found?.FunctionName) return found.FunctionName;
  }
  throw new Error(`There is no function of ${id}.`);
}
