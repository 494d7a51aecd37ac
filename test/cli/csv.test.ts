import { expect, it } from 'vitest';
import { csvRows } from '../../cli/schema/csv.ts';
import type { Column, ColumnType } from '../../shared/domain/schema/column.ts';

/** What a text in a CSV file is taken for in such a column. */
const read = (text: string, type: ColumnType, more: Partial<Column> = {}) => {
  const contract = { inputs: [{ name: 'a', type, nullable: false, ...more }], outputs: [] };
  return csvRows(`a,b\n"${text.replaceAll('"', '""')}",x\n`, 'rows.csv', contract, 'inputs');
};

it.each<[string, ColumnType, Partial<Column>, unknown]>([
  ['1', 'float64', {}, 1],
  ['-1.5e3', 'float32', {}, -1500],
  ['+.5', 'float64', {}, 0.5],
  ['1e300', 'float64', {}, 1e300],
  ['0x10', 'int32', {}, '0x10'],
  ['1,5', 'float64', {}, '1,5'],
  ['NaN', 'float64', {}, 'NaN'],
  [' 1', 'int8', {}, ' 1'],
  ['9007199254740993', 'int64', {}, '9007199254740993'],
  ['7', 'uint64', {}, 7],
  ['True', 'boolean', {}, true],
  ['false', 'boolean', {}, false],
  ['1', 'boolean', {}, '1'],
  ['1', 'string', {}, '1'],
  ['2026-01-31', 'date', {}, '2026-01-31'],
  ['[1, 2]', 'float64', { shape: [2] }, [1, 2]],
  ['[1', 'float64', { shape: [2] }, '[1'],
  ['{"x": 1}', 'json', {}, { x: 1 }],
  ['', 'float64', {}, null],
  ['', 'string', { nullable: true }, null],
  ['', 'string', {}, ''],
])('%j in a column of %s %j is %j', (text, type, more, value) => {
  expect(read(text, type, more)).toEqual({ columns: ['a', 'b'], data: [[value, 'x']] });
});

it('is nothing where the file is empty', () => {
  expect(csvRows('', 'rows.csv', { inputs: [], outputs: [] }, 'inputs')).toEqual({ columns: [], data: [] });
});
