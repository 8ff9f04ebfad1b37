import { assert } from 'chai';
import type { TokenScope } from '../../../src/http/access/token.ts';
import { tokenScopes } from '../../../src/http/access/token.ts';
import { describeApi } from '../../../src/http/endpoint/describe-api.ts';
import type { Endpoint, ServedEndpoint } from '../../../src/http/endpoint/endpoint.ts';
import { jsonAnswer } from '../../../src/http/messages/answer.ts';
import { named } from '../../../src/http/openapi/named-schema.ts';
import { problemsOf, tags } from '../../../src/http/openapi/openapi-operation.ts';
import { record, text } from '../../../src/http/openapi/openapi-words.ts';
import { endpoints, openApiDocument } from '../../../src/http/sidecar-listener.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

function realPath({ path }: Endpoint): string {
  return path
    .replace(':workspace', 'support')
    .replace(':organization', 'acme')
    .replace(':subject', 'ana%40acme.example');
}

const tokenOf = (scope: TokenScope): string => `the-token-that-may-${scope}`;

const sound: ServedEndpoint = {
  route: 'sound',
  method: 'GET',
  path: '/v1/workspaces/:workspace/sound',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'getSound',
    tag: 'Policy',
    summary: 'Sound',
    answer: named('Sound', record({ text })),
    problems: [],
  },
  serve: () => () => jsonAnswer(200, {}),
};

