import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Mocha calls it before all tests: some of them run the built program, which must be that of the source. */
export function mochaGlobalSetup(): void {
  // What the build writes last: whoever has only the types checked has compiled, and the program is still the old one.
  const program = join(repository, 'dist/bundle/rolebook/main.js');
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['src', 'schemas', 'packages/console/src'].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(repository, folder, name),
    ),
  );
  if (sources.some((path) => statSync(path).mtimeMs > built)) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
    // It is left alone when the source has not changed but in its time.
    utimesSync(program, new Date(), new Date());
  }
}
