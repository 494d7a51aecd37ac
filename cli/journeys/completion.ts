import { Argument, type Command, Command as Made } from 'commander';
import { SHELLS, type Shell, scriptFor } from '../completion.ts';
import type { World } from '../world.ts';

/** The command that writes what a shell needs to complete the others. */
export function completionCommand(world: World, program: () => Command): Command {
  return new Made('completion')
    .description('Write the script that lets a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .usage('bash|zsh|fish')
    .addHelpText('after', '\nExample:\n  $ source <(signet completion bash)')
    .action((shell: Shell) => {
      world.output.write(scriptFor(shell, program()));
    });
}
