import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeManyWorkspaces } from './many-workspaces.ts';

/** How many people hold a role or not: which of them do says which commit decides. */
export const bits = 12;

const run = promisify(execFile);

/** A person's clone of the repository that is followed, from which commits are pushed over HTTP. */
export class PushingClone {
  readonly #root: string;
  readonly #token: string;

  constructor(root: string, token: string) {
    this.#root = root;
    this.#token = token;
  }

  async create(url: string, workspaces: number): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    await this.git('init', '--quiet', '--initial-branch', 'main');
    await this.git('remote', 'add', 'origin', url);
    await writeManyWorkspaces(this.#root, workspaces, 3);
    await this.write(0);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', 'begin');
    await this.push();
  }

  /** Writes a number into the two files that tell of it. */
  async write(number: number): Promise<void> {
    for (const [half, name] of ['low', 'high'].entries()) {
      const members = Array.from({ length: bits / 2 }, (_, index) => {
        const bit = half * (bits / 2) + index;
        return `  bit-${bit}: ${(number >> bit) & 1 ? 'admin' : 'member'}\n`;
      });
      await writeFile(join(this.#root, `policies/${name}.yaml`), `workspace: ${name}\nmembers:\n${members.join('')}`);
    }
  }

  /** Leaves one of the two as it is, and breaks the other. */
  break(): Promise<void> {
    return writeFile(join(this.#root, 'policies/low.yaml'), 'workspace: low\nmembers: { bit-0: nobody }\n');
  }

  commit(message: string): Promise<string> {
    return this.git('commit', '--quiet', '--message', message, '--', 'policies/low.yaml', 'policies/high.yaml');
  }

  push(...how: string[]): Promise<string> {
    return this.git('push', '--quiet', ...how, 'origin', 'main');
  }

  async git(...args: string[]): Promise<string> {
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${this.#token}`).toString('base64')}`;
    const settings = ['user.name=Ana', 'user.email=ana@acme.example', 'gc.auto=0', 'maintenance.auto=false'];
    const env = {
      ...process.env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: header,
    };
    const options = settings.flatMap((setting) => ['-c', setting]);
    const { stdout } = await run('git', ['-C', this.#root, ...options, ...args], { env });
    return stdout.trim();
  }
}
