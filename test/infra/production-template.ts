import { constructId } from '../../infra/construct-id.ts';
import type { Resource } from '../../infra/released/storage.ts';
import { synthesised } from '../../infra/released/synthesised.ts';
import type { OperationName } from '../../shared/contract/operations.ts';
import type { PolicyDocument } from './policy-evaluation.ts';
import { production } from './production.ts';
import { ARNS, nameOf, resolved } from './resolved.ts';
import { rolePoliciesOf } from './role-policies.ts';

/** The template of production. */
export const template = synthesised(production);

/** The resource at a path of constructs: its logical id is the path and a hash. */
export function at(path: string): Resource & { readonly id: string } {
  const name = new RegExp(`^${path.replaceAll('/', '')}[0-9A-F]{8}$`);
  const [[id, resource] = [], ...others] = Object.entries(template.Resources).filter(([key]) => name.test(key));
  if (!id || !resource || others.length > 0) throw new Error(`There is not exactly one resource at ${path}.`);
  return { id, ...resource };
}

export function arnOf(path: string): string {
  const { id, Type } = at(path);
  return ARNS[Type]?.(nameOf(id)) ?? '';
}

/** A policy of the template, as IAM gets it. */
export const policyAt = (path: string, property: string) =>
  resolved<PolicyDocument>(template, at(path).Properties[property]);

/** Every policy of the role of a function. */
export function policiesOf(name: OperationName): PolicyDocument[] {
  const { id } = at(`Api/${constructId(name)}Role`);
  return rolePoliciesOf(template)
    .filter(({ role }) => role === id)
    .map(({ document }) => resolved<PolicyDocument>(template, document));
}
