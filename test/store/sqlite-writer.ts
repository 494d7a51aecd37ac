import { writeSync } from 'node:fs';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';

/**
 * A process of its own, for tests that kill it: writers side by side that write pairs of items for ever, and print the
 * name of each pair once its transaction is answered, or why it was not.
 */
const [file = '', writers = '4', bytes = '100'] = process.argv.slice(2);
const table = sqliteTable({ file });
const say = (line: string) => writeSync(1, `${line}\n`);

async function write(writer: number): Promise<void> {
  for (let number = 0; ; number += 1) {
    const sk = `${process.pid}.${writer}.${number}`;
    const pair = ['left', 'right'].map((pk) => ({ put: { pk, sk, text: 'x'.repeat(Number(bytes)) } }));
    try {
      await table.transact(pair);
      say(sk);
    } catch (error) {
      say(`${error instanceof Error ? error.name : error} ${sk}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
