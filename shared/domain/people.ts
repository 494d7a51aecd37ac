import type { Actor, Principal } from './principal.ts';

/** Who principals are, as their tenant says it now. Of whoever is no member any more nothing is said. */
export type People = ReadonlyMap<Actor['principal'], string>;

const AS_SAID: People = new Map();

/** One human is one voter, under however many principals: as the tenant says it now, and else as it was said then. */
export function isSamePerson(one: Actor, other: Actor, people: People = AS_SAID): boolean {
  if (one.principal === other.principal) return true;
  const person = personIn(people, one);
  return person !== undefined && person === personIn(people, other);
}

const personIn = (people: People, { principal, person }: Actor): string | undefined =>
  calledAlike(people.get(principal) ?? person);

/** What two spellings of who somebody is have in common: not case, nor what nobody sees. */
export const calledAlike = (person: string | undefined): string | undefined =>
  person
    ?.normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .trim()
    .toLowerCase();

/** The principals whose persons a vote has to be compared with. */
export const principalsOf = (...actors: readonly (Actor | undefined)[]): Principal[] => [
  ...new Set(actors.flatMap((actor) => (actor ? [actor.principal as Principal] : []))),
];