describe('every endpoint', () => {
  let guarded: RunningSidecar;
  let secrets: PolicyFolder;
  before(async () => {
    const lines = (scopes: readonly TokenScope[]): string =>
      scopes.map((scope) => `${tokenOf(scope)} scopes=${scope}\n`).join('');
    secrets = await createPolicyFolder({
      tokens: lines(['decide', 'read']),
      'admin-tokens': lines(['change', 'provision']),
    });
    guarded = await runSidecar({
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admin-tokens`,
    });
  });
  after(async () => {
    await disposeSidecars();
    await secrets.dispose();
  });

  const call = (endpoint: Endpoint, scope?: TokenScope, more: { query?: string; body?: Buffer } = {}): Promise<Reply> =>
    guarded.call(`${realPath(endpoint)}${more.query ?? ''}`, {
      method: endpoint.method,
      headers: scope === undefined ? {} : { Authorization: `Bearer ${tokenOf(scope)}` },
      ...(endpoint.body === undefined ? {} : { body: more.body ?? '{}' }),
    });

  it('says of itself who may call it, and is in the list once', () => {
    for (const endpoint of endpoints) {
      assert.include(['open', ...tokenScopes], endpoint.access.need, nameOf(endpoint));
      assert.include(['place', 'whole', 'operators'], endpoint.access.extent, nameOf(endpoint));
    }
    assert.strictEqual(new Set(endpoints.map(nameOf)).size, endpoints.length);
    assert.isAbove(endpoints.length, 15);
  });

  it('cannot be written without access, operation or answer', () => {
    const { access, operation, serve, ...bare } = sound;
    // @ts-expect-error nobody says who may call it
    const open: Endpoint = { ...bare, operation, serve };
    // @ts-expect-error nobody says what it does
    const silent: Endpoint = { ...bare, access, serve };
    // @ts-expect-error nothing answers
    const dead: Endpoint = { ...bare, access, operation };
    // @ts-expect-error a scope that there is not
    const odd: Endpoint = { ...sound, access: { need: 'everything', extent: 'place' } };
    // @ts-expect-error decisions have a body
    const empty: Endpoint = { ...bare, access, operation, method: 'POST', decide: () => () => jsonAnswer(200, {}) };
    assert.lengthOf([open, silent, dead, odd, empty], 5);
  });

  it('lets in who has a token with its scope, and nobody with another or none', async () => {
    for (const endpoint of endpoints) {
      const { need } = endpoint.access;
      for (const scope of [undefined, ...tokenScopes]) {
        const { status } = await call(endpoint, scope);
        const isLetIn = need === 'open' || scope === need;
        const expected = scope === undefined ? 401 : 403;
        if (isLetIn) assert.notInclude([401, 403], status, `${nameOf(endpoint)} with ${scope}`);
        else assert.strictEqual(status, expected, `${nameOf(endpoint)} with ${scope}`);
      }
    }
  });

  it('takes the methods that its path has in the list, and tells them in `Allow`', async () => {
    const running = await runSidecar();
    for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
      const served = endpoints.filter((endpoint) => endpoint.path === path);
      const methods = served.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const reply = await running.call(realPath(served[0] ?? sound), { method });
        if (methods.includes(method)) {
          assert.notStrictEqual(reply.status, 405, `${method} ${path}`);
          continue;
        }
        assert.strictEqual(reply.status, 405, `${method} ${path}`);
        assert.strictEqual(reply.headers.allow, methods.join(', '), `${method} ${path}`);
      }
      // What is filled in at the end of a path may be anything.
      const longer = /:\w+$/.test(path) ? `${path}/x` : `${path}x`;
      for (const wrong of [`${path}/`, longer, path.toUpperCase()]) {
        assert.strictEqual((await running.call(wrong)).status, 404, wrong);
      }
    }
  });

  it('is counted under its own route, at nought before anybody calls', async () => {
    const running = await runSidecar();
    const { text: before } = await running.call('/metrics');
    const routes = [...before.matchAll(/^rolebook_http_requests_total\{route="([^"]+)",status="2xx"\} 0$/gm)];
    const expected = [...new Set(endpoints.map(({ route }) => route)), 'unknown'];
    assert.deepEqual(
      routes.map(([, route]) => route),
      expected,
    );
    assert.notInclude(
      endpoints.map(({ route }) => route),
      'unknown',
    );
  });

  it('refuses a body beyond its limit, and what its schema does not know', async () => {
    for (const endpoint of endpoints) {
      const { body, access } = endpoint;
      // What a hook says is signed as it is, and looked at by nobody but for that.
      if (body === undefined || access.need === 'open') continue;
      const scope = access.need;
      const fitting = Buffer.alloc(body.maximumBytes, ' ');
      assert.include(
        (await call(endpoint, scope, { body: fitting })).json as object,
        {
          code: 'malformed-json',
        },
        nameOf(endpoint),
      );
      const beyond = Buffer.alloc(body.maximumBytes + 1, ' ');
      assert.include(
        (await call(endpoint, scope, { body: beyond })).json as object,
        {
          code: 'body-too-large',
        },
        nameOf(endpoint),
      );
      const unknown = Buffer.from('{"unknown": 1}');
      assert.include(
        (await call(endpoint, scope, { body: unknown })).json as object,
        {
          code: 'invalid-request',
        },
        nameOf(endpoint),
      );
    }
  });

  it('knows the parameters that its operation has, and no others', async () => {
    for (const endpoint of endpoints) {
      const { query } = endpoint.operation;
      if (query === undefined) continue;
      const scope = endpoint.access.need as TokenScope;
      for (const name of Object.keys(query)) {
        const { json } = await call(endpoint, scope, { query: `?${name}=true` });
        const { code, detail } = (json ?? {}) as { code?: string; detail?: string };
        assert.strictEqual(code === 'unknown-parameter' ? detail : 'known', 'known', `${nameOf(endpoint)}?${name}`);
      }
      for (const name of ['nothing', 'toString', '__proto__', 'constructor', 'Explain', 'Limit', 'role%5B%5D']) {
        const { json } = await call(endpoint, scope, { query: `?${name}=1` });
        assert.strictEqual((json as { code?: string }).code, 'unknown-parameter', `${nameOf(endpoint)}?${name}`);
      }
    }
  });

  it('has a name that a client generator can make a function of', () => {
    const names = endpoints.map(({ operation }) => operation.id);
    for (const name of names) {
      assert.match(name, /^(enforce|list|get|set|remove|reload|make|revert|tell)([A-Z][a-z]+)*([A-Z][A-Za-z]+)?$/);
    }
    assert.strictEqual(new Set(names.map((name) => name.toLowerCase())).size, names.length);
    // Clients are made of these: a name that is given stays.
    assert.includeMembers(names, [
      'enforce',
      'enforceBatch',
      'listPermissions',
      'listRoles',
      'listWorkspaceMembers',
      'getOrganizationMember',
      'setWorkspaceMember',
      'removeOrganizationMember',
      'getPolicy',
      'reloadPolicy',
    ]);
  });

  it('says of every object whether it takes more than it names', () => {
    const open: string[] = [];
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { type } = value as { type?: unknown };
      const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
      if (isObject) {
        assert.property(value, 'additionalProperties', at);
        if ((value as { additionalProperties: unknown }).additionalProperties === true) open.push(at);
      }
      for (const [key, part] of Object.entries(value)) walk(part, `${at}/${key}`);
    };
    walk(openApiDocument, '');
    const names = open.map((at) => at.split('/').at(-1));
    assert.deepEqual(
      new Set(names),
      new Set([
        ...['resource', 'context', 'properties', 'schema', 'ToldPush'],
        // Of a change that was made: its edits as they were asked for; of a test: how it failed.
        'items',
      ]),
    );
  });

  it('has its request schemas in the document, the very ones that check', () => {
    const { schemas } = openApiDocument.components;
    for (const { body } of endpoints) {
      if (body === undefined) continue;
      const written = JSON.stringify(describeApi(endpoints).components.schemas);
      assert.strictEqual(written, JSON.stringify(schemas));
      const bare = JSON.stringify(body.schema, (key, value: unknown) => (key === 'items' ? undefined : value));
      const found = Object.values(schemas).map((schema) =>
        JSON.stringify(schema, (key, value: unknown) => (key === 'items' ? undefined : value)),
      );
      assert.include(found, bare);
    }
  });
});

describe('the document of endpoints', () => {
  it('has what one file says, and needs nothing else', () => {
    const { paths, components } = describeApi([sound]);
    const { get } = paths['/v1/workspaces/{workspace}/sound'] as { get: { responses: object; parameters: object[] } };
    assert.include(get as object, { operationId: 'getSound', summary: 'Sound' });
    assert.lengthOf(get.parameters, 1);
    assert.includeMembers(Object.keys(get.responses), ['200', '400', '401', '403', '405', '421', '500', '503']);
    assert.includeMembers(Object.keys(components.schemas), ['Sound', 'Problem', 'PolicyProblem']);
  });

  it('refuses two schemas of one name, and a part of a path that nobody described', () => {
    const other = { ...sound.operation, answer: named('Sound', record({})) };
    assert.throws(() => describeApi([sound, { ...sound, path: '/other', operation: other }]), 'have the name Sound');
    assert.throws(() => describeApi([{ ...sound, path: '/v1/:nothing' }]), 'nobody says what :nothing');
  });

  it('tells what each door refuses, once each', () => {
    const { operation } = sound;
    const open = problemsOf(operation, { takesBody: false, needsToken: false });
    assert.notIncludeMembers([...open], ['unauthenticated']);
    assert.notIncludeMembers([...open], ['malformed-json']);
    const all = problemsOf({ ...operation, query: {} }, { takesBody: true, needsToken: true });
    assert.includeMembers([...all], ['unauthenticated', 'malformed-json', 'unknown-parameter', 'overloaded']);
    assert.strictEqual(new Set(all).size, all.length);
    assert.include(Object.keys(tags), operation.tag);
  });
});
