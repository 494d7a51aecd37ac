import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Complaint } from './complaint.ts';
import type { World } from './world.ts';

/**
 * JSON as it is given on the command line: as such, in a file as `@model.json`, or on standard input as `@-`.
 * @throws Complaint naming the option
 */
export async function readJson(given: string, option: string, world: World): Promise<unknown> {
  const source = given.startsWith('@') ? await contentOf(given.slice(1), world) : given;
  try {
    return JSON.parse(source);
  } catch (error) {
    const from = given.startsWith('@') ? ` in ${given.slice(1)}` : '';
    throw new Complaint('usage', `${option}: expected JSON${from}: ${(error as Error).message}.`, {
      hint: `Give ${option} JSON, or @file.json.`,
      cause: error,
    });
  }
}

const contentOf = (name: string, { input, directory }: World): Promise<string> =>
  name === '-' ? text(input) : readFile(path.resolve(directory, name), 'utf8');

/** JSON that has to be an object. */
export async function readJsonObject(given: string, option: string, world: World): Promise<Record<string, unknown>> {
  const value = await readJson(given, option, world);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Complaint('usage', `${option}: expected a JSON object.`);
}
