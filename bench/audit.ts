import { verifyRecord } from '../shared/domain/audit-record.ts';
import { keysFrom } from '../shared/domain/note.ts';
import { REGISTRY_KEY, RecordInMemory } from '../test/domain/record.ts';

/** How many events of a record are proved in a second, JSON, hash chains and checkpoints included: A5 asks for 20,000. */
const EVENTS = 50_000;
const ROUNDS = 5;

const record = new RecordInMemory();
for (let count = 1; count <= EVENTS; count += 1) {
  record.happen(count % 2 === 0 ? 'iris' : 'wine');
}
const exported = record.seal().exported();
const keys = keysFrom(REGISTRY_KEY.publicKey);

for (let round = 1; round <= ROUNDS; round += 1) {
  const [begun, busy] = [performance.now(), process.cpuUsage()];
  const { fault, sealed } = await verifyRecord({ ...exported, keys });
  if (fault || sealed !== EVENTS) throw new Error('The record is not proved.');
  const seconds = (performance.now() - begun) / 1_000;
  const processor = process.cpuUsage(busy).user / 1_000_000;
  console.log(
    `${Math.round(EVENTS / seconds).toLocaleString('en')} events/s, ${Math.round(EVENTS / processor).toLocaleString('en')} in a second of the processor`,
  );
}
