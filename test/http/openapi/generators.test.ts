import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openGenerators } from '../../support/generators.ts';
import { disposeSidecars, runSidecar, type Call, type RunningSidecar } from '../../support/running-sidecar.ts';

const run = promisify(execFile);

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

interface Described {
  readonly responses: Readonly<Record<string, { content: Readonly<Record<string, { schema: { $ref: string } }>> }>>;
}

/** What somebody writes who has these types: each line below `@ts-expect-error` must not compile. */
const typed = `import type { components, operations } from './api.ts';
type Asked = operations['enforce']['requestBody']['content']['application/json'];
type Answer = operations['enforce']['responses'][200]['content']['application/json'];
type Reason = NonNullable<Answer['reason']>;
declare const answer: Answer;
declare const reason: Reason;
declare const held: components['schemas']['Permissions'];
export const right: Asked[] = [
  { subject: 'ana', workspace: 'support', permission: 'tag:create' },
  { subject: { type: 'user', id: 'ana', properties: { team: ['a'] } }, organization: 'acme', permission: 'tag:create' },
  { subject: 'ana', workspace: 'support', permission: 'message:send', scope: ['shared'], resource: { owner: 'bo' } },
];
export const decided: boolean = answer.decision;
export const revision: string = answer.revision;
export const message: string = reason.message;
export const first: boolean | undefined = held.permissions[0]?.decision;
export const wrong: Asked[] = [
  // @ts-expect-error Nobody asks.
  { workspace: 'support', permission: 'tag:create' },
  // @ts-expect-error A number is no subject.
  { subject: 7, workspace: 'support', permission: 'tag:create' },
  // @ts-expect-error A permission that is a list.
  { subject: 'ana', workspace: 'support', permission: ['tag:create'] },
  // @ts-expect-error A member that there is not.
  { subject: 'ana', workspace: 'support', permission: 'tag:create', ressource: {} },
];
// @ts-expect-error No other word than those of the document.
export const code: Reason['code'] = 'allowed';
// @ts-expect-error A decision is no text.
export const text: string = answer.decision;
`;

const question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const ofWorkspace = '/v1/workspaces/{workspace}';

/** Calls of every kind, each by the path of the document. */
const calls: readonly (readonly [template: string, path: string, call?: Call])[] = [
  ['/v1/enforce', '/v1/enforce', { method: 'POST', body: question }],
  ['/v1/enforce', '/v1/enforce?explain', { method: 'POST', body: question }],
  ['/v1/enforce', '/v1/enforce?explain', { method: 'POST', body: { ...question, subject: 'dee@acme.example' } }],
  ['/v1/enforce', '/v1/enforce', { method: 'POST', body: { ...question, subject: 7 } }],
  ['/v1/enforce/batch', '/v1/enforce/batch', { method: 'POST', body: { requests: [question, question] } }],
  ['/v1/policy', '/v1/policy'],
  ['/v1/catalog', '/v1/catalog'],
  ['/v1/workspaces', '/v1/workspaces'],
  ['/healthz', '/healthz'],
  [`${ofWorkspace}/roles`, '/v1/workspaces/support/roles'],
  [`${ofWorkspace}/roles/{role}`, '/v1/workspaces/support/roles/trainee'],
  [`${ofWorkspace}/roles`, '/v1/workspaces/nowhere/roles'],
  [`${ofWorkspace}/members/{subject}/permissions`, '/v1/workspaces/support/members/ana@acme.example/permissions'],
  [`${ofWorkspace}/permissions/{permission}/members`, '/v1/workspaces/support/permissions/message:send/members'],
  ['/v1/subjects/{subject}/access', '/v1/subjects/ana@acme.example/access?permissions'],
];

/** What is no answer of that name. */
const nothing: readonly (readonly [string, unknown])[] = [
  ['EnforceAnswer', {}],
  ['EnforceAnswer', { decision: 'true', revision: '3f9c2a1b7d4e' }],
  ['EnforceAnswer', { decision: 1, revision: '3f9c2a1b7d4e' }],
  ['EnforceAnswer', { decision: null, revision: '3f9c2a1b7d4e' }],
  ['EnforceAnswer', [{ decision: true, revision: '3f9c2a1b7d4e' }]],
  ['EnforceAnswer', { decision: true }],
  ['BatchAnswer', { decisions: {}, revision: '3f9c2a1b7d4e' }],
  ['BatchAnswer', { decisions: [{}], revision: '3f9c2a1b7d4e' }],
  ['Permissions', { permissions: true }],
  ['Problem', { title: 'Not Found' }],
];

const inPython = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase();

describe('what generators make of /openapi.json', () => {
  let folder = '';
  let running: RunningSidecar;
  let api: ApiDocument;
  before(async function () {
    this.timeout(600_000);
    folder = await openGenerators();
    running = await runSidecar();
    const { json, text } = await running.call('/openapi.json');
    api = json as ApiDocument;
    await writeFile(join(folder, 'openapi.json'), text);
  });
  after(async () => {
    await disposeSidecars();
    if (folder !== '') await rm(folder, { recursive: true });
  });

  const node = (...words: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, words, { cwd: folder }).catch((error: unknown) => {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      return assert.fail(`${words[0] ?? ''} failed:\n${stdout}${stderr}`);
    });

  it('are types of TypeScript that let pass what is right, and nothing else', async () => {
    await node('../node_modules/openapi-typescript/bin/cli.js', 'openapi.json', '--output', 'api.ts');
    await writeFile(join(folder, 'typed.ts'), typed);
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    const compilerOptions = {
      ...strict,
      module: 'nodenext',
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    await node('../node_modules/typescript/bin/tsc', '--project', '.');
  }).timeout(300_000);

  it('are classes of Python that read every answer, write the same again, and refuse what is none', async () => {
    const answers: [string, unknown][] = [];
    for (const [template, path, call] of calls) {
      const { status, json } = await running.call(path, call);
      const { content } = api.paths[template]![(call?.method ?? 'GET').toLowerCase()]!.responses[status]!;
      const [{ schema } = { schema: { $ref: '' } }] = Object.values(content);
      answers.push([inPython(schema.$ref.split('/').at(-1) ?? ''), json]);
    }
    const wrong = nothing.map(([name, value]) => [inPython(name), value]);
    await writeFile(join(folder, 'answers.json'), JSON.stringify([...answers, ...wrong]));
    await node('write-python.js');
    const outcomes = JSON.parse((await node('run-python.js')).stdout) as string[];
    assert.deepEqual(
      answers.map(([name], index) => [name, outcomes[index]]),
      answers.map(([name]) => [name, 'same']),
    );
    for (const outcome of outcomes.slice(answers.length)) assert.match(outcome, /^refused: /);
    assert.lengthOf(outcomes, answers.length + nothing.length);
  }).timeout(300_000);
});
