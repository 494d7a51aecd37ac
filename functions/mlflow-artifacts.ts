import { lambdaOf } from '../shared/http/lambda.ts';
import { respondToArtifacts } from '../shared/mlflow/artifacts/respond.ts';
import { mlflowError } from '../shared/mlflow/errors.ts';

export const handler = lambdaOf('mlflow-artifacts', respondToArtifacts, mlflowError);
