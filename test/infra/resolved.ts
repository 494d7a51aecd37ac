import type { Template } from '../../infra/released/storage.ts';

/** The account that the stack is in. */
export const OWN = '111122223333';
const AT = `eu-central-1:${OWN}`;

/** A resource is named for its logical id, as buckets are: in lower case. */
export const nameOf = (id: string): string => id.toLowerCase();

/** What resources are called, by type: as AWS would, had it named them. */
export const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'AWS::ApiGateway::RestApi': (name) => `arn:aws:execute-api:${AT}:${name}`,
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${AT}:table/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${OWN}:role/${name}`,
  'AWS::KMS::Key': (name) => `arn:aws:kms:${AT}:key/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${AT}:function:${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${AT}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
};

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': OWN,
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
};

/** A part of the template with what CloudFormation would have put in place of its functions. */
export function resolved<Part>({ Resources }: Template, part: unknown): Part {
  const inPlace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inPlace);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined]] = Object.entries(value);
    if (name === 'Ref') return PSEUDO[String(argument)] ?? nameOf(String(argument));
    if (name === 'Fn::GetAtt') return attribute(argument as [string, string]);
    if (name === 'Fn::Join') return joined(argument as [string, unknown[]]);
    if (name.startsWith('Fn::')) throw new Error(`It is not known what ${name} would put in place.`);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inPlace(inner)]));
  };
  const attribute = ([id, name]: readonly [string, string]): string => {
    const arn = name === 'Arn' ? ARNS[Resources[id]?.Type ?? '']?.(nameOf(id)) : undefined;
    if (arn === undefined) throw new Error(`It is not known what ${name} of ${id} would be.`);
    return arn;
  };
  const joined = ([separator, parts]: readonly [string, unknown[]]) => parts.map(inPlace).join(separator);

  return inPlace(part) as Part;
}
