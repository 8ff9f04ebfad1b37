import { assert } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CallFailed } from '../../packages/console/src/api/call.ts';
import { newSend, type Send } from '../../packages/console/src/api/send.ts';
import { postChangeEndpoint } from '../../src/http/changes/post-change-endpoint.ts';
import { revertChangeEndpoint } from '../../src/http/changes/revert-change-endpoint.ts';
import { beginSessionEndpoint } from '../../src/http/console/begin-session-endpoint.ts';
import { chooseActorEndpoint } from '../../src/http/console/choose-actor-endpoint.ts';
import { endSessionEndpoint } from '../../src/http/console/end-session-endpoint.ts';
import type { ServedEndpoint } from '../../src/http/endpoint/endpoint.ts';
import { deleteGroupMemberEndpoint } from '../../src/http/members/group-member-endpoints.ts';
import { removeSubjectEndpoint } from '../../src/http/subjects/remove-subject-endpoint.ts';

const sources = fileURLToPath(new URL('../../packages/console/src', import.meta.url));

interface Changing {
  /** By `Send`, with a key, or by `call`, without. */
  readonly by: 'send' | 'call';
  readonly method: string;
  readonly endpoint: ServedEndpoint;
  /** Why it is safe without a key, where it has none or the endpoint knows none. */
  readonly safe?: string;
}

/** All that the pages send beside questions, by the file that sends it, in the order in which it stands there. */
const sent: Readonly<Record<string, readonly Changing[]>> = {
  'api/changes.ts': [
    { by: 'send', method: 'POST', endpoint: postChangeEndpoint },
    { by: 'send', method: 'POST', endpoint: revertChangeEndpoint },
  ],
  'api/preview.ts': [{ by: 'call', method: 'POST', endpoint: postChangeEndpoint, safe: 'It only judges.' }],
  'changes/undo-panel.tsx': [{ by: 'call', method: 'POST', endpoint: revertChangeEndpoint, safe: 'It only judges.' }],
  'groups/group-dialog.tsx': [{ by: 'send', method: 'DELETE', endpoint: deleteGroupMemberEndpoint }],
  'members/remove-everywhere.tsx': [
    {
      by: 'send',
      method: 'DELETE',
      endpoint: removeSubjectEndpoint,
      safe: 'What was taken away is not there any more.',
    },
  ],
  'session/use-sign-out.ts': [
    { by: 'call', method: 'DELETE', endpoint: endSessionEndpoint, safe: 'A session ends once.' },
  ],
  'sign-in/choose-actor.tsx': [
    { by: 'call', method: 'PUT', endpoint: chooseActorEndpoint, safe: 'Whoever is chosen twice is chosen.' },
  ],
  'sign-in/sign-in-page.tsx': [
    { by: 'call', method: 'POST', endpoint: beginSessionEndpoint, safe: 'The token of a link is good once.' },
  ],
};

const texts = new Map(
  readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => [name, readFileSync(join(sources, name), 'utf8')]),
);

const filesWith = (word: RegExp): string[] => [...texts].filter(([, text]) => word.test(text)).map(([name]) => name);

/** What a file sends: each method that it names but in types, and the call that it stands in. */
function sentBy(text: string): readonly string[] {
  return [...text.matchAll(/(?<!readonly )method: '(\w+)'/g)].map(({ 1: method = '', index }) => {
    const before = [...text.slice(0, index).matchAll(/\b(send|call|fetch)[<(]/g)].at(-1)?.[1] ?? 'nothing';
    return `${before} ${method}`;
  });
}

describe('what pages send to change something', () => {
  it('is known, each with a key, or with why it needs none', () => {
    const found = [...texts].flatMap(([name, text]) => sentBy(text).map((one) => `${name}: ${one}`));
    const told = Object.entries(sent).flatMap(([name, all]) => all.map(({ by, method }) => `${name}: ${by} ${method}`));
    assert.sameOrderedMembers(found.sort(), told.sort());
    for (const { by, method, endpoint, safe } of Object.values(sent).flat()) {
      assert.strictEqual(endpoint.method, method, endpoint.operation.id);
      const hasKey = by === 'send' && endpoint.operation.headers?.['Idempotency-Key'] !== undefined;
      assert.strictEqual(safe === undefined, hasKey, endpoint.operation.id);
    }
  });

  it('is sent by one function, which alone makes keys', () => {
    assert.deepEqual(filesWith(/\bfetch\(/), ['api/call.ts']);
    assert.deepEqual(filesWith(/Idempotency-Key/), ['api/send.ts']);
    assert.deepEqual(filesWith(/randomUUID/), ['api/send.ts']);
    assert.deepEqual(filesWith(/sendBeacon|XMLHttpRequest|WebSocket|EventSource|\b(?:formA|a)ction=/), []);
  });
});

/** What becomes of a request: done and answered, done without an answer, cut in the middle of it, or refused. */
type Fate = 'answered' | 'lost' | 'cut' | 'full' | 'gateway' | 'refused';

const fates: Readonly<Record<Fate, () => Promise<Response>>> = {
  answered: () => Promise.resolve(Response.json({ change: 'one' })),
  lost: () => Promise.reject(new TypeError('Failed to fetch')),
  cut: () => Promise.resolve(new Response('{"change":')),
  full: () => Promise.resolve(Response.json({ code: 'changes-unavailable' }, { status: 503 })),
  gateway: () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })),
  refused: () => Promise.resolve(Response.json({ code: 'changed-meanwhile' }, { status: 409 })),
};

