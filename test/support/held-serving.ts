import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';
import { adminToken, asAdmin } from '../support/admin-token.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `rolebook serve` started by a shell, as an operator does who redirects its output; nothing it writes is read here. */
export class HeldServing {
  readonly child: ChildProcess;
  readonly socket: string;
  ended: Ended | undefined;

  /** In the shell's words `serve` is the program and its command; the shell is replaced by it. */
  constructor(
    words: string,
    cwd: string,
    options: { stdio?: StdioOptions; env?: NodeJS.ProcessEnv; prepare?: string },
  ) {
    const { stdio = ['ignore', 'pipe', 'pipe'], env = {}, prepare = '' } = options;
    this.socket = join(cwd, 'sidecar.sock');
    const tokens = join(cwd, 'admin-tokens');
    writeFileSync(tokens, `${adminToken}\n`, { mode: 0o600 });
    const flags = `--listen "unix:${this.socket}" --admin-token-file "${tokens}"`;
    const serve = `"${process.execPath}" "${rolebookProgram}" serve ${flags}`;
    const script = `${prepare}exec ${words.replace(/^serve/, serve)}`;
    this.child = spawn('bash', ['-c', script], { cwd, stdio, env: { ...process.env, ...env } });
    this.child.on('exit', (code, signal) => (this.ended = { code, signal }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  call(method: string, path: string, body?: object): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const type = { 'Content-Type': 'application/json', 'Content-Length': text.length };
      const headers = { ...(method === 'GET' ? {} : asAdmin), ...(body === undefined ? {} : type) };
      const sent = request({ socketPath: this.socket, method, path, headers }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: received }));
      });
      sent.setTimeout(10_000, () => sent.destroy(new Error('no answer within ten seconds')));
      sent.on('error', reject).end(text);
    });
  }

  async untilReady(): Promise<void> {
    const isReady = (): Promise<boolean> =>
      this.call('GET', '/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitFor('the sidecar', isReady, 20_000);
  }

  /** Whether somebody may do something, and somebody else may not. */
  async decide(): Promise<string> {
    const ask = async (subject: string): Promise<string> => {
      const { text } = await this.call('POST', '/v1/enforce', {
        subject,
        workspace: 'support',
        permission: 'tag:create',
      });
      return String((JSON.parse(text) as { decision: boolean }).decision);
    };
    return `${await ask('ana@acme.example')} ${await ask('cy@acme.example')}`;
  }

  /** As many decisions as a thousand times `batches`. */
  async decideOften(batches: number): Promise<void> {
    const one = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
    for (let batch = 0; batch < batches; batch += 1) {
      await this.call('POST', '/v1/enforce/batch', { requests: Array.from({ length: 1000 }, () => one) });
    }
  }

  /** Calls of an admin that are refused, each with a line of a kilobyte in the log: what fills it with the least work. */
  async fillLog(kilobytes: number): Promise<void> {
    const long = 'x'.repeat(250);
    const path = `/v1/workspaces/${long}/members/${long}?actor=${long}`;
    for (let line = 0; line < kilobytes; line += 1) await this.call('DELETE', path);
  }

  async metric(name: string): Promise<number> {
    const { text } = await this.call('GET', '/metrics');
    const line = text.split('\n').find((found) => found.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async untilEnded(withinMs = 20_000): Promise<Ended> {
    await waitFor('its end', () => this.ended !== undefined, withinMs);
    return this.ended ?? { code: null, signal: null };
  }

  /** For `afterEach`; what has ended is fine. */
  dispose(): void {
    this.child.kill('SIGKILL');
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }
}
