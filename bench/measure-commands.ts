import { runChild } from './children.ts';
import { repository, rolebook, startRolebook } from './servers.ts';

/** Milliseconds from start to finish, one entry a run. */
export interface CommandResults {
  readonly lint: readonly number[];
  readonly test: readonly number[];
  /** `rolebook serve` until it is ready. */
  readonly serve: readonly number[];
  /** `node -e 0`: what starting Node costs by itself. */
  readonly node: readonly number[];
}

/** On the repository's own policies. */
export async function measureCommands(runs: number): Promise<CommandResults> {
  const results = { lint: [] as number[], test: [] as number[], serve: [] as number[], node: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    results.node.push(await timeCommand(['-e', '0']));
    results.lint.push(await timeCommand([rolebook, 'lint']));
    results.test.push(await timeCommand([rolebook, 'test']));
    const server = await startRolebook(repository);
    results.serve.push(server.readyMs);
    await server.child.stop();
  }
  return results;
}

async function timeCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await runChild(process.execPath, args, repository);
  return performance.now() - startedAt;
}
