import { lambdaOf } from '../shared/http/lambda.ts';
import { mlflowError } from '../shared/mlflow/errors.ts';
import { respondToMlflow } from '../shared/mlflow/respond.ts';

export const handler = lambdaOf('mlflow', respondToMlflow, mlflowError);
