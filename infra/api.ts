import { join } from 'node:path';
import { RemovalPolicy, Stage } from 'aws-cdk-lib';
import { ApiDefinition, EndpointType, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type OperationName, rows } from '../shared/contract/operations.ts';
import { apiDefinition } from './api-definition.ts';
import { bundleFunctions } from './bundles.ts';
import { OperationFunction, type Surroundings } from './operation-function.ts';

/** One route and one Lambda for each row of the operations table. */
export class Api extends Construct {
  readonly rest: SpecRestApi;

  constructor(scope: Construct, id: string, props: Omit<Surroundings, 'cursorKey'>) {
    super(scope, id);

    const cursorKey = new Key(this, 'CursorKey', {
      description: 'Signet seals cursors with a key that is made from this one. They live for a day.',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const bundles = bundleFunctions(join(Stage.of(this)?.outdir ?? 'cdk.out', 'functions'));
    const functions = Object.fromEntries(
      rows.map(([name, operation]) => [
        name,
        new OperationFunction(this, idOf(name), { ...props, cursorKey, operation, bundle: bundles[name] }),
      ]),
    ) as Record<OperationName, OperationFunction>;

    this.rest = new SpecRestApi(this, 'Rest', {
      description: 'Signet: a governed model registry',
      apiDefinition: ApiDefinition.fromInline(apiDefinition(functions)),
      endpointTypes: [EndpointType.REGIONAL],
      failOnWarnings: true,
      deployOptions: { tracingEnabled: true },
    });
    for (const [name, { method, path }] of rows) {
      functions[name].addPermission('Api', {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: this.rest.arnForExecuteApi(method, path.replace(/\{\w+\}/g, '*'), '*'),
      });
    }
  }
}

/** `promoteVersion` as constructs spell it: `PromoteVersion`. */
const idOf = (name: OperationName): string => name.charAt(0).toUpperCase() + name.slice(1);
