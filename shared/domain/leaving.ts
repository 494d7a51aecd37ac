import type { EntityWrite, Occasion } from './change.ts';
import { type Held, holdingOf } from './history.ts';
import type { Model } from './model.ts';
import { Alias, type VersionNumber } from './names.ts';
import { ActiveStage } from './stage.ts';

/** What a model says of a version that is no more: nothing. */
export const without = (
  { staging, production, former, aliases }: Model,
  gone: VersionNumber,
): Pick<Model, 'staging' | 'production' | 'former' | 'aliases'> => {
  const others = (numbers: readonly VersionNumber[]) => numbers.filter((number) => number !== gone);
  return {
    staging: others(staging),
    production: others(production),
    former: others(former),
    aliases: Object.fromEntries(Object.entries(aliases).filter(([, number]) => number !== gone)),
  };
};

/** The history of the stages and aliases that are held by others after a change, or by nobody. */
export function releasedBy(before: Model, after: Model, occasion: Occasion): EntityWrite[] {
  const row = (held: Held, versions: readonly VersionNumber[]): EntityWrite => ({
    create: holdingOf(after, held, versions, occasion),
  });
  return [
    ...ActiveStage.options
      .filter((stage) => before[stage].length !== after[stage].length)
      .map((stage) => row({ stage }, after[stage])),
    ...Object.keys(before.aliases)
      .filter((alias) => !Object.hasOwn(after.aliases, alias))
      .map((alias) => row({ alias: Alias.parse(alias) }, [])),
  ];
}
