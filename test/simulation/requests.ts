import type { OperationName } from '../../shared/contract/operations.ts';
import { fileOf, type ModelOfRun } from './people.ts';
import { type Action, aliasText } from './specification.ts';

/** What a caller was told. */
export interface Answer {
  readonly text: string;
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
}

type Request = {
  readonly name: OperationName;
  readonly input: Record<string, unknown>;
  readonly headers?: Record<string, string>;
};

/** The request that asks for an action. */
export function requestFor(model: ModelOfRun, action: Action): Request {
  switch (action.do) {
    case 'get':
      return { name: 'getModel', input: { model } };
    case 'look':
      return { name: 'getVersion', input: { model, version: action.version } };
    case 'register':
      return {
        name: 'registerVersion',
        input: {
          model,
          ...(action.content ? { files: [fileOf(action.content)] } : { source: 's3://elsewhere/model' }),
        },
      };
    case 'complete':
      return { name: 'completeVersion', input: { model, version: action.version } };
    case 'promote':
      return {
        name: 'promoteVersion',
        input: { model, version: action.version, stage: action.to },
        ...(action.ifMatch !== undefined && { headers: { 'If-Match': `"${action.ifMatch}"` } }),
      };
    case 'archive':
      return { name: 'archiveVersion', input: { model, version: action.version } };
    case 'rollback':
      return { name: 'rollbackModel', input: { model, reason: 'It was worse.' } };
    case 'setAlias':
      return { name: 'setAlias', input: { model, version: action.version, alias: action.alias } };
    case 'request':
      return { name: 'requestApproval', input: { model, version: action.version, stage: 'production' } };
    case 'readApproval':
      return { name: 'getApproval', input: { model, version: action.version, approval: action.id } };
    case 'vote':
      return {
        name: 'voteOnApproval',
        input: {
          model,
          version: action.version,
          approval: action.id,
          decision: action.decision,
          reason: 'It was read.',
        },
      };
  }
}

/** What an answer says, as the specification says it. */
export function answerOf(action: Action, body: Readonly<Record<string, never>>): Answer {
  const { revision, version, archived, versions, staging, production, aliases, id, state, stage } = body;
  switch (action.do) {
    case 'get':
    case 'setAlias':
      return {
        text: `@${revision} ${versions} staging ${staging} production ${production} ${aliasText(aliases ?? {})}`,
        revision,
      };
    case 'look':
      return { text: `${stage} ${state === 'complete'}` };
    case 'register':
      return { text: `registered ${version?.['version']}` };
    case 'complete':
      return { text: `${state} ${version}` };
    case 'promote':
    case 'archive':
    case 'rollback':
      return { text: `moved ${version?.['version']} for ${archived} @${revision}`, revision };
    case 'request':
      return { text: `requested ${id}`, id };
    case 'readApproval':
      return { text: `approval ${state}` };
    case 'vote':
      return { text: `voted ${state}` };
  }
}
