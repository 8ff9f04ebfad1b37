import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine lets somebody mount a file system that nobody else sees. */
export function canMountAlone(): boolean {
  try {
    execFileSync('unshare', [...alone, 'mount -t tmpfs -o size=64k tmpfs /mnt'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

const alone = ['--user', '--map-root-user', '--mount', 'sh', '-c'];

/** A disk of a few pages of its own, which a process that is started in it has to itself. */
export class SmallDisk {
  /** Where it is for that process. */
  readonly root = mkdtempSync(join(tmpdir(), 'rolebook-disk-'));

  /** The command that starts another one on it, when the files of a folder have been copied to it. */
  command(from: string, options: string, words: readonly string[]): readonly string[] {
    const { root } = this;
    const script = `mount -t tmpfs -o size=256k tmpfs "$1" && cp -r "$2/." "$1" && { [ -z "$3" ] || mount -o "$3" "$1"; } && shift 3 && exec "$@"`;
    return ['unshare', ...alone, script, 'sh', root, from, options, ...words];
  }

  /** The same folder, for everybody else. */
  seenThrough(pid: number): string {
    return `/proc/${pid}/root${this.root}`;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
