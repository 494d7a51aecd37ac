import { type Column, type Contract, columnsOf, SIDES, type Side } from './column.ts';
import { type Broken, compareColumn, type Difference, defined, isSame, PROMISES } from './compare-column.ts';

/**
 * `backward`: whoever was written for the old version goes on with the new one: all that they send is taken, and all
 * that they get is as they expect it. `forward`: whoever is written for the new version can go back to the old one.
 * `full`: both.
 */
export const MODES = [...PROMISES, 'full'] as const;
export type Mode = (typeof MODES)[number];

/** Every difference between two contracts: those of inputs first, then outputs and params, by the order of columns. */
export const compareSchemas = (from: Contract, to: Contract): Difference[] =>
  SIDES.flatMap((side) => compareSide(side, from, to));

/** Whether a mode holds between two contracts, and what breaks it. */
export function verdict(from: Contract, to: Contract, mode: Mode): { compatible: boolean; broken: Difference[] } {
  const broken = compareSchemas(from, to).filter((difference) => !holds(mode, [difference]));
  return { compatible: broken.length === 0, broken };
}

/** Whether a mode holds, whatever these differences are. */
export const holds = (mode: Mode, differences: readonly Difference[]): boolean =>
  differences.every(({ breaks }) => !breaks.some((broken) => mode === 'full' || mode === broken));

function compareSide(side: Side, from: Contract, to: Contract): Difference[] {
  const [before, after] = [columnsOf(from, side), columnsOf(to, side)];
  const named = new Map(after.map((column) => [column.name, column]));
  const known = new Set(before.map(({ name }) => name));
  const removed = before.filter(({ name }) => !named.has(name));
  const added = after.filter(({ name }) => !known.has(name));
  const renamed = renames(removed, added);
  const old = before.flatMap((column) => {
    const match = named.get(column.name);
    if (match) return compareColumn(side, column, match);
    const successor = renamed.get(column);
    return [successor ? rename(side, column, successor) : removal(side, column)];
  });
  const successors = new Set(renamed.values());
  return [...old, ...added.filter((column) => !successors.has(column)).map((column) => addition(side, column))];
}

/** A column that went, and the only one that came and is just like it. */
function renames(removed: readonly Column[], added: readonly Column[]): Map<Column, Column> {
  const like = (column: Column) => {
    const all = allBut(column);
    return (other: Column) => isSame(allBut(other), all);
  };
  return new Map(
    removed.flatMap((column) => {
      const [successor, ...others] = added.filter(like(column));
      if (!successor || others.length > 0 || removed.filter(like(successor)).length > 1) return [];
      return [[column, successor] as const];
    }),
  );
}

/**
 * What a model does not know is unexpected to it: who sends it is refused. A reader of answers passes over what they do
 * not know. So an added input breaks nobody but callers who do not send it, or who go back to where it is not known; an
 * added output only readers who go back and need it.
 */
const addition = (side: Side, column: Column): Difference => ({
  side,
  column: column.name,
  aspect: 'column',
  change: 'added',
  to: defined(column),
  breaks: broken({
    backward: side !== 'outputs' && !column.nullable,
    forward: side !== 'outputs' || !column.nullable,
  }),
});

/** The same the other way round. */
const removal = (side: Side, column: Column): Difference => {
  const { breaks } = addition(side, column);
  const turned = { backward: breaks.includes('forward'), forward: breaks.includes('backward') };
  return {
    side,
    column: column.name,
    aspect: 'column',
    change: 'removed',
    from: defined(column),
    breaks: broken(turned),
  };
};

const rename = (side: Side, from: Column, to: Column): Difference => ({
  side,
  column: from.name,
  aspect: 'column',
  change: 'renamed',
  from: from.name,
  to: to.name,
  breaks: [...new Set([...removal(side, from).breaks, ...addition(side, to).breaks])].sort(),
});

const broken = ({ backward, forward }: { backward: boolean; forward: boolean }): Broken => [
  ...(backward ? (['backward'] as const) : []),
  ...(forward ? (['forward'] as const) : []),
];

/** All of a column but its name. */
const allBut = ({ type, nullable, min, max, values, shape }: Column) => [type, nullable, min, max, values, shape];
