import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { suggest } from '../../compile/words/suggest.ts';
import { RolebookError } from '../../policy/errors.ts';
import { pathBelow } from '../../store/folder/policy-root.ts';
import type { CommandIo } from '../command/command-io.ts';

/** The paths in the policy of files that somebody named from where the command was started. Throws for any other. */
export async function chooseFiles(
  named: readonly string[],
  files: readonly SourceFile[],
  policyFolder: string,
  io: CommandIo,
): Promise<readonly string[]> {
  const known = new Set(files.map(({ path }) => path));
  const root = resolve(io.cwd, policyFolder);
  const chosen = new Set<string>();
  for (const name of named) {
    const path = [...(await placesOf(resolve(io.cwd, name), root))].find((place) => known.has(place));
    if (path === undefined) throw await notOfPolicy(name, [...known], policyFolder, io);
    chosen.add(path);
  }
  return [...chosen];
}

// A folder on the way may be a symbolic link, for the policy or for whoever names the file.
async function placesOf(file: string, root: string): Promise<ReadonlySet<string>> {
  const real = async (path: string): Promise<string> => realpath(path).catch(() => path);
  const pairs = [
    [root, file],
    [await real(root), await real(file)],
    [await real(root), file],
  ] as const;
  return new Set(pairs.flatMap(([folder, place]) => pathBelow(folder, place) ?? []));
}

async function notOfPolicy(
  name: string,
  known: readonly string[],
  policyFolder: string,
  io: CommandIo,
): Promise<RolebookError> {
  const stats = await stat(resolve(io.cwd, name)).catch(() => undefined);
  if (stats?.isDirectory()) {
    const help = `name files; a policy in another folder is named with \`--policy ${name === '' ? 'DIR' : name}\``;
    return new RolebookError('usage', `\`${name}\` is a folder`, { help });
  }
  if (!stats) {
    const help = suggest(
      name,
      known.map((path) => join(policyFolder, path)),
    );
    return new RolebookError('usage', `there is no file \`${name}\``, help === undefined ? {} : { help });
  }
  const help =
    'a policy has `roles.yaml`, `model.conf`, and files below `policies/` that end in `.yaml`; `--policy DIR` says where';
  return new RolebookError('usage', `\`${name}\` is no file of the policy in \`${policyFolder}\``, { help });
}
