import { lambdaAuthorizer } from '../shared/tokens/lambda.ts';

export const handler = lambdaAuthorizer;
