import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Refused } from './refused.ts';

const ELSEWHERE = 'Put a copy of it back, or start in another --directory.';

/**
 * A new table would hide that there was another: where there are keys and artifacts, there was one.
 * @throws {Refused} where the table of a registry is gone
 */
export function refuseWithoutTable(directory: string): void {
  const file = path.join(directory, 'registry.sqlite');
  if (statSync(file, { throwIfNoEntry: false })?.size) return;

  const inDynamoDb = existsSync(path.join(directory, 'lock.sqlite'));
  const isUsed = ['credentials', 'artifacts'].every((name) => existsSync(path.join(directory, name)));
  const instead = inDynamoDb ? 'If it is in DynamoDB, say --dynamodb as before. ' : '';
  if (isUsed)
    throw new Refused(1, `The table of this registry is gone: ${file} is empty or not there. ${instead}${ELSEWHERE}`);
}

/**
 * A new directory would hide that versions have lost their files. A table in DynamoDB may be another directory's as well:
 * then it is the keys that tell whether a registry was here.
 * @throws {Refused} where the artifacts of a registry are gone
 */
export function refuseWithoutArtifacts(directory: string, { ownTable }: { readonly ownTable: boolean }): void {
  const objects = path.join(directory, 'artifacts', 'objects');
  if (existsSync(objects) || !(ownTable || existsSync(path.join(directory, 'credentials')))) return;
  throw new Refused(1, `The artifacts of this registry are gone: there is no ${objects}. ${ELSEWHERE}`);
}
