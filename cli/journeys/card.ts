import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { Format } from '../card/formats.ts';
import { choicesOf, command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { VERSION_USAGE } from '../governance/options.ts';
import type { World } from '../world.ts';
import { meant } from './promote.ts';

interface CardOptions {
  readonly put?: string;
  readonly revision?: string;
  readonly format?: Format;
}

/** Said here, so that help does not load what writes them. */
const FORMATS: readonly Format[] = ['markdown', 'json', 'hugging-face', 'google'];

/** The command that shows the model card of a version, or puts one. */
export function cardCommand(world: World): Command {
  const made = command({
    name: 'card',
    summary: 'Show the model card of a version, or put one',
    usage: VERSION_USAGE,
    example: 'signet card fraud-detector:3 --put card.md',
  })
    .argument('<model>', 'without a version: the one in staging')
    .option('--put <file>', 'put this card, in any of these formats; - for standard input')
    .addOption(
      new Option(
        `--format ${choicesOf(FORMATS)}`,
        'a README of the Hugging Face Hub, or the JSON of Google’s Model Card Toolkit, or ours; by default Markdown, and of --put the one that the file has',
      ).choices(FORMATS),
    )
    .option('--revision <number>', 'the card as it was, not as it is');
  return doing<CardOptions>(made, world, async (session, [word = ''], { put, revision, format }) => {
    if (put !== undefined && revision !== undefined) throw new Complaint('usage', 'Either --put or --revision.');
    const { cardFrom, cardIn } = await import('../card/formats.ts');
    const content =
      put === undefined ? undefined : cardFrom(await textOf(put, session.world), put, format, session.say);
    const registry = await session.registry();
    const { model, version } = await meant(registry, word, 'production');
    const name = `${model} version ${version}`;
    if (content) {
      const card = await registry.putCard({ model, version, card: content });
      session.answer(card, () => `${name} has revision ${card.revision} of its model card.`);
    } else {
      const card = await registry.getCard({ model, version, ...(revision && { revision: Number(revision) }) });
      session.answer(card, (style) => cardIn(format ?? 'markdown', { model, version }, card.card, style));
      session.say(`Revision ${card.revision}, of ${card.at}, by ${card.by}.`);
    }
  });
}

const textOf = (file: string, { input, directory }: World): Promise<string> =>
  file === '-' ? text(input) : readFile(path.resolve(directory, file), 'utf8');
