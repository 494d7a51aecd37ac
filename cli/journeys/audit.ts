import { Command } from 'commander';
import { type ExportOptions, exportRecord } from '../audit/export.ts';
import { checkProof, type ProofOptions } from '../audit/proof.ts';
import { type VerifyOptions, verifyExport } from '../audit/verify.ts';
import { command, doing, offline } from '../command.ts';
import type { World } from '../world.ts';

/** The commands about the record of changes. */
export const auditCommand = (world: World): Command =>
  new Command('audit')
    .description('Export the record of all changes, and prove it without trusting the registry')
    .addCommand(verifyCommand(world))
    .addCommand(exportCommand(world))
    .addCommand(proofCommand(world));

function verifyCommand(world: World): Command {
  const made = command({
    name: 'verify',
    summary: 'Prove an exported record offline, and name the first bad event',
    usage: 'EXPORT',
    example: 'signet audit verify record --key trusted.pem',
  })
    .argument('<export>', 'the directory or the file that `signet audit export` wrote; - for events on standard input')
    .option('--key <file>', 'the key that checkpoints are signed with, in PEM; without it, the one in the directory')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere, which the record has to continue');
  return offline<VerifyOptions>(made, world, (session, [place = ''], options) => verifyExport(session, place, options));
}

function exportCommand(world: World): Command {
  const made = command({
    name: 'export',
    summary: 'Write the whole record into a directory, or events as JSON lines, oldest first',
    usage: '[DIRECTORY]',
    example: 'signet audit export record',
  })
    .argument('[directory]', 'a new one: it gets all events, all checkpoints, and the key; without it, events alone')
    .option('--model <model>', 'events of one model; without it, of the whole tenant')
    .option('--model-id <id>', 'events of a model that was deleted, by its id')
    .option('--from <time>', 'events not before this time')
    .option('--to <time>', 'events not after this time')
    .option('-o, --output <file>', 'to a file, which is there once it is whole; else to standard output');
  return doing<ExportOptions>(made, world, (session, [directory], options) =>
    exportRecord(session, directory, options),
  );
}

function proofCommand(world: World): Command {
  const made = command({
    name: 'check-proof',
    summary: 'Check offline what `signet get-proof --json` answered about one event',
    usage: 'FILE',
    example: 'signet audit check-proof proof.json --key trusted.pem',
  })
    .argument('<file>', 'the proof; - for standard input')
    .option('--key <file>', 'the key that checkpoints are signed with, in PEM; without it, the one in the proof');
  return offline<ProofOptions>(made, world, (session, [file = ''], options) => checkProof(session, file, options));
}
