import { assert } from 'chai';
import { build } from 'esbuild';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createClient, type Client } from '../../packages/client/src/node.ts';
import { useBrowser } from '../support/console-visit.ts';
import { smallPolicy } from '../support/policy-folder.ts';
import { disposeSidecars, runSidecar, send, type RunningSidecar } from '../support/running-sidecar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The zipped size of what a program of one line has to load; bytes. */
async function sizeOf(line: string, platform: 'browser' | 'node' = 'browser'): Promise<number> {
  const text = await bundle(line, ['react'], platform);
  return gzipSync(text, { level: 9 }).length;
}

async function bundle(
  contents: string,
  external: string[] = [],
  platform: 'browser' | 'node' = 'browser',
): Promise<string> {
  const stdin = { contents, resolveDir: `${root}packages/client/src`, loader: 'js' } as const;
  const options = { bundle: true, minify: true, format: 'esm', platform, write: false } as const;
  const define = { 'process.env.NODE_ENV': '"production"' };
  const { outputFiles } = await build({ stdin, ...options, external, define });
  return outputFiles[0]?.text ?? '';
}

const page = `
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from './browser.ts';
import { RolebookProvider, useCan, useRolebook } from './react/use-can.ts';
const load = async (signal) => {
  const response = await fetch('/permissions', { signal });
  if (!response.ok) throw new Error('status ' + response.status);
  return response.json();
};
const Line = () => {
  const { status, reload } = useRolebook();
  const words = [status, ...['tag:create', 'message:send', 'toString'].map((one) => one + ' ' + useCan(one))];
  return h('button', { onClick: reload }, [...words, 'shared ' + useCan('message:send', 'shared')].join(', '));
};
const Page = ({ revision }) => h(RolebookProvider, { load, revision }, h(Line));
const to = createRoot(document.body);
globalThis.show = (revision) => to.render(h(Page, { revision }));
globalThis.show();
globalThis.client = createClient({ url: location.origin, timeoutMs: 5000 });
`;

describe('the client in a browser', () => {
  const browser = useBrowser();
  let running: RunningSidecar;
  let client: Client;
  let server: Server;
  let loads = 0;
  let isFailing = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const finish = (status: number, type: string, text: string): void =>
      void response.writeHead(status, { 'Content-Type': type }).end(text);
    if (url === '/')
      return finish(
        200,
        'text/html',
        '<!doctype html><title>x</title><body><script type=module src=/page.js></script>',
      );
    if (url === '/page.js') return finish(200, 'text/javascript', await bundle(page));
    if (url === '/permissions') {
      loads += 1;
      if (isFailing) return finish(503, 'text/plain', '');
      const held = await client.permissions('bo@acme.example', { workspace: 'support' });
      return finish(200, 'application/json', JSON.stringify(held));
    }
    let body = '';
    for await (const part of request) body += String(part);
    const { status, text } = await send(running.address, url, { method, body });
    finish(status, 'application/json', text);
  };

  before(async () => {
    running = await runSidecar();
    client = createClient({ url: running.address });
    server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    client.close();
    await disposeSidecars();
  });

  it('shows a person what they may, and nothing before that is known or where it cannot be', async () => {
    const context = await browser().newContext();
    const visit = await context.newPage();
    isFailing = true;
    await visit.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const none = 'tag:create false, message:send false, toString false, shared false';
    await visit.getByText(`failed, ${none}`).waitFor();
    isFailing = false;
    await visit.getByRole('button').click();
    await visit.getByText('loaded, tag:create false, message:send true, toString false, shared false').waitFor();
    // The role is given more, and the application hears of a new revision.
    const text = smallPolicy()['policies/support.yaml'] ?? '';
    await running.folder.write(
      'policies/support.yaml',
      text.replace('bo@acme.example: trainee', 'bo@acme.example: team-lead'),
    );
    await running.live.reload('request');
    const before = loads;
    const { revision } = running.live.current!;
    await visit.evaluate(`show(${JSON.stringify(revision)})`);
    await visit.getByText('loaded, tag:create true').waitFor();
    assert.strictEqual(loads, before + 1);
    // What was known is shown for as long as nothing newer is.
    isFailing = true;
    await visit.getByRole('button').click();
    await visit.waitForFunction('true');
    await visit.getByText('loaded, tag:create true').waitFor();
    const ana = '{ subject: "ana@acme.example", workspace: "support", permission: "tag:create" }';
    const cy = ana.replace('ana@', 'cy@');
    assert.deepEqual(await visit.evaluate(`Promise.all([client.can(${ana}), client.can(${cy})])`), [true, false]);
    await context.close();
  }).timeout(60_000);

  it('is at most 5.25 kB, zipped, with its hooks, and 6 kB in Node', async () => {
    const all = "export * from './browser.ts'; export * from './react/use-can.ts';";
    const size = await sizeOf(all);
    assert.isAbove(size, 3000);
    assert.isAtMost(size, 5250);
    assert.isAtMost(await sizeOf("export * from './node.ts';", 'node'), 6000);
    assert.isAtMost(await sizeOf("export * from './express/guard.ts';"), 1500);
    assert.isAtMost(await sizeOf("export * from './casl/casl-rules.ts';"), 1000);
  });
});
