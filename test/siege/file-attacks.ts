import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { again, type Attack, type Ground, rest } from './attack.ts';

/** What no answer and no line of the log may ever show. */
export const secretText = 'a4f0c2d19e7b6358-outside-of-the-folder';

/** What the author of a pull request can put into the policy folder, one after the other, each taken away again. */
export function fileAttacks(root: string, secretFile: string): Attack {
  const path = join(root, 'policies', 'strange.yaml');
  const files: readonly (() => Promise<void>)[] = [
    () => writeFile(path, problemFlood(60_000)),
    () => symlink(secretFile, path),
    () => writeFile(path, 'workspace: strange\nmembers:\n  # see OPS-12\r  eve@acme.example: reader\n'),
    () => writeFile(path, `workspace: strange\nmembers: {${'a'.repeat(1_000_000)}: reader}\n`),
    () => writeFile(path, '['.repeat(100_000)),
    () => symlink('strange.yaml', path),
  ];
  return {
    name: 'files of a stranger',
    run: (ground: Ground) =>
      again(ground, 2500, async () => {
        await files[ground.seen.tries % files.length]?.();
        await rest(ground.over, 2500);
        await rm(path, { force: true });
      }),
  };
}

function problemFlood(count: number): string {
  const members = Array.from({ length: count }, (_, index) => `  a${index}@acme.example: nobody-knows`);
  return `workspace: strange\nmembers:\n${members.join('\n')}\n`;
}

/** Six files that make a folder a repository of its own to git, with a command in its configuration. */
export async function plantRepository(folder: string, canary: string): Promise<void> {
  const files: Record<string, string> = {
    HEAD: 'ref: refs/heads/main\n',
    'objects/x': 'x',
    'refs/x': 'x',
    config: `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch ${canary}"\n[filter "x"]\n\tclean = "touch ${canary}; cat"\n`,
    'info/attributes': '* filter=x\n',
    '.gitattributes': '* filter=x\n',
  };
  for (const name of ['objects', 'refs', 'info']) await mkdir(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
