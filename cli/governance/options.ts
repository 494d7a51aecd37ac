import { Option } from 'commander';
import { ActiveStage } from '../../shared/domain/stage.ts';
import { choicesOf } from '../command.ts';

/** The stage that a version is to enter. */
export const stageOption = (): Option =>
  new Option(`--stage ${choicesOf(ActiveStage.options)}`, 'where it is to go; by default production')
    .choices(ActiveStage.options)
    .default('production');

/** How the journeys of an approval name the version that they are about. */
export const VERSION_USAGE = 'MODEL[:N|:STAGE|@ALIAS]';
export const VERSION_HELP = 'without a version: the one in staging or, on the way there, the newest complete one';
