import { constructId } from '../../infra/construct-id.ts';
import type { OperationName } from '../../shared/contract/operations.ts';

/** How the names begin that the stack gives to what belongs to an operation: `ApiGetModel`. */
export const constructOf = (name: OperationName): string => `Api${constructId(name)}`;
