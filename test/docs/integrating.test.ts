import { assert } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../support/command-line.ts';
import { compilerFaults } from '../support/compiler-faults.ts';
import { disposeSidecars, runSidecar } from '../support/running-sidecar.ts';
import { codeBlocks, repository } from './markdown.ts';

const page = 'docs/integrating.md';

/** What an application has of its own: here the header says who is signed in. */
const session = `
export interface Session { readonly userId: string; readonly workspace: string }
interface Headers { get?(name: string): string | null; readonly [name: string]: unknown }
export function sessionOf(request: { readonly headers: unknown }): Session | undefined {
  const userId = (request.headers as Headers)['x-user'];
  return typeof userId === 'string' ? { userId, workspace: 'support' } : undefined;
}
`;

// Of a framework that is not installed here, as far as the page calls it.
const fastify = `
declare module 'fastify' {
  interface Request { readonly headers: Readonly<Record<string, unknown>> }
  interface Reply { code(status: number): Reply; send(): Reply }
  type Handler = (request: Request, reply: Reply) => Promise<Reply | undefined>;
  export default function fastify(): { post(path: string, route: { preHandler: Handler; handler: Handler }): void };
}
`;

/** The blocks of the page as the files of one application. */
async function filesOfPage(): Promise<ReadonlyMap<string, string>> {
  const cwd = mkdtempSync(join(repository, 'node_modules/.cache/types-'));
  await runCommand(['init'], { cwd });
  const { stdout: types } = await runCommand(['types'], { cwd });
  rmSync(cwd, { recursive: true });
  const [client = '', ...blocks] = codeBlocks(page, 'ts');
  const numbered = blocks.map((text, index) => [`block-${index}.ts`, text] as const);
  const pages = codeBlocks(page, 'tsx').map((text, index) => [`page-${index}.tsx`, text] as const);
  return new Map([
    ...([
      ['client.ts', client],
      ['permissions.ts', types],
      ['session.ts', session],
    ] as const),
    ...([['fastify.d.ts', fastify]] as const),
    ...numbered,
    ...pages,
  ]);
}

describe(page, () => {
  let folder = '';
  let files: ReadonlyMap<string, string>;
  before(async () => {
    mkdirSync(join(repository, 'node_modules/.cache'), { recursive: true });
    folder = mkdtempSync(join(repository, 'node_modules/.cache/integrating-'));
    files = await filesOfPage();
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await disposeSidecars();
  });

  it('shows programs that compile against the package', async () => {
    assert.isAbove(files.size, 9);
    const found = await compilerFaults(folder, { jsx: 'react-jsx', lib: ['es2023', 'dom'] });
    assert.deepEqual(found, []);
  }).timeout(60_000);

  it('shows routes that let pass who may, and a question by hand that is answered', async () => {
    const cwd = mkdtempSync(join(folder, 'policy-'));
    await runCommand(['init'], { cwd });
    const running = await runSidecar({ root: cwd });
    process.env['ROLEBOOK_URL'] = running.address;
    const express = [...files].find(([, text]) => text.includes("from 'express'"))?.[0] ?? '';
    const { app } = (await import(pathToFileURL(join(folder, express)).href)) as { app: RequestListener };
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const post = async (path: string, user?: string): Promise<number> => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
      return (await fetch(url, { method: 'POST', headers: user === undefined ? {} : { 'X-User': user } })).status;
    };
    const found = [
      await post('/tags', 'bo@example.com'),
      await post('/tags', 'dara@example.com'),
      await post('/tags'),
      await post('/conversations/dara@example.com/messages', 'dara@example.com'),
      await post('/conversations/bo@example.com/messages', 'dara@example.com'),
    ];
    assert.deepEqual(found, [201, 403, 401, 201, 403]);
    const [name = '', text = ''] = [...files].find(([, block]) => block.startsWith('const response')) ?? [];
    writeFileSync(join(folder, name), text.replace('http://127.0.0.1:8181', running.address));
    const byHand = (await import(pathToFileURL(join(folder, name)).href)) as { isAllowed: boolean };
    assert.isTrue(byHand.isAllowed);
    server.closeAllConnections();
    server.close();
    delete process.env['ROLEBOOK_URL'];
  }).timeout(60_000);
});
