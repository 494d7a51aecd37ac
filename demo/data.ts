import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** What can be measured on a penguin, as the data set names it. The culmen is the upper ridge of the bill. */
export const MEASURES = ['culmen_length_mm', 'culmen_depth_mm', 'flipper_length_mm', 'body_mass_g'] as const;
export type Measure = (typeof MEASURES)[number];

export const SPECIES = ['Adelie', 'Chinstrap', 'Gentoo'] as const;
export type Species = (typeof SPECIES)[number];

/** One bird: what was measured on it, and what it is. */
export type Penguin = Readonly<Record<Measure, number>> & { readonly species: Species };

export interface DataSet {
  readonly name: string;
  readonly uri: string;
  /** Of the bytes of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly penguins: readonly Penguin[];
  /** Rows that were left out, because something was not measured. */
  readonly incomplete: number;
}

/**
 * 344 penguins of the Palmer Archipelago, measured by Dr. Kristen Gorman and the Palmer Station LTER (CC0),
 * as the package `@observablehq/sample-datasets` ships them.
 */
export async function readPenguins(): Promise<DataSet> {
  const bytes = await readFile(new URL(import.meta.resolve('@observablehq/sample-datasets/penguins.csv')));
  const rows = rowsOf(bytes.toString('utf8'));
  const penguins = rows.map(penguinOf).filter((penguin) => penguin !== undefined);
  return {
    name: 'palmer-penguins',
    uri: 'https://github.com/allisonhorst/palmerpenguins',
    sha256: hash('sha256', bytes, 'hex'),
    penguins,
    incomplete: rows.length - penguins.length,
  };
}

/** Penguins as comma-separated values, to be read again by `penguinsIn`. */
export function csvOf(penguins: readonly Penguin[]): string {
  const columns = ['species', ...MEASURES] as const;
  const lines = penguins.map((penguin) => columns.map((column) => penguin[column]).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** The penguins in comma-separated values; those of which something was not measured are left out. */
export const penguinsIn = (csv: string): Penguin[] =>
  rowsOf(csv)
    .map(penguinOf)
    .filter((penguin) => penguin !== undefined);

type Row = Readonly<Record<string, string>>;

/** The data set quotes nothing: a row with more or fewer cells than the header is an error, never a guess. */
function rowsOf(csv: string): Row[] {
  const [header = [], ...rows] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((cells, index) => {
    if (cells.length !== header.length) {
      throw new RangeError(`Line ${index + 2}: expected ${header.length} cells, got ${cells.length}.`);
    }
    return Object.fromEntries(header.map((column, place) => [column, cells[place] ?? '']));
  });
}

function penguinOf(row: Row): Penguin | undefined {
  const species = SPECIES.find((species) => species === row['species']);
  if (!species) throw new RangeError(`Expected a species of ${SPECIES.join(', ')}, got "${row['species']}".`);

  const measures = MEASURES.map((measure) => [measure, Number.parseFloat(row[measure] ?? '')] as const);
  if (measures.some(([, value]) => Number.isNaN(value))) return undefined;
  return { species, ...(Object.fromEntries(measures) as Record<Measure, number>) };
}
