import { readdirSync } from 'node:fs';
import { type Config, checked, type Stage } from './config/config.ts';
import { Refusal } from './deploy/refusal.ts';

export type Stages = Readonly<Record<string, Stage>>;

/** @throws Refusal for a stage that nobody configured, or not wholly, or that another one stands in the way of */
export async function configOf(name: string): Promise<Config> {
  const stages = await allStages();
  const stage = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (!stage) throw new Refusal(`There is no stage ${name}: infra/config/ has ${Object.keys(stages).join(', ')}.`);
  const config = complete(name, stage);
  const namesake = namesakeOf(name, stages);
  if (namesake === undefined) return config;
  throw new Refusal(
    `The stages ${name} and ${namesake} are both the stack ${config.stackName}, and may be in the same account and Region: the one would replace the other. Give one of them another \`stackName\`, or both their \`account\` and \`region\`.`,
  );
}

/** Every file of `infra/config/` but that which checks them, by name. */
async function allStages(): Promise<Stages> {
  const names = readdirSync(new URL('config/', import.meta.url))
    .filter((file) => file.endsWith('.ts') && file !== 'config.ts')
    .map((file) => file.replace(/\.ts$/, ''));
  const modules = names.map(async (name) => {
    const { stage } = (await import(`./config/${name}.ts`)) as { stage: Stage };
    return [name, stage] as const;
  });
  return Object.fromEntries(await Promise.all(modules));
}

function complete(name: string, stage: Stage): Config {
  try {
    return checked(name, stage);
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

/** Another stage whose stack is the same: a file was copied, and its `stackName` with it. */
export function namesakeOf(name: string, stages: Stages): string | undefined {
  const { [name]: stage, ...others } = stages;
  return Object.entries(others).find(([, other]) => stage && areOne(stage, other))?.[0];
}

/** Where a stage does not say where it is, it may be anywhere. */
const areOne = (one: Stage, other: Stage): boolean =>
  one.stackName === other.stackName && mayBeEqual(one.account, other.account) && mayBeEqual(one.region, other.region);

const mayBeEqual = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;
