import type { Command } from 'commander';
import { RolebookError } from '../../../policy/errors.ts';
import { parseValue } from '../../command/command-options.ts';

/** The options of a second policy, as written on the command line. */
export interface ShadowOptions {
  /** A folder, or a ref. */
  readonly shadow?: string;
  /** `-` or a path. */
  readonly shadowLog?: string;
}

export function addShadowOptions(command: Command): Command {
  return command
    .option(
      '--shadow <DIR|REF>',
      'a second policy that answers are compared with: a folder, or a ref of the repository of the policy',
      (value) => parseValue('--shadow', value),
    )
    .option('--shadow-log <FILE>', 'one JSON line an answer that differs; - is stdout', (value) =>
      parseValue('--shadow-log', value),
    );
}

/** Throws a RolebookError for what cannot stand together, or lacks something. */
export function refuseShadow({
  shadow,
  shadowLog,
  decisionLog,
}: ShadowOptions & { readonly decisionLog?: string }): void {
  if (shadowLog === undefined) return;
  if (shadow === undefined) {
    const message = '`--shadow-log` is where answers of a second policy go, and `--shadow` is missing';
    throw new RolebookError('usage', message, { help: 'name the policy with `--shadow DIR` or `--shadow REF`' });
  }
  if (shadowLog !== decisionLog) return;
  const message = '`--shadow-log` and `--decision-log` name the same place, where their lines would mix';
  throw new RolebookError('usage', message, { help: 'give each a file of its own' });
}
