/**
 * What a model does, said once more and as simply as possible: one state, one step at a time. It shares nothing with
 * the rules of the registry, so that what is wrong there shows.
 */
export interface State {
  readonly revision: number;
  readonly versions: readonly VersionState[];
  readonly staging: readonly number[];
  readonly production: readonly number[];
  readonly former: readonly number[];
  readonly aliases: Readonly<Record<string, number>>;
  readonly approvals: Readonly<Record<string, ApprovalState>>;
}

interface VersionState {
  readonly stage: 'none' | 'staging' | 'production' | 'archived';
  readonly by: string;
  /** What is in its files, where it has some, and whether they are all there. */
  readonly content?: string;
  readonly isComplete: boolean;
}

interface ApprovalState {
  readonly version: number;
  readonly by: string;
  readonly state: 'pending' | 'approved' | 'rejected' | 'consumed';
  readonly voters: readonly string[];
}

export type Action =
  | { readonly do: 'register'; readonly content?: string }
  | { readonly do: 'complete'; readonly version: number }
  | {
      readonly do: 'promote';
      readonly version: number;
      readonly to: 'staging' | 'production';
      readonly ifMatch?: number;
    }
  | { readonly do: 'archive'; readonly version: number }
  | { readonly do: 'rollback' }
  | { readonly do: 'setAlias'; readonly version: number; readonly alias: string }
  | { readonly do: 'request'; readonly version: number; readonly id: string }
  | { readonly do: 'vote'; readonly version: number; readonly id: string; readonly decision: 'approve' | 'reject' }
  | { readonly do: 'readApproval'; readonly version: number; readonly id: string }
  | { readonly do: 'get' }
  | { readonly do: 'look'; readonly version: number };

/**
 * What comes of an action: what its caller is told, in as few words as possible, and the state after it. `@7` is the
 * revision of the model, and `@7-` that one or an older one: what changes nothing has read the model before the version,
 * and nothing was written that would have told that there is a newer one.
 */
export interface Outcome {
  readonly answer: string;
  /** What may be told as well, for the same reason. */
  readonly or?: string;
  readonly state: State;
}

/** How many people have to agree before a version of this model enters production. */
export const VOTES = 2;

/** A model as it is made: its creation was its first revision, and a policy of its own its second. */
export const newModel = (revision: number): State => ({
  revision,
  versions: [],
  staging: [],
  production: [],
  former: [],
  aliases: {},
  approvals: {},
});

/** Does one action, for one person. */
export function step(state: State, action: Action, by: string, isVoted: boolean): Outcome {
  if (action.do === 'get') return same(state, described(state));
  if (action.do === 'register') return register(state, action.content, by);
  if (action.do === 'rollback') return rollback(state);
  if (action.do === 'promote' && action.ifMatch !== undefined && action.ifMatch !== state.revision) {
    return unmet(state, action.version, action.to, action.ifMatch);
  }
  const version = state.versions[action.version - 1];
  if (!version) return same(state, 'version.not_found');

  switch (action.do) {
    case 'look':
      return same(state, `${version.stage} ${version.isComplete}`);
    case 'complete':
      return version.isComplete
        ? same(state, `complete ${action.version}`)
        : next(withVersion(state, action.version, { isComplete: true }), `complete ${action.version}`);
    case 'promote':
      return promote(state, action.version, version, action.to, isVoted);
    case 'archive':
      return archive(state, action.version, version);
    case 'setAlias':
      return setAlias(state, action.alias, action.version, version);
    case 'request':
      return request(state, action.version, version, action.id, by, isVoted);
    case 'vote':
      return vote(state, action, version, by);
    case 'readApproval':
      return same(state, `approval ${stateOf(state.approvals[action.id], version)}`);
  }
}

const same = (state: State, answer: string): Outcome => ({ state, answer });

/** Whoever has read the model of the revision before, and then the version where it was to go, has nothing to do. */
function unmet(state: State, number: number, to: 'staging' | 'production', ifMatch: number): Outcome {
  const isThere = state.versions[number - 1]?.stage === to && ifMatch < state.revision;
  return { ...same(state, 'precondition.failed'), ...(isThere && { or: `moved ${number} for  @${ifMatch}` }) };
}

const next = (state: State, answer: string): Outcome => {
  const after = { ...state, revision: state.revision + 1 };
  return { state: after, answer: answer.replace('@', `@${after.revision}`) };
};

const described = ({ revision, staging, production, aliases, versions }: State): string =>
  `@${revision} ${versions.length} staging ${staging} production ${production} ${aliasText(aliases)}`;

/** Aliases in one order. */
export const aliasText = (aliases: Readonly<Record<string, number>>): string =>
  Object.entries(aliases)
    .map(([alias, version]) => `${alias}=${version}`)
    .sort()
    .join();

function register(state: State, content: string | undefined, by: string): Outcome {
  const taken = content === undefined ? -1 : state.versions.findIndex((one) => one.content === content);
  const version = state.versions[taken];
  if (version) return same(state, version.isComplete ? 'version.duplicate' : `registered ${taken + 1}`);
  const made = {
    stage: 'none' as const,
    by,
    isComplete: content === undefined,
    ...(content !== undefined && { content }),
  };
  return next({ ...state, versions: [...state.versions, made] }, `registered ${state.versions.length + 1}`);
}