/** What is sent, as a letter, and what becomes of it; then the keys, as numbers in the order in which they come up. */
const cases: Readonly<Record<string, readonly [sent: readonly (readonly [what: string, fate: Fate])[], keys: string]>> =
  {
    'pressed once': [[['a', 'answered']], '1'],
    'pressed again after its answer': [
      [
        ['a', 'answered'],
        ['a', 'answered'],
      ],
      '1 2',
    ],
    'pressed again without an answer': [
      [
        ['a', 'lost'],
        ['a', 'answered'],
      ],
      '1 1',
    ],
    'pressed three times without one': [
      [
        ['a', 'lost'],
        ['a', 'lost'],
        ['a', 'answered'],
      ],
      '1 1 1',
    ],
    'and meant anew then': [
      [
        ['a', 'lost'],
        ['a', 'answered'],
        ['a', 'answered'],
      ],
      '1 1 2',
    ],
    'pressed again after half an answer': [
      [
        ['a', 'cut'],
        ['a', 'answered'],
      ],
      '1 1',
    ],
    'pressed again after a full disk': [
      [
        ['a', 'full'],
        ['a', 'answered'],
      ],
      '1 1',
    ],
    'pressed again after a gateway': [
      [
        ['a', 'gateway'],
        ['a', 'answered'],
      ],
      '1 1',
    ],
    'pressed again after a refusal, of which no key is kept': [
      [
        ['a', 'refused'],
        ['a', 'answered'],
      ],
      '1 1',
    ],
    'another one': [
      [
        ['a', 'lost'],
        ['b', 'answered'],
      ],
      '1 2',
    ],
    'the same after another one, which may have undone it': [
      [
        ['a', 'lost'],
        ['b', 'answered'],
        ['a', 'answered'],
      ],
      '1 2 3',
    ],
    'the same after another one that was not answered either': [
      [
        ['a', 'lost'],
        ['b', 'lost'],
        ['a', 'lost'],
      ],
      '1 2 3',
    ],
  };

describe('the key of a change', () => {
  const { fetch } = globalThis;
  const keys: string[] = [];
  let fate: Fate = 'answered';
  beforeEach(() => {
    keys.length = 0;
    globalThis.fetch = (_url, options) => {
      keys.push(new Headers(options?.headers).get('Idempotency-Key') ?? 'none');
      return fates[fate]();
    };
  });
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  const press = async (send: Send, what: string, becomes: Fate): Promise<void> => {
    fate = becomes;
    const error: unknown = await send('/v1/changes', { method: 'POST', body: { what } }).then(
      () => undefined,
      (failed: unknown) => failed,
    );
    assert.strictEqual(error === undefined, becomes === 'answered', becomes);
    if (error !== undefined) assert.instanceOf(error, CallFailed);
  };
  const numbered = (): string => keys.map((key) => [...new Set(keys)].indexOf(key) + 1).join(' ');

  for (const [name, [presses, expected]] of Object.entries(cases)) {
    it(`is kept until it was made: ${name}`, async () => {
      const send = newSend();
      for (const [what, becomes] of presses) await press(send, what, becomes);
      assert.strictEqual(numbered(), expected);
      for (const key of keys) assert.match(key, /^[\da-f-]{36}$/);
    });
  }

  it('is another one in each form: what is meant anew there is not what was lost here', async () => {
    await press(newSend(), 'a', 'lost');
    await press(newSend(), 'a', 'answered');
    assert.strictEqual(numbered(), '1 2');
  });

  it('is another one for another address and another way, with the same body', async () => {
    const send = newSend();
    fate = 'lost';
    for (const [path, method] of [
      ['/a', 'POST'],
      ['/b', 'POST'],
      ['/b', 'DELETE'],
    ] as const)
      await send(path, { method }).catch(() => undefined);
    assert.strictEqual(numbered(), '1 2 3');
  });
});
