import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { operations } from '../../shared/contract/operations.ts';
import { lambda } from '../../shared/http/lambda.ts';
import type { Response } from '../../shared/http/problem.ts';

vi.stubEnv('AWS_REGION', 'us-east-1');
vi.stubEnv('TABLE_NAME', 'none');
afterAll(() => {
  vi.unstubAllEnvs();
});

it('the answer of a function that is about to run out of time names the request that it is for, as does its line in the log', async () => {
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const answer = () => new Promise(() => {});
  const handler = lambda({ name: 'whoAmI', operation: operations.whoAmI, answer });
  const answered = (requestId: string) => {
    const identity = { userArn: 'arn:aws:iam::111122223333:user/Ann' };
    const event = {
      body: null,
      headers: {},
      requestContext: { requestId, identity },
    } as unknown as APIGatewayProxyEvent;
    return handler(event, { getRemainingTimeInMillis: () => 50 } as Context);
  };

  const answers = await Promise.all(['r-1', 'r-2'].map(answered));
  expect(
    answers.map((answer) => {
      const { statusCode, headers, body } = answer as Response;
      return [statusCode, headers['x-request-id'], JSON.parse(String(body))];
    }),
  ).toEqual(
    ['r-1', 'r-2'].map((requestId) => [503, requestId, expect.objectContaining({ code: 'server.slow', requestId })]),
  );
  const lines = printed.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toEqual(
    ['r-1', 'r-2'].map((requestId) =>
      expect.objectContaining({
        code: 'request.answered',
        requestId,
        operation: 'whoAmI',
        status: 503,
        failure: 'server.slow',
        milliseconds: expect.any(Number),
      }),
    ),
  );
});
