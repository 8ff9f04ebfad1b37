import { runCommand, type CommandResult, type CommandSurroundings } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { askedCompany } from './asked-company.ts';

/** A folder of a policy, which the tests of one file share, and a command run in it. */
export interface AskedFolder {
  readonly folder: () => PolicyFolder;
  readonly ask: (argv: readonly string[], surroundings?: Partial<CommandSurroundings>) => Promise<CommandResult>;
}

/** Made before the tests of a `describe`, removed after them. */
export function askedFolder(files: Readonly<Record<string, string>> = askedCompany): AskedFolder {
  let folder: PolicyFolder;
  before(async () => {
    folder = await createPolicyFolder({ ...files });
  });
  after(() => folder.dispose());
  return {
    folder: () => folder,
    ask: (argv, surroundings = {}) => runCommand(argv, { cwd: folder.root, ...surroundings }),
  };
}
