import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Refusal } from './refusal.ts';
import type { Destination } from './stage.ts';

/** Whose credentials these are. */
export interface Account {
  readonly account: string;
  readonly arn: string;
}

/** Asks AWS who is asking. @throws Refusal for nobody, and for someone of another account than that of the stage */
export async function callerIn({ stage, account, region }: Destination): Promise<Account> {
  const caller = await identity(region);
  if (caller.account === account) return caller;
  throw new Refusal(
    `The stage ${stage} is for account ${account}, and you are ${caller.arn}: choose with AWS_PROFILE.`,
  );
}

async function identity(region: string): Promise<Account> {
  const client = new STSClient({ region });
  try {
    const { Account: account = '', Arn: arn = '' } = await client.send(new GetCallerIdentityCommand());
    return { account, arn };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s*\n\s*/g, ' ') : String(error);
    throw new Refusal(`AWS does not know who you are (${why}): sign in, or choose credentials with AWS_PROFILE.`);
  } finally {
    client.destroy();
  }
}
