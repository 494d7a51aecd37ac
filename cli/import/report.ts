import type { Ended } from './carry-out.ts';
import type { Plan, Step } from './plan.ts';

/** What an import did, or would do. */
export interface Report {
  readonly origin: string;
  readonly dryRun: boolean;
  readonly created: Readonly<Record<Step['what'], number>>;
  readonly there: Plan['there'];
  /** Versions whose files are kept here now. */
  readonly files: number;
  /** What is to be known: nothing is wrong with it. */
  readonly notes: readonly Line[];
  readonly refused: readonly Line[];
}

/** What a line is about, and what there is to say. */
export interface Line {
  readonly about: string;
  readonly why: string;
}

/** Collects what becomes of one model after the other. */
export function reporting(origin: string, dryRun: boolean) {
  const created = { model: 0, leftover: 0, placeholder: 0, version: 0, alias: 0, stage: 0 };
  const there = { model: 0, version: 0, alias: 0, stage: 0 };
  const notes: Line[] = [];
  const refused: Line[] = [];
  let files = 0;
  return {
    planned(model: string, plan: Plan) {
      for (const what of ['model', 'version', 'alias', 'stage'] as const) there[what] += plan.there[what];
      notes.push(...plan.notes.map((why) => ({ about: model, why })));
    },
    ended(model: string, ended: Ended) {
      if ('refused' in ended) refused.push({ about: `${model}: ${titleOf(ended.step)}`, why: ended.refused });
      else created[ended.step.what] += 1;
    },
    brought() {
      files += 1;
    },
    noted: (about: string, why: string) => void notes.push({ about, why }),
    refused: (about: string, why: string) => void refused.push({ about, why }),
    report: (): Report => ({ origin, dryRun, created, there, files, notes, refused }),
  };
}

export type Reporting = ReturnType<typeof reporting>;

function titleOf(step: Step): string {
  switch (step.what) {
    case 'model':
      return 'the model';
    case 'version':
      return `version ${step.version.version}`;
    case 'leftover':
    case 'placeholder':
      return `the number ${step.number}`;
    case 'alias':
      return `the alias ${step.alias}`;
    case 'stage':
      return `version ${step.number} in ${step.stage}`;
  }
}

const NOUNS = { model: 'model', version: 'version', alias: 'alias', stage: 'stage' } as const;

const counted = (number: number, noun: string): string =>
  `${number} ${number === 1 ? noun : noun.endsWith('s') ? `${noun}es` : `${noun}s`}`;

/** The report as people read it. */
export function told({ origin, dryRun, created, there, files, notes, refused }: Report): string {
  const kinds = Object.keys(NOUNS) as (keyof typeof NOUNS)[];
  const list = (of: Readonly<Record<keyof typeof NOUNS, number>>) =>
    kinds.filter((kind) => of[kind] > 0).map((kind) => counted(of[kind], NOUNS[kind]));
  const made = list(created);
  const unused =
    created.placeholder > 0 ? [`${counted(created.placeholder, 'number')} of versions that are no more`] : [];
  const verb = dryRun ? 'Would import' : 'Imported';
  return [
    made.length > 0 ? `${verb} ${made.join(', ')} from ${origin}.` : `There is nothing new at ${origin}.`,
    ...(unused.length > 0 ? [`  Used up      ${unused.join('')}`] : []),
    ...(files > 0 ? [`  Files        of ${counted(files, 'version')}`] : []),
    ...(list(there).length > 0 ? [`  There before ${list(there).join(', ')}`] : []),
    ...lines('To know', notes),
    ...lines('Refused', refused),
  ].join('\n');
}

const lines = (title: string, all: readonly Line[]): string[] =>
  all.length === 0 ? [] : [`${title}:`, ...all.map(({ about, why }) => `  ${about}: ${why}`)];
