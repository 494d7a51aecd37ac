/** What a record has under a name. Names may be such that JavaScript's objects are born with. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
