import type { Template } from '../../infra/released/storage.ts';

interface Inline<Document> {
  readonly Policies?: readonly { readonly PolicyDocument: Document }[];
}
interface Beside<Document> {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: Document;
}

/** Every policy that a role of the template has, in it or beside it, with the logical id of the role. */
export const rolePoliciesOf = <Document>({ Resources }: Template): { role: string; document: Document }[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type === 'AWS::IAM::Role') {
      const { Policies = [] } = Properties as Inline<Document>;
      return Policies.map(({ PolicyDocument }) => ({ role: id, document: PolicyDocument }));
    }
    if (Type !== 'AWS::IAM::Policy') return [];
    const { Roles, PolicyDocument } = Properties as unknown as Beside<Document>;
    return Roles.map(({ Ref }) => ({ role: Ref, document: PolicyDocument }));
  });
