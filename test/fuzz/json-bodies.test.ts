import { assert } from 'chai';
import fc from 'fast-check';
import { Agent, request as httpRequest } from 'node:http';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import { isJsonObject, type JsonObject } from '../../src/policy/text/json.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../support/running-sidecar.ts';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';

interface Mutation {
  readonly kind: 'flip' | 'insert' | 'delete' | 'repeat' | 'swap';
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const subjects = ['ana@acme.example', 'bo@acme.example', 'cy@acme.example', 'olu@acme.example', 'nobody'];
const permissions = ['message:send', 'tag:create', 'comment:send', 'analytics:view', 'tag:creat'];
const scopes = ['personal', 'shared', 'nothing'];

// In the order of the documentation often, because that is what is read on a short way.
const question = fc.record(
  {
    subject: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...subjects) },
      fc.record({ type: fc.constantFrom('user', 'robot'), id: fc.constantFrom(...subjects) }),
    ),
    workspace: fc.constantFrom('support', 'support', 'sales'),
    permission: fc.constantFrom(...permissions),
    scope: fc.oneof(fc.constantFrom(...scopes), fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1 })),
    resource: fc.record({ owner: fc.oneof(fc.constantFrom(...subjects), fc.jsonValue()) }),
    context: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue(), { maxKeys: 3 }),
  },
  { requiredKeys: ['subject', 'workspace', 'permission'] },
);
const names = ['subject', 'workspace', 'permission', 'scope', 'resource', 'context', 'id', 'type', '__proto__', 'x'];
const body = fc.record({
  value: fc.oneof(question, fc.record({ requests: fc.array(question, { maxLength: 4 }) }), fc.jsonValue()),
  odd: fc.option(fc.record({ name: fc.constantFrom(...names), value: fc.jsonValue() })),
  /** Written by hand, so that a name can stand twice. */
  twice: fc.option(fc.record({ name: fc.constantFrom(...names), value: fc.jsonValue() }), { freq: 5 }),
  indent: fc.constantFrom(0, 0, 1),
  mutations: fc.array(
    fc.record({
      kind: fc.constantFrom<Mutation['kind'][]>('flip', 'insert', 'delete', 'repeat', 'swap'),
      at: fc.nat(400),
      length: fc.integer({ min: 1, max: 12 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    }),
    { maxLength: 3 },
  ),
});

type Body = typeof body extends fc.Arbitrary<infer Value> ? Value : never;

function write({ value, odd, twice, indent, mutations }: Body): Buffer {
  const whole = odd !== null && isJsonObject(value) ? { ...(value as JsonObject), [odd.name]: odd.value } : value;
  let text = JSON.stringify(whole, undefined, indent);
  if (twice !== null && text.startsWith('{')) {
    text = `{${JSON.stringify(twice.name)}:${JSON.stringify(twice.value)}${text === '{}' ? '' : ','}${text.slice(1)}`;
  }
  return mutations.reduce(mutate, Buffer.from(text));
}

function mutate(bytes: Buffer, { kind, at: wanted, length, bytes: other }: Mutation): Buffer {
  const at = bytes.length === 0 ? 0 : wanted % bytes.length;
  const part = bytes.subarray(at, at + length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + part.length)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, part.map((byte) => byte ^ (1 << (length % 8))), after]);
    case 'insert':
      return Buffer.concat([before, other, bytes.subarray(at)]);
    case 'delete':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, part, part, after]);
    case 'swap':
      return Buffer.concat([after, part, before]);
  }
}

/** Whether a name stands twice in an object of a JSON text; told by its tokens, not by its value. */
function hasNameTwice(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  const tokens = text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g) ?? [];
  for (const token of tokens) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string;
      const known = open.at(-1);
      if (known?.has(name) === true) return true;
      known?.add(name);
    }
  }
  return false;
}

/** Reads a body as strictly as the documentation says; undefined: it may not be decided. */
function readStrictly(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return hasNameTwice(text) ? undefined : value;
  } catch {
    return undefined;
  }
}

