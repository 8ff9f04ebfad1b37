import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { runChild } from './children.ts';
import { timeFixedWork } from './fixed-work.ts';
import { membersEach } from './plan.ts';
import { repository, rolebook, startRolebook } from './servers.ts';

/** Milliseconds from start to finish, one entry a run. */
export interface CommandResults {
  readonly lint: readonly number[];
  readonly test: readonly number[];
  /** `rolebook serve` until it is ready. */
  readonly serve: readonly number[];
  /** `rolebook diff` of a policy of the main size: a built-in role that everybody follows gets a grant. */
  readonly diffEverybody: readonly number[];
  /** The same, with one member more. */
  readonly diffMember: readonly number[];
  /** `node -e 0`: what starting Node costs by itself. */
  readonly node: readonly number[];
  /** The fixed piece of work, in the same turns. */
  readonly work: readonly number[];
}

/** On the repository's own policies, and `diff` on one of so many workspaces, written into `folder`. */
export async function measureCommands(runs: number, workspaces: number, folder: string): Promise<CommandResults> {
  const results: Record<keyof CommandResults, number[]> = {
    lint: [],
    test: [],
    serve: [],
    diffEverybody: [],
    diffMember: [],
    node: [],
    work: [],
  };
  const diff = await prepareDiff(join(folder, 'diff'), workspaces);
  for (let run = 0; run < runs; run += 1) {
    results.work.push(timeFixedWork());
    results.node.push(await timeCommand(['-e', '0']));
    results.lint.push(await timeCommand([rolebook, 'lint']));
    results.test.push(await timeCommand([rolebook, 'test']));
    const server = await startRolebook(repository);
    results.serve.push(server.readyMs);
    await server.child.stop();
    await diff.restore();
    await diff.addMember();
    results.diffMember.push(await diff.time());
    await diff.restore();
    await diff.addGrant();
    results.diffEverybody.push(await diff.time());
  }
  return results;
}

export interface DiffRepository {
  restore(): Promise<void>;
  addMember(): Promise<void>;
  addGrant(): Promise<void>;
  /** The milliseconds of a `diff` by this repository's own program or another. */
  time(program?: string): Promise<number>;
}

/** A repository whose files can be changed and taken back. */
export async function prepareDiff(root: string, workspaces: number): Promise<DiffRepository> {
  await writeManyWorkspaces(root, workspaces, membersEach);
  const git = (...args: string[]): Promise<string> =>
    runChild('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], root);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'base');
  return {
    restore: async () => {
      await git('checkout', '--quiet', '.');
    },
    addMember: () => appendFile(join(root, 'policies/ws-0.yaml'), '  newcomer@acme.example: role-0\n'),
    addGrant: async () => {
      const path = join(root, 'roles.yaml');
      const text = await readFile(path, 'utf8');
      const changed = text.replace('"grants":["doc:read"]', '"grants":["doc:read","team:share"]');
      if (changed === text) throw new Error('roles.yaml is not as this benchmark knows it');
      await writeFile(path, changed);
    },
    time: (program = rolebook) => timeCommand([program, 'diff', 'HEAD', '--format', 'json'], root),
  };
}

/** The milliseconds of a program for Node from its start to its end. */
export async function timeCommand(args: readonly string[], cwd = repository): Promise<number> {
  const startedAt = performance.now();
  await runChild(process.execPath, args, cwd);
  return performance.now() - startedAt;
}
