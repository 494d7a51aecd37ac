import type { Config } from '../config/config.ts';
import { configOf } from '../stages.ts';
import { Refusal } from './refusal.ts';

/** A stage with all that `npm run deploy` has to know of it. */
export interface Destination {
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly config: Config;
}

/** @throws Refusal for a stage that nobody configured, or not wholly */
export async function destinationOf(stage: string): Promise<Destination> {
  const config = await configOf(stage);
  const { account, region } = config;
  if (account !== undefined && region !== undefined) return { stage, account, region, config };
  throw new Refusal(`infra/config/${stage}.ts does not say where to: it needs \`account\` and \`region\`.`);
}
