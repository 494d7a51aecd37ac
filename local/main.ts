import { addPrincipal } from './add-principal.ts';
import { Refused } from './refused.ts';
import { serve, serveForNow } from './serve.ts';
import { type Command, commandOf, HELP } from './settings.ts';

// Whoever reads along may stop reading. The registry goes on.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

try {
  await perform(commandOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(`signet: ${error.message}`);
  process.exitCode = error.exitCode;
}

async function perform(command: Command): Promise<void> {
  switch (command.do) {
    case 'help':
      return console.log(HELP);
    case 'add principal':
      return console.log(await addPrincipal(command));
    case 'serve':
      return command.settings.ephemeral ? serveForNow(command.settings) : serve(command.settings);
  }
}
