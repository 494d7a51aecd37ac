import type { Client } from '../shared/http/client.ts';
import { connect } from './registry.ts';
import { styled, visible } from './render.ts';
import type { GlobalOptions } from './settings.ts';
import type { World } from './world.ts';

/** One run of a command: the registry it calls, and how it speaks. */
export interface Session {
  readonly world: World;
  readonly options: GlobalOptions;
  /** The registry, connected at the first call. */
  registry(): Promise<Client>;
  /** The one answer: as JSON where that is asked for, else as `human` writes it. */
  answer(value: unknown, human: (style: Style) => string): void;
  /** A line for the person who watches; never part of the answer. Whoever wants JSON does not watch. */
  say(line: string): void;
  /** Colours of the answer. */
  readonly style: Style;
}

/** Puts text into a colour or weight, where the output shows such. */
export type Style = (format: 'bold' | 'dim' | 'green' | 'yellow' | 'red', text: string) => string;

export function session(options: GlobalOptions, world: World): Session {
  let client: Promise<Client> | undefined;
  const style = styled(world.output, world.env);
  return {
    world,
    options,
    style,
    registry: () => {
      client ??= connect(options, world);
      return client;
    },
    answer: (value, human) => {
      const text = options.json ? JSON.stringify(value, undefined, 2) : visible(human(style));
      if (text !== '') world.output.write(`${text}\n`);
    },
    say: (line) => void (options.json || world.messages.write(`${visible(line)}\n`)),
  };
}
