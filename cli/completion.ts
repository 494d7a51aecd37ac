import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that lets a shell complete a program. */
export function scriptFor(shell: Shell, program: Command): string {
  const entries = entriesOf(program, '');
  const scripts = { bash, zsh, fish } satisfies Record<Shell, (entries: readonly Entry[]) => string>;
  return scripts[shell](entries);
}

/** What can follow a command, which is itself called by the words that lead to it: ` audit verify`. */
interface Entry {
  readonly path: string;
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
}

function entriesOf(command: Command, path: string): Entry[] {
  const { commands, options } = command;
  return [{ path, commands, options }, ...commands.flatMap((one) => entriesOf(one, `${path} ${one.name()}`))];
}

const words = ({ commands, options }: Entry): string =>
  [...commands.map((one) => one.name()), ...options.flatMap(({ long }) => long ?? [])].join(' ');

const choicesOf = (entries: readonly Entry[]): Map<string, readonly string[]> =>
  new Map(
    entries.flatMap(({ options }) =>
      options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices]] : [])),
    ),
  );

/** The words before the one that is completed choose what can follow; a path stops at the first word that is no command. */
function bash(entries: readonly Entry[]): string {
  const commands = entries.map((entry) => `    '${entry.path}') words='${words(entry)}' ;;`);
  const choices = [...choicesOf(entries)].map(([long, values]) => `    ${long}) words='${values.join(' ')}' ;;`);
  const names = entries.map(({ path }) => `'${path}'`).join('|');
  return `# bash completion for signet
_signet() {
  local path='' word words=''
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${names}) path="$path $word" ;;
      *) break ;;
    esac
  done
  case "$path" in
${commands.join('\n')}
  esac
  case "$before" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _signet signet
`;
}

/** zsh reads the bash script with its own emulation of it: one grammar to keep right. */
function zsh(entries: readonly Entry[]): string {
  return `#compdef signet
autoload -U +X bashcompinit && bashcompinit
${bash(entries)}`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, commands, options }) => {
    const names = path.trim().split(' ').filter(Boolean);
    const inside = names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ') || '__fish_use_subcommand';
    const among = commands.map((one) => one.name()).join(' ');
    const at = names.length > 0 && among ? `${inside}; and not __fish_seen_subcommand_from ${among}` : inside;
    return [
      ...commands.map(
        (one) => `complete -c signet -n ${quoted(at)} -f -a ${one.name()} -d ${quoted(one.description())}`,
      ),
      ...options.map((option) => fishOption(inside, option)),
    ];
  });
  return `# fish completion for signet\n${lines.join('\n')}\n`;
}

function fishOption(at: string, { long, short, required, argChoices, description }: Option): string {
  return [
    `complete -c signet -n ${quoted(at)}`,
    ...(long ? [`-l ${long.slice(2)}`] : []),
    ...(short ? [`-s ${short.slice(1)}`] : []),
    ...(argChoices ? [`-x -a ${quoted(argChoices.join(' '))}`] : required ? ['-r'] : []),
    `-d ${quoted(description)}`,
  ].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
