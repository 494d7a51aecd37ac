import { Failure } from '../errors.ts';

/** The refusal of one field, in MLflow's words. */
export const refusalOf = (field: string, message: string): Failure =>
  new Failure('request.invalid', message, { issues: [{ field, message }] });
