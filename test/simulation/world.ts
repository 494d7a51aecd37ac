import { identityOf } from '../../shared/domain/principal.ts';
import { sealedCursors } from '../../shared/http/cursor.ts';
import type { Services } from '../../shared/http/services.ts';
import type { Table } from '../../shared/store/table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { signedTokens } from '../../shared/tokens/tokens.ts';
import { sealedSecrets } from '../../shared/webhooks/secrets.ts';
import { artifactsAsSeen, type Bucket } from './artifacts.ts';
import { type Arrival, aBus } from './bus.ts';
import type { Chaos } from './chaos.ts';
import { tableAsSeen } from './faulty.ts';
import { deploymentAdmins } from './people.ts';
import { aQueueing, type Letter } from './queues.ts';
import { aReceiver } from './receiver.ts';
import { works } from './registry.ts';
import type { Life, Schedule } from './schedule.ts';

export interface World {
  readonly chaos: Chaos;
  readonly schedule: Schedule;
  /** What the registry has of the world in one process, whose clock is off by so much. */
  readonly servicesOf: (life: Life, skewMs?: number) => Services;
  /** How often each event was received by whoever has a webhook. */
  readonly received: ReadonlyMap<string, number>;
  /** What was put aside. */
  readonly letters: readonly Letter[];
}

export interface WorldOptions {
  readonly chaos: Chaos;
  readonly schedule: Schedule;
  readonly table: Table;
  readonly bucket: Bucket;
  /** The places of everyone, as functions remember them. Nobody joins and nobody leaves. */
  readonly memberships: Services['memberships'];
  readonly arrived: (arrival: Arrival) => void;
}

/** Everything outside of the registry, in virtual time. Ids are counted: nothing is left to the machine's chance. */
export function aWorld({ chaos, schedule, table, bucket, memberships, arrived }: WorldOptions): World {
  const tableOf = tableAsSeen(table, chaos, schedule);
  const artifactsOf = artifactsAsSeen(bucket, schedule, () => chaos.between(1, 20));
  const busOf = aBus(chaos, schedule, (arrival) => {
    arrived(arrival);
    if (chaos.hasWebhook) queueing.put('onDispatchWebhooks', { body: JSON.parse(JSON.stringify(arrival.event)) });
  });
  const { received, senderOf } = aReceiver(chaos, schedule);
  const queueing = aQueueing(chaos, schedule, (queue, message, life) => works(world, queue, message, life));
  let ids = 1_000;

  const world: World = {
    chaos,
    schedule,
    received,
    letters: queueing.letters,
    servicesOf(life, skewMs = 0) {
      const now = () => new Date(schedule.now().getTime() + skewMs);
      return {
        store: tableStore(tableOf(life)),
        artifacts: artifactsOf(life),
        bus: busOf(life),
        queues: queueing.queuesOf(life),
        letters: { put: nothing },
        subscribers: { connect: nothing, disconnect: nothing },
        ownAccount: undefined,
        cursors: sealedCursors([], now),
        secrets: sealedSecrets(new Uint8Array(32)),
        sender: senderOf(life),
        trustedOrigins: new Set(),
        // Nothing is signed here.
        signer: { publicKey: async () => '', sign: async () => new Uint8Array() },
        checkpoints: { keep: async (file) => file },
        deploymentAdmins,
        tokens: signedTokens(new Uint8Array(32), now),
        issuers: { prove: async () => undefined },
        identify: ({ requestContext }) => identityOf(requestContext.identity.userArn ?? ''),
        memberships,
        // No client of MLflow calls here.
        staging,
        fileBytesMax: 0,
        now,
        newId: () => {
          ids += 1;
          return String(ids).padStart(26, '0');
        },
        pause: (milliseconds) => schedule.turn(life, 'pauses', chaos.random() * milliseconds, () => undefined),
        log: () => {},
      };
    },
  };
  return world;
}

const nothing = async (): Promise<void> => {};

const staging = {
  begin: async () => '',
  presignPart: async () => '',
  join: async () => 'joined' as const,
  abort: nothing,
  put: nothing,
  copy: nothing,
};
