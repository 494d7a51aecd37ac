import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../shared/domain/schema/check.ts';
import type { Column, Contract } from '../../../shared/domain/schema/column.ts';
import { compareSchemas, verdict } from '../../../shared/domain/schema/compare.ts';
import { judgeOf } from '../../../shared/domain/schema/value.ts';
import { contracts, pairs, recordFor } from './contracts.ts';

const RUNS = 5_000;
const isValid = (contract: Contract, record: object, side: 'inputs' | 'outputs' = 'inputs') =>
  compile(contract, side)([record]).valid;
const asOutputs = ({ inputs }: Contract): Contract => ({ inputs: [], outputs: inputs });
const known = ({ outputs }: Contract, record: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => outputs.some((column) => column.name === name)));

/** Pairs with records that are meant for the first of them. */
const witnesses = pairs.chain(([from, to]) => recordFor(from.inputs).map((record) => ({ from, to, record })));

/**
 * Two that were found once: JSON that is limited takes no list, not even an empty one. The registry refuses such a
 * contract; whoever checks with the library alone may have written one.
 */
const FOUND = (
  [
    { type: 'int8', max: 9, values: [2, 0, 1], shape: [-1, 1] },
    { type: 'uint16', min: 0, max: 5, values: [4, 0, 3], shape: [-1] },
  ] as const
).map((limited): [{ from: Contract; to: Contract; record: Record<string, unknown> }] => {
  const from: Column = { name: 'c', nullable: false, ...limited };
  const to: Column = { ...from, type: 'json', shape: undefined };
  return [{ from: { inputs: [from], outputs: [] }, to: { inputs: [to], outputs: [] }, record: { c: [] } }];
});

const withRecord = contracts.chain((contract) => recordFor(contract.inputs).map((record) => ({ contract, record })));

describe('compatibility', () => {
  it('backward means: every record that the old inputs take, the new ones take', () => {
    const seen = { compatible: 0, refused: 0 };
    fc.assert(
      fc.property(witnesses, ({ from, to, record }) => {
        if (!isValid(from, record)) return;
        const { compatible } = verdict(from, to, 'backward');
        const isTaken = isValid(to, record);
        if (compatible) seen.compatible += 1;
        if (!isTaken) seen.refused += 1;
        expect(compatible && !isTaken).toBe(false);
      }),
      { numRuns: RUNS, examples: FOUND },
    );
    // Neither side of the rule is empty.
    expect(Math.min(seen.compatible, seen.refused)).toBeGreaterThan(RUNS / 20);
  });

  it('forward means: every record that the new inputs take, the old ones take', () => {
    fc.assert(
      fc.property(witnesses, ({ from: to, to: from, record }) => {
        if (!isValid(to, record) || !verdict(from, to, 'forward').compatible) return;
        expect(isValid(from, record)).toBe(true);
      }),
      { numRuns: RUNS, examples: FOUND },
    );
  });

  it('backward means of outputs: every answer of the new, a reader of the old can read, but for what it does not know', () => {
    let compatible = 0;
    fc.assert(
      fc.property(witnesses, ({ from: after, to: before, record }) => {
        const [from, to] = [asOutputs(before), asOutputs(after)];
        if (!isValid(after, record) || !verdict(from, to, 'backward').compatible) return;
        compatible += 1;
        expect(isValid(from, known(from, record), 'outputs')).toBe(true);
      }),
      { numRuns: RUNS, examples: FOUND },
    );
    expect(compatible).toBeGreaterThan(RUNS / 20);
  });

  it('holds between a contract and itself, in every mode, with no difference', () => {
    fc.assert(
      fc.property(contracts, (contract) => {
        expect(compareSchemas(contract, structuredClone(contract))).toEqual([]);
      }),
    );
  });

  it('full is backward and forward; and forward is backward the other way round', () => {
    fc.assert(
      fc.property(pairs, fc.boolean(), ([one, other], isOutput) => {
        const [from, to] = isOutput ? [asOutputs(one), asOutputs(other)] : [one, other];
        const holds = (mode: 'backward' | 'forward' | 'full') => verdict(from, to, mode).compatible;

        expect(holds('full')).toBe(holds('backward') && holds('forward'));
        expect(holds('forward')).toBe(verdict(to, from, 'backward').compatible);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a check', () => {
  /** Every violation of a record, found the slow way. */
  const slowly = (columns: readonly Column[], record: Readonly<Record<string, unknown>>): string[] =>
    columns.flatMap((column) => judgeOf(column)(record[column.name]) ?? []);

  it('finds at first sight what the judges find cell by cell', () => {
    fc.assert(
      fc.property(pairs, withRecord, ([one], { contract, record }) => {
        for (const { inputs } of [contract, one]) {
          const cells = Object.fromEntries(
            Object.entries(record).filter(([name]) => inputs.some((c) => c.name === name)),
          );
          const found = compile({ inputs, outputs: [] })([cells]).violations.map(({ kind }) => kind);
          expect(found.sort()).toEqual(slowly(inputs, cells).sort());
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('finds in columns and data what it finds in records', () => {
    fc.assert(
      fc.property(withRecord, ({ contract, record }) => {
        const names = contract.inputs.map(({ name }) => name);
        const check = compile(contract);
        const asTable = check({ columns: names, data: [names.map((name) => record[name])] });
        expect(asTable.counts).toEqual(check([record]).counts);
      }),
    );
  });
});
