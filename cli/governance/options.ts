import { type Command, Option } from 'commander';
import { ActiveStage } from '../../shared/domain/stage.ts';
import { choicesOf } from '../command.ts';
import { Complaint } from '../complaint.ts';

/** Where a version is to go, as it was typed. */
export interface Target {
  readonly to?: ActiveStage;
  readonly stage?: ActiveStage;
}

/** Lets a command be told which stage a version is to enter: with `--to`, or `--stage` as the API has it. */
export const withTarget = (made: Command, more = ''): Command =>
  made
    .addOption(new Option(`--to ${choicesOf(ActiveStage.options)}`, `where to${more}`).choices(ActiveStage.options))
    .addOption(new Option('--stage <stage>').choices(ActiveStage.options).hideHelp());

/** @throws Complaint where there are two, or there has to be one */
export function targetOf({ to, stage }: Target, otherwise?: ActiveStage): ActiveStage {
  if (to !== undefined && stage !== undefined) throw new Complaint('usage', 'Either --to or --stage, not both.');
  const target = to ?? stage ?? otherwise;
  if (target) return target;
  throw new Complaint('usage', `Say where to: --to ${ActiveStage.options.join(' or --to ')}.`);
}

/** How a stage is told to the commands that take production for meant. */
export const targetText = (stage: ActiveStage): string => (stage === 'production' ? '' : ` --to ${stage}`);

/** How the journeys of an approval name the version that they are about. */
export const VERSION_USAGE = 'MODEL[:N|:STAGE|@ALIAS]';
export const VERSION_HELP = 'without a version: the one in staging or, where there is none, the newest complete one';
