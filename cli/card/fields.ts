import type { CardField } from '../../shared/domain/policy-document.ts';

/** The heading under which each field is written for others, and those under which others write it. */
const HEADINGS = {
  intendedUse: ['Uses', 'Intended use', 'Intended uses', 'Intended uses & limitations', 'Primary intended uses'],
  limitations: ['Bias, Risks, and Limitations', 'Limitations', 'Limitations and bias', 'Risks and limitations'],
  trainingData: ['Training Data', 'Training datasets', 'Training dataset'],
  fairnessEvaluation: ['Fairness Evaluation', 'Fairness'],
  owner: ['Model Card Authors', 'Owner', 'Owners', 'Model Card Contact', 'Developed by'],
  ethicalConsiderations: ['Ethical Considerations', 'Ethics'],
  caveats: ['Caveats and Recommendations', 'Caveats', 'Recommendations'],
} as const satisfies Record<CardField, readonly [string, ...string[]]>;

export const headingOf = (field: CardField): string => HEADINGS[field][0];

const plain = (heading: string): string =>
  heading
    .replace(/\[optional\]/i, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}&]+/gu, ' ')
    .trim();

const FIELDS = new Map(
  Object.entries(HEADINGS).flatMap(([field, all]) =>
    [field, ...all].map((heading) => [plain(heading), field as CardField]),
  ),
);

/** The field that a heading is of, however it is written: `**Bias, risks and limitations** [optional]`. */
export const fieldNamed = (heading: string): CardField | undefined => FIELDS.get(plain(heading));
