import type { Sent } from '../../shared/contract/operations.ts';
import type { CardContent } from '../../shared/domain/card.ts';
import type { CardField } from '../../shared/domain/policy-document.ts';
import { fieldOf } from '../../shared/http/field.ts';
import { Complaint } from '../complaint.ts';
import { bodyFrom, bodyOf, type Part } from './body.ts';
import { cardOf, fairness, type Measures, type Named, partsOf } from './gathered.ts';
import { GoogleCard } from './google-schema.ts';

const DATA = 'Training data';

/** A card as Google's Model Card Toolkit reads it. Sections are in its documentation, under their headings. */
export function googleOf({ model, version }: Named, content: CardContent): object {
  const parts = partsOf(content);
  const of = (field: CardField) => parts.find((part) => 'field' in part && part.field === field)?.text;
  const listed = <T>(field: CardField, item: (text: string) => T): T[] => [of(field) ?? []].flat().map(item);
  const sections = parts.filter((part) => 'section' in part);
  const overview = sections.find(({ section }) => section === 'Overview')?.text;
  const documentation = bodyOf(sections.filter(({ section }) => section !== 'Overview'));
  return {
    schema_version: '0.0.2',
    model_details: {
      name: model,
      version: { name: String(version) },
      ...(overview !== undefined && { overview }),
      ...(documentation !== '' && { documentation }),
      owners: listed('owner', (name) => ({ name })),
    },
    model_parameters: { data: listed('trainingData', (description) => ({ name: DATA, description })) },
    quantitative_analysis: {
      performance_metrics: (content.fairnessEvaluation ?? []).map(({ measure, group, ...rest }) => ({
        type: measure,
        slice: group,
        ...rest,
      })),
    },
    considerations: {
      use_cases: listed('intendedUse', (description) => ({ description })),
      limitations: listed('limitations', (description) => ({ description })),
      tradeoffs: listed('caveats', (description) => ({ description })),
      ethical_considerations: listed('ethicalConsiderations', (name) => ({ name })),
    },
  };
}

/**
 * The card in such a document. Pictures are left out.
 * @throws Complaint naming what is not as the schema has it
 */
export function fromGoogle(document: unknown, file: string): Sent<'putCard'>['card'] {
  const parsed = GoogleCard.safeParse(document);
  if (!parsed.success) {
    const [{ path = [], message = '' } = {}] = parsed.error.issues;
    throw new Complaint('usage', `${file}: ${fieldOf(path)}: ${message}.`);
  }
  const { model_details: details, quantitative_analysis: analysis } = parsed.data;
  const { intro, parts } = bodyFrom(details?.documentation ?? '');
  const [documented, more] = fairness(parts, file);
  const metrics = analysis?.performance_metrics ?? [];
  const measures = metrics.flatMap((metric) => measureIn(metric) ?? []);
  const others = metrics.filter((metric) => !measureIn(metric)).map(({ type, value }) => `${type}: ${value}`);
  const said = [
    ...detailsIn(parsed.data),
    ...considerationsIn(parsed.data),
    { section: 'Performance metrics', text: bullets(others) },
  ];
  return cardOf([...said, { section: 'Documentation', text: intro }, ...documented], [...measures, ...more]);
}

type Measured = NonNullable<GoogleCard['quantitative_analysis']>['performance_metrics'][number];

/** A number about a slice is one about a group. */
function measureIn({ type, value, slice, dataset, note }: Measured): Measures[number] | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (type === undefined || slice === undefined || !Number.isFinite(number)) return undefined;
  return {
    measure: type,
    group: slice,
    value: number,
    ...(dataset !== undefined && { dataset }),
    ...(note !== undefined && { note }),
  };
}

function detailsIn({ model_details: details, model_parameters: parameters }: GoogleCard): Part[] {
  const owners = (details?.owners ?? []).map(({ name, contact }) =>
    name && contact ? `${name} <${contact}>` : (name ?? contact),
  );
  const licenses = (details?.licenses ?? []).map(({ identifier, custom_text }) => identifier ?? custom_text);
  return [
    { section: 'Overview', text: details?.overview ?? '' },
    { field: 'owner', text: owners.filter(isSaid).join('; ') },
    { section: 'Licenses', text: bullets(licenses) },
    { section: 'References', text: bullets((details?.references ?? []).map(({ reference }) => reference)) },
    { section: 'Citations', text: bullets((details?.citations ?? []).map(({ citation }) => citation)) },
    { field: 'trainingData', text: bullets((parameters?.data ?? []).map(datasetIn)) },
    { section: 'Model architecture', text: parameters?.model_architecture ?? '' },
    { section: 'Input format', text: parameters?.input_format ?? '' },
    { section: 'Output format', text: parameters?.output_format ?? '' },
  ];
}

type Dataset = NonNullable<GoogleCard['model_parameters']>['data'][number];

function datasetIn({ name, link, description, sensitive }: Dataset): string {
  const title = [name === DATA ? undefined : name, link].filter(isSaid).join(', ');
  const data = sensitive?.sensitive_data ?? [];
  return [
    [title, description].filter(isSaid).join(': '),
    ...(data.length > 0 ? [`Sensitive data: ${data.join(', ')}.`] : []),
  ].join('\n');
}

function considerationsIn({ considerations }: GoogleCard): Part[] {
  const texts = (all: readonly { description?: string | undefined }[] = []) =>
    bullets(all.map(({ description }) => description));
  const risks = (considerations?.ethical_considerations ?? []).map(({ name, mitigation_strategy: strategy }) =>
    [name, strategy].filter(isSaid).join(': '),
  );
  return [
    { field: 'intendedUse', text: texts(considerations?.use_cases) },
    { section: 'Users', text: texts(considerations?.users) },
    { field: 'limitations', text: texts(considerations?.limitations) },
    { field: 'caveats', text: texts(considerations?.tradeoffs) },
    { field: 'ethicalConsiderations', text: bullets(risks) },
  ];
}

const isSaid = (one: string | undefined): one is string => one !== undefined && one !== '';

/** One thing as it is, several as a list. */
function bullets(all: readonly (string | undefined)[]): string {
  const said = all.filter(isSaid);
  return said.length > 1 ? said.map((one) => `- ${one.replaceAll('\n', '\n  ')}`).join('\n') : (said[0] ?? '');
}
