import { assert } from 'chai';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { useBrowser } from '../support/console-visit.ts';
import { waitFor } from '../support/wait-for.ts';
import { repository } from './markdown.ts';

const run = promisify(execFile);
const page = 'docs/getting-started.md';

/** A block of the page: a file that its last words name, commands with `$`, or a program that runs on. */
interface Block {
  readonly file: string | undefined;
  readonly language: string;
  readonly text: string;
}

function blocksOf(text: string): Block[] {
  const found = text.matchAll(/(?:^`([^`\n]+)`:\n\n)?^```([a-z]+)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, file, language = '', block = '']) => ({ file, language, text: block }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe(page, () => {
  const browser = useBrowser();
  const running: ChildProcess[] = [];
  let folder = '';
  let tarballs: readonly string[] = [];

  const pack = async (...words: string[]): Promise<string> => {
    const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder, ...words];
    const { stdout } = await run('npm', args, { cwd: repository });
    const [report] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }];
    return join(folder, report.filename);
  };

  before(async function () {
    this.timeout(120_000);
    folder = await mkdtemp(join(tmpdir(), 'rolebook-started-'));
    tarballs = [await pack(), await pack('--workspace', 'packages/client')];
  });
  after(async () => {
    for (const child of running) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** What the page says, with these packages in place of those of the registry. */
  const commandLine = (command: string): string => {
    if (!command.startsWith('npm install ')) return command;
    const [own, client] = tarballs;
    const words = command.replace(' rolebook ', ` ${own} `).replace(' @rolebook/client ', ` ${client} `);
    return `${words} --prefer-offline --no-audit --no-fund`;
  };

  const sh = (command: string, cwd: string): Promise<{ stdout: string; stderr: string }> =>
    run('sh', ['-ec', command], { cwd }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return assert.fail(`\`${command}\` failed:\n${stdout}${stderr}`);
    });

  const start = (command: string, cwd: string, env: Record<string, string>): void => {
    const [program = '', ...words] = command.trim().replace(/^npx /, 'node_modules/.bin/').split(' ');
    running.push(spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' }));
  };

  it('leads from an empty folder to a server that asks, its tests, and a page that shows what one may', async () => {
    const cwd = join(folder, 'shop');
    await mkdir(cwd);
    const [sidecarPort, port] = [await freePort(), await freePort()];
    const sidecar = `http://127.0.0.1:${sidecarPort}`;
    const address = `http://127.0.0.1:${port}`;
    const visit = await (await browser().newContext()).newPage();
    const faults: string[] = [];
    visit.on('pageerror', ({ message }) => faults.push(message));
    const be = async (user: string): Promise<void> => {
      await visit.evaluate(`document.cookie = 'user=${user}'`);
      await visit.reload();
      await visit.getByText('Tags: urgent').waitFor();
    };
    const button = visit.getByRole('button', { name: 'New tag' });
    const enabled = visit.locator('button:enabled');
    const isUp = (url: string) => (): Promise<boolean> =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );

    const text = readFileSync(join(repository, page), 'utf8');
    let commands = 0;
    for (const block of blocksOf(text)) {
      if (block.file !== undefined) {
        await mkdir(dirname(join(cwd, block.file)), { recursive: true });
        await writeFile(join(cwd, block.file), block.text);
      } else if (block.language === 'console') {
        for (const line of block.text.trim().split('\n')) {
          if (line.includes('role change')) {
            await visit.goto(`${address}/`);
            await be('bo@example.com');
            await enabled.click();
            await visit.getByText('Tags: urgent, tag 2').waitFor();
            await be('dara@example.com');
            assert.isTrue(await button.isDisabled());
          }
          assert.match(line, /^\$ /);
          await sh(commandLine(line.slice(2)), cwd);
          commands += 1;
        }
      } else if (block.text.includes('rolebook serve')) {
        start(`${block.text.trim()} --listen 127.0.0.1:${sidecarPort}`, cwd, {});
        await waitFor('the sidecar', isUp(`${sidecar}/readyz`), 30_000);
      } else {
        start(block.text, cwd, { ROLEBOOK_URL: sidecar, PORT: String(port) });
        await waitFor('the server', isUp(`${address}/tags`), 30_000);
      }
    }
    assert.strictEqual(commands, 12);
    await waitFor(
      'a page that knows of the change',
      async () => {
        await be('dara@example.com');
        return button.isEnabled();
      },
      30_000,
    );
    await enabled.click();
    await visit.getByText('tag 3').waitFor();
    assert.deepEqual(faults, []);
    await visit.context().close();
  }).timeout(900_000);
});
