import { readdirSync } from 'node:fs';
import { type Config, checked, type Stage } from '../config/config.ts';
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
  const stages = readdirSync(new URL('../config/', import.meta.url))
    .filter((file) => file !== 'config.ts')
    .map((file) => file.replace(/\.ts$/, ''));
  if (!stages.includes(stage)) {
    throw new Refusal(`There is no stage ${stage}: infra/config/ has ${stages.join(', ')}.`);
  }
  const configured = (await import(`../config/${stage}.ts`)) as { stage: Stage };
  const config = complete(stage, configured.stage);
  const { account, region } = config;
  if (account !== undefined && region !== undefined) return { stage, account, region, config };
  throw new Refusal(`infra/config/${stage}.ts does not say where to: it needs \`account\` and \`region\`.`);
}

function complete(stage: string, input: Stage): Config {
  try {
    return checked(stage, input);
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}
