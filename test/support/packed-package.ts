import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository, whose `node_modules` holds what tests would have to download. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The package in a folder, as `npm install` would lay it out. */
export class PackedPackage {
  readonly folder: string;
  /** The paths of the files in it. */
  readonly files: readonly string[];
  readonly manifest: { readonly version: string; readonly dependencies: Readonly<Record<string, string>> };

  private constructor(folder: string, files: readonly string[], manifest: PackedPackage['manifest']) {
    this.folder = folder;
    this.files = files;
    this.manifest = manifest;
  }

  /** Packs it, and lays the dependencies of this checkout beside it in place of downloaded ones. */
  static async lay(): Promise<PackedPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'rolebook-pack-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: repository });
    const [report] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    const own = join(folder, 'node_modules/rolebook');
    await mkdir(own, { recursive: true });
    await run('tar', ['-xzf', join(folder, report.filename), '--strip-components=1', '-C', own]);
    await rm(join(folder, report.filename));
    const manifest = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as PackedPackage['manifest'];
    const files = report.files.map(({ path }) => path);
    const laid = new PackedPackage(folder, files, manifest);
    for (const name of Object.keys(manifest.dependencies)) await laid.install(name);
    return laid;
  }

  get program(): string {
    return join(this.folder, 'node_modules/rolebook/bin/rolebook.js');
  }

  async install(name: string): Promise<void> {
    const place = join(this.folder, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(repository, 'node_modules', name), place);
  }

  rolebook(...words: string[]): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [this.program, ...words], { cwd: this.folder });
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
