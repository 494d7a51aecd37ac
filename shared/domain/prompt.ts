import type { Tags } from './text.ts';

/** By this tag MLflow knows a prompt, which otherwise is a model like any other. */
export const PROMPT_TAG = 'mlflow.prompt.is_prompt';

export const isPrompt = (tags: Tags): boolean => tags[PROMPT_TAG]?.toLowerCase() === 'true';