const known = ['subject', 'workspace', 'permission', 'scope', 'resource', 'context'];

function toRequest(value: unknown): EnforceRequest | undefined {
  if (!isJsonObject(value)) return undefined;
  const { subject, workspace, permission, scope, resource, context, ...others } = value;
  if (Object.keys(others).length > 0 || Object.keys(value).some((name) => !known.includes(name))) return undefined;
  if (typeof workspace !== 'string' || typeof permission !== 'string') return undefined;
  const named =
    typeof subject === 'string'
      ? { type: 'user', id: subject }
      : (subject as { type?: unknown; id?: unknown; properties?: JsonObject });
  if (
    typeof named !== 'object' ||
    (named as unknown) === null ||
    typeof named.type !== 'string' ||
    typeof named.id !== 'string'
  )
    return undefined;
  const list = typeof scope === 'string' ? [scope] : (scope as readonly string[] | undefined);
  return {
    subjectType: named.type,
    subjectId: named.id,
    subjectProperties: 'properties' in named ? named.properties : undefined,
    workspace,
    permission,
    scopes: list,
    resource: resource as JsonObject | undefined,
    context: context as JsonObject | undefined,
  };
}

describe('fuzzing the bodies of requests', function () {
  this.timeout(fuzzTimeoutMs);
  let running: RunningSidecar;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  before(async () => (running = await runSidecar()));
  after(async () => {
    agent.destroy();
    assert.strictEqual(running.logged.text, '', 'nothing of this is worth a line in the log');
    await disposeSidecars();
  });

  const post = (path: string, sent: Buffer): Promise<{ status: number; text: string; type: string | undefined }> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': sent.length };
      const asked = httpRequest({ host: '127.0.0.1', port: running.port, path, method: 'POST', headers, agent });
      asked.on('error', reject);
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, type: response.headers['content-type'] }),
        );
      });
      asked.end(sent);
    });

  it('finds none that fails, or is decided otherwise than a strict reader would', async () => {
    const property = fc.asyncProperty(body, fc.boolean(), async (made, isExplained) => {
      const bytes = write(made);
      const query = isExplained ? '?explain' : '';
      const value = readStrictly(bytes);
      const engine = running.live.current?.engine;
      for (const path of ['/v1/enforce', '/v1/enforce/batch']) {
        const { status, text, type } = await post(`${path}${query}`, bytes);
        if (status !== 200) {
          assert.isAtLeast(status, 400, text);
          assert.isAtMost(status, 499, text);
          assert.strictEqual(type, 'application/problem+json');
          assert.notInclude(text, '"decision"');
          continue;
        }
        const isBatch = path.endsWith('batch');
        const questions = isBatch ? (value as { requests: unknown[] }).requests : [value];
        const answer = JSON.parse(text) as { decision: boolean; decisions: { decision: boolean }[] };
        const decisions = (isBatch ? answer.decisions : [answer]).map(({ decision }) => decision);
        const expected = questions.map((one) => {
          const asked = toRequest(one);
          assert.notStrictEqual(asked, undefined, `a strict reader refuses ${bytes.toString()}`);
          return asked && engine?.decide(asked, Date.now()) === 'granted';
        });
        assert.deepEqual(decisions, expected, bytes.toString());
      }
    });
    await fuzz(property);
  });

  it('has a strict reader that knows what it may not take', () => {
    const good = '{"subject":"ana","workspace":"support","permission":"tag:create"}';
    assert.include(toRequest(readStrictly(Buffer.from(good))) as object, {
      subjectId: 'ana',
      permission: 'tag:create',
    });
    const twice = '{"subject":"bo","\\u0073ubject":"ana","workspace":"support","permission":"tag:create"}';
    for (const text of [twice, `\ufeff${good}`, `${good}}`, ''])
      assert.strictEqual(readStrictly(Buffer.from(text)), undefined);
    assert.strictEqual(readStrictly(Buffer.from([0x22, 0xff, 0x22])), undefined);
    assert.strictEqual(toRequest({ ...JSON.parse(good), __other: 1 }), undefined);
  });
});
