/** A JSON Schema, as far as the events use it. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** What consumers of events as they were could trip over in events as they are: where, and what. */
export function breaks(before: Schema, after: Schema | undefined, at = 'events'): string[] {
  if (!after) return [`${at} is gone`];
  const kind = ({ type, const: value }: Schema) => JSON.stringify([type, value]);
  if (kind(before) !== kind(after)) return [`${at} was ${kind(before)} and is ${kind(after)}`];
  const lost = (before.required ?? []).filter((name) => !after.required?.includes(name));
  const alternatives = (before.anyOf ?? []).filter(
    (one) => !after.anyOf?.some((other) => breaks(one, other).length === 0),
  );
  return [
    ...lost
      .filter((name) => after.properties?.[name])
      .map((name) => `${at}.${name} was always there and may be missing`),
    ...alternatives.map((_, place) => `${at} lacks the alternative ${place}`),
    ...named(before.properties, after.properties, at),
    ...named(before.$defs, after.$defs, at),
    ...(before.items ? breaks(before.items, after.items, `${at}[]`) : []),
  ];
}

const named = (before: Schema['properties'] = {}, after: Schema['properties'] = {}, at: string): string[] =>
  Object.entries(before).flatMap(([name, one]) => breaks(one, after[name], `${at}.${name}`));
