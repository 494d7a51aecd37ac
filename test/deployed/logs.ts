import type { OperationName } from '../../shared/contract/operations.ts';
import { ACCOUNT, CREDENTIALS, REGION } from '../support/emulated-aws.ts';
import { sendRaw } from '../support/raw.ts';
import { constructOf } from './constructs.ts';

/** What CloudWatch has of one request to the function of an operation. */
export async function linesOf(aws: string, operation: OperationName, requestId: string): Promise<unknown[]> {
  const logGroupName = await groupOf(aws, operation);
  const { events } = await ask(aws, 'FilterLogEvents', { logGroupName, filterPattern: `"${requestId}"` });
  return events.map(({ message }: { message: string }) => JSON.parse(message));
}

/** The log group of an operation's function. A page has 50 groups at most. */
async function groupOf(aws: string, operation: OperationName): Promise<string> {
  let nextToken: string | undefined;
  do {
    const page = await ask(aws, 'DescribeLogGroups', { nextToken });
    for (const { logGroupName } of page.logGroups) {
      if (logGroupName.includes(`/${constructOf(operation)}Logs`)) return logGroupName;
    }
    nextToken = page.nextToken;
  } while (nextToken);
  throw new Error(`The function of ${operation} has no log group.`);
}

/** One call of CloudWatch Logs, whose client would be one more dependency. */
async function ask(aws: string, action: string, input: object) {
  const answer = await sendRaw({ endpoint: aws, region: REGION, now: () => new Date() }, 'POST', '/', {
    as: { ...CREDENTIALS, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
    scope: { service: 'logs' },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${action}` },
    body: JSON.stringify(input),
  });
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
  return answer.body;
}
