import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { repository } from '../../docs/markdown.ts';
import { createScratchClone, type Finished, type ScratchClone } from './scratch-clone.ts';

interface Job {
  readonly extends?: string;
  readonly image?: string;
  readonly needs?: readonly string[];
  readonly rules?: readonly { readonly if: string; readonly when?: string }[];
  readonly environment?: Record<string, string>;
  readonly script?: readonly string[];
  readonly before_script?: readonly string[];
  readonly variables?: Record<string, unknown>;
  readonly artifacts?: { readonly when: string; readonly paths?: string[]; readonly reports?: { junit: string } };
}

const pipeline = load(readFileSync(join(repository, 'docs/ci/gitlab-ci.yml'), 'utf8')) as Record<string, Job>;
const workspace = 'policies/acme/support-emea.yaml';
const me = 42;

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

/** GitLab's notes of merge request 7 of project 3; its refusals are for a token that may only read. */
function startGitlab(notes: Note[], requests: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    let sent = '';
    request.setEncoding('utf8').on('data', (text: string) => (sent += text));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push(`${method} ${url}`);
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      };
      if (headers['private-token'] === 'reads-only' && method !== 'GET') return answer(403, { message: 'Forbidden' });
      const path = '/api/v4/projects/3/merge_requests/7/notes';
      if (url === '/api/v4/user') return answer(200, { id: me });
      if (method === 'GET' && url === `${path}?sort=asc&per_page=100`) return answer(200, notes.slice(0, 100));
      const { body } = JSON.parse(sent) as { body: string };
      if (method === 'POST' && url === path) {
        notes.push({ id: notes.length + 1, author: { id: me }, body });
        return answer(201, notes.at(-1));
      }
      const known = notes.find(({ id }) => url === `${path}/${id}`);
      if (method !== 'PUT' || known?.author.id !== me) return answer(403, { message: 'Forbidden' });
      known.body = body;
      return answer(200, known);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('the example for GitLab', function () {
  this.timeout(60_000);
  let clone: ScratchClone;
  let server: Server;
  let notes: Note[];
  let requests: string[];

  beforeEach(async () => {
    [notes, requests] = [[], []];
    server = await startGitlab(notes, requests);
    clone = await createScratchClone();
    clone.git('switch', '--quiet', '--create', 'change');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await clone.remove();
  });

  /** All lines of a job in one shell that stops at the first that fails, as GitLab's runner has them. */
  const runJob = (name: string, env: Record<string, string> = {}, folder = '.'): Promise<Finished> => {
    const lines = pipeline[name]?.script ?? [];
    assert.isNotEmpty(lines);
    return clone.bash([`cd '${folder}'`, 'set -eo pipefail', ...lines].join('\n'), {
      CI_MERGE_REQUEST_DIFF_BASE_SHA: clone.git('rev-parse', 'main').trim(),
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
      CI_PROJECT_ID: '3',
      CI_MERGE_REQUEST_IID: '7',
      ...env,
    });
  };
  const letTeamLeadsInvite = async (): Promise<void> => {
    await clone.edit(workspace, '      - "report:*"\n', '      - "report:*"\n      - teammate:manage\n');
    clone.commit('Team leads invite teammates');
  };

  /** The job with the token, in a folder that has nothing but what `roles-diff` left. */
  const postNote = async (env: Record<string, string>): Promise<Finished> => {
    await clone.bash('rm -rf ../note && mkdir ../note && cp -P rolebook-diff.md ../note/');
    return runJob('roles-note', env, '../note');
  };

  it('runs nothing of the branch, and has the whole history', () => {
    const { '.roles': shared, '.roles-review': reading, ...jobs } = pipeline;
    assert.match(String(shared?.image), /\/rolebook:\d/);
    assert.deepEqual(reading?.variables, { GIT_DEPTH: 0, GIT_SUBMODULE_STRATEGY: 'none' });
    assert.deepEqual(Object.keys(jobs), ['roles-lint', 'roles-test', 'roles-diff', 'roles-note']);
    for (const job of Object.values(pipeline)) {
      assert.strictEqual(job.before_script, undefined);
      assert.notMatch((job.script ?? []).join('\n'), /\bnpm\b|\bnpx\b|\.\/|node_modules/);
    }
  });

  it('gives the token to one job, which checks nothing out and takes what it posts from the job before', () => {
    const { 'roles-note': note, ...others } = pipeline;
    assert.notInclude(JSON.stringify(others), 'ROLES_TOKEN');
    assert.strictEqual(note?.extends, '.roles');
    assert.deepEqual(note?.variables, { GIT_STRATEGY: 'none' });
    assert.deepEqual(note?.needs, ['roles-diff']);
    assert.deepEqual(note?.rules, [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"', when: 'always' }]);
    assert.deepEqual(note?.environment, { name: 'roles-note', action: 'access' });
    assert.strictEqual(pipeline['roles-diff']?.artifacts?.when, 'always');
  });

  it('passes while nobody gains or loses anything', async () => {
    await clone.edit(workspace, 'Runs a shift,', 'Leads a shift,');
    clone.commit('Say it better');
    for (const name of ['roles-lint', 'roles-test', 'roles-diff']) {
      const done = await runJob(name);
      assert.strictEqual(done.exitCode, 0, done.all);
    }
    assert.match(await clone.read('rolebook-diff.md'), /^### Access: nobody gains or loses anything\n/);
    assert.isEmpty(requests);
  });

  it('fails its lint for a role that is not there, and its tests for a promise that is broken', async () => {
    await letTeamLeadsInvite();
    assert.strictEqual((await runJob('roles-lint')).exitCode, 0);
    assert.strictEqual((await runJob('roles-test')).exitCode, 1);
    const report = pipeline['roles-test']?.artifacts?.reports?.junit ?? '';
    assert.match(await clone.read(report), /<testsuites[^]*<failure/);
    assert.strictEqual(pipeline['roles-test']?.artifacts?.when, 'always');
    await clone.edit(workspace, 'extends: member ', 'extends: membr ');
    assert.strictEqual((await runJob('roles-lint')).exitCode, 1);
  });

  it('fails when a way to more opens, unless the label accepts it', async () => {
    await letTeamLeadsInvite();
    assert.strictEqual((await runJob('roles-diff')).exitCode, 1);
    const [path = ''] = pipeline['roles-diff']?.artifacts?.paths ?? [];
    const found = await clone.read(path);
    assert.include(found, '**Needs to be accepted**');
    assert.include(found, 'ana@acme.example');
    assert.include(await clone.read(path), '`CI_MERGE_REQUEST_DIFF_BASE_SHA`');
    for (const [labels, code] of [
      ['access-accepted', 0],
      ['bug,access-accepted,$(touch x)', 0],
      ['bug,access-accepted-not', 1],
      ['"; touch x; "', 1],
    ] as const)
      assert.strictEqual((await runJob('roles-diff', { CI_MERGE_REQUEST_LABELS: labels })).exitCode, code, labels);
    assert.notStrictEqual((await clone.bash('ls x')).exitCode, 0);
  });

  it("writes one note and the next time the same one, and nobody else's", async () => {
    notes.push({ id: 1, author: { id: 9 }, body: '<!-- rolebook -->\nnobody gains anything' });
    const env = { ROLES_TOKEN: 'glpat-secret' };
    await letTeamLeadsInvite();
    assert.strictEqual((await runJob('roles-diff')).exitCode, 1);
    assert.strictEqual((await postNote(env)).exitCode, 0);
    await clone.edit(workspace, '      - teammate:manage\n', '');
    assert.strictEqual((await runJob('roles-diff')).exitCode, 0);
    const second = await postNote(env);
    assert.strictEqual(second.all, '');
    assert.lengthOf(notes, 2);
    assert.include(notes[0]?.body as string, 'nobody gains anything');
    assert.strictEqual(notes[1]?.body, `<!-- rolebook -->\n${await clone.read('rolebook-diff.md')}`);
    assert.deepEqual(
      requests.filter((request) => !request.startsWith('GET')),
      ['POST /api/v4/projects/3/merge_requests/7/notes', 'PUT /api/v4/projects/3/merge_requests/7/notes/2'],
    );
    // A line that begins with a slash would be a command to GitLab.
    assert.notMatch(String(notes[1]?.body), /^\//m);
  });

  it('says that no note could be written', async () => {
    await letTeamLeadsInvite();
    await runJob('roles-diff');
    for (const env of [{ ROLES_TOKEN: 'reads-only' }, { ROLES_TOKEN: 'x', CI_API_V4_URL: 'http://127.0.0.1:1' }]) {
      const done = await postNote(env);
      assert.strictEqual(done.exitCode, 0);
      assert.strictEqual(done.stdout, 'the note could not be written\n');
    }
    assert.strictEqual((await postNote({})).stdout, 'there is no token, so no note\n');
    assert.isEmpty(notes);
  });

  it('posts a plain file alone, cut where it is long, and nothing that cannot be seen', async () => {
    const env = { ROLES_TOKEN: 'glpat-secret' };
    await clone.bash('ln -s /etc/hostname rolebook-diff.md');
    assert.strictEqual((await postNote(env)).stdout, 'the note could not be written\n');
    await clone.bash('rm rolebook-diff.md');
    await clone.write('rolebook-diff.md', `$(touch x) \u202e\u001b[2J"'\n${'x'.repeat(200_000)}`);
    assert.strictEqual((await postNote(env)).all, '');
    assert.lengthOf(notes, 1);
    assert.match(String(notes[0]?.body), /^<!-- rolebook -->\n\$\(touch x\) \ufffd\ufffd\[2J"'\nx{90000,100000}$/);
  });

  it('writes over what the branch has under the name of the artifact, and not through it', async () => {
    await clone.write('../victim', 'untouched');
    await clone.bash('ln -s ../victim rolebook-diff.md');
    await letTeamLeadsInvite();
    assert.strictEqual((await runJob('roles-diff')).exitCode, 1);
    assert.strictEqual(await clone.read('../victim'), 'untouched');
    assert.include(await clone.read('rolebook-diff.md'), '**Needs to be accepted**');
  });

  it('runs no rolebook of the branch', async () => {
    await clone.bash('rm node_modules/.bin/rolebook');
    for (const path of ['node_modules/.bin/rolebook', 'rolebook', 'npx']) {
      await clone.write(path, '#!/bin/sh\ntouch ../caught\n');
      await clone.bash(`chmod +x ${path}`);
    }
    await clone.write('.npmrc', 'node-options=--require ./trap.cjs\n');
    await clone.write('package.json', '{"scripts": {"rolebook": "touch ../caught"}}');
    await letTeamLeadsInvite();
    assert.strictEqual((await runJob('roles-diff')).exitCode, 1);
    assert.notStrictEqual((await clone.bash('ls ../caught')).exitCode, 0);
  });
});