const withVersion = (state: State, number: number, changes: Partial<VersionState>): State => ({
  ...state,
  versions: state.versions.map((one, index) => (index === number - 1 ? { ...one, ...changes } : one)),
});

const without = (numbers: readonly number[], number: number) => numbers.filter((one) => one !== number);

function promote(
  state: State,
  number: number,
  version: VersionState,
  to: 'staging' | 'production',
  isVoted: boolean,
): Outcome {
  if (version.stage === to) return same(state, `moved ${number} for  @${state.revision}-`);
  if (!version.isComplete) return next(state, 'version.incomplete');
  const [consumed] =
    Object.entries(state.approvals).find(([, one]) => one.version === number && one.state === 'approved') ?? [];
  const mayGo = to === 'staging' ? version.stage === 'none' : version.stage === 'staging' && (!isVoted || consumed);
  if (!mayGo) return next(state, 'transition.refused');

  const moved = withVersion(state, number, { stage: to });
  if (to === 'staging') return next({ ...moved, staging: [...state.staging, number] }, `moved ${number} for  @`);
  const approval = isVoted && consumed !== undefined ? state.approvals[consumed] : undefined;
  const approvals =
    approval && consumed !== undefined
      ? { ...state.approvals, [consumed]: { ...approval, state: 'consumed' as const } }
      : state.approvals;
  const entered = entering({ ...moved, approvals, staging: without(state.staging, number) }, number);
  return next(
    { ...entered, former: [...state.former, ...state.production] },
    `moved ${number} for ${state.production} @`,
  );
}

/** A version takes the place of the one in production. */
const entering = (state: State, number: number): State => ({
  ...state.production.reduce((after, left) => withVersion(after, left, { stage: 'archived' }), state),
  production: [number],
});

function archive(state: State, number: number, version: VersionState): Outcome {
  if (version.stage === 'archived') return same(state, `moved ${number} for  @${state.revision}-`);
  if (!version.isComplete) return next(state, 'version.incomplete');
  if (version.stage === 'none') return next(state, 'transition.refused');
  const moved = withVersion(state, number, { stage: 'archived' });
  const former = version.stage === 'production' ? [...state.former, number] : state.former;
  const left = { staging: without(state.staging, number), production: without(state.production, number) };
  return next({ ...moved, ...left, former }, `moved ${number} for  @`);
}

function rollback(state: State): Outcome {
  const target = state.former.at(-1);
  if (target === undefined) return next(state, 'rollback.impossible');
  const entered = entering(withVersion(state, target, { stage: 'production' }), target);
  return next({ ...entered, former: state.former.slice(0, -1) }, `moved ${target} for ${state.production} @`);
}

function setAlias(state: State, alias: string, number: number, version: VersionState): Outcome {
  if (state.aliases[alias] === number) return same(state, described(state));
  if (!version.isComplete) return same(state, 'version.incomplete');
  const after = { ...state, aliases: { ...state.aliases, [alias]: number } };
  return next(after, described(after).replace(`@${state.revision}`, '@'));
}

function request(
  state: State,
  number: number,
  version: VersionState,
  id: string,
  by: string,
  isVoted: boolean,
): Outcome {
  if (!version.isComplete) return same(state, 'version.incomplete');
  if (!isVoted || version.stage === 'production' || version.stage === 'archived')
    return same(state, 'approval.needless');
  if (Object.values(state.approvals).some((one) => one.version === number && isOpen(one)))
    return same(state, 'approval.exists');
  const approval: ApprovalState = { version: number, by, state: 'pending', voters: [] };
  return next({ ...state, approvals: { ...state.approvals, [id]: approval } }, `requested ${id}`);
}

const isOpen = ({ state }: ApprovalState): boolean => state === 'pending' || state === 'approved';

/** What could still let a version in is void where nothing leads there any more. */
function stateOf(approval: ApprovalState | undefined, { stage }: VersionState): string | undefined {
  const isPointless = stage === 'production' || stage === 'archived';
  return approval && isOpen(approval) && isPointless ? 'void' : approval?.state;
}

function vote(
  state: State,
  { version: number, id, decision }: Extract<Action, { do: 'vote' }>,
  version: VersionState,
  by: string,
): Outcome {
  const approval = state.approvals[id];
  if (!approval || approval.version !== number) return same(state, 'approval.not_found');
  const open = stateOf(approval, version);
  if (open !== 'pending' && !(open === 'approved' && decision === 'reject')) return next(state, 'approval.closed');
  // Whoever was for it may think better of it.
  const hasSaidSo = decision === 'approve' && approval.voters.includes(by);
  if (hasSaidSo || version.by === by || approval.by === by) return next(state, 'vote.refused');
  const voters = [...approval.voters, by];
  const agreed = voters.length >= VOTES ? 'approved' : 'pending';
  const voted = { ...approval, voters, state: decision === 'reject' ? ('rejected' as const) : agreed } as const;
  return next({ ...state, approvals: { ...state.approvals, [id]: voted } }, `voted ${voted.state}`);
}
