import type { ActiveStage } from '../../shared/domain/stage.ts';
import type { Problem } from '../../shared/http/client.ts';

/** Which version is to enter which stage. */
export interface Aim {
  readonly model: string;
  readonly version: number;
  readonly stage: ActiveStage;
}

/** What the registry answered to a promotion in place of doing it, and which one that was. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly aim: Aim;

  constructor(problem: Problem, aim: Aim) {
    super(problem.message, { cause: problem });
    this.name = 'Refusal';
    this.problem = problem;
    this.aim = aim;
  }
}

/** By its name, so that `--help` need not load the client. */
export const isProblem = (error: Error): error is Problem => error.name === 'Problem';

/**
 * The answer to a promotion.
 * @throws Refusal where the registry says what it takes
 */
export async function aimed<Answer>(aim: Aim, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const isRefused = error instanceof Error && isProblem(error) && error.conditions.length > 0;
    throw isRefused ? new Refusal(error, aim) : error;
  }
}
