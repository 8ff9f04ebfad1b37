import type { DecisionLine } from '../../src/policy/decision-log/decision-line.ts';

/** A line with all that a line can have. */
export const fullLine: DecisionLine = {
  time: '2026-11-21T21:02:04.189Z',
  id: '5f0c9a1be2d4-17',
  revision: '81e61c315014',
  subject: { type: 'user', id: 'ana@acme.example' },
  workspace: 'support',
  permission: 'message:send',
  scope: ['shared'],
  foundScope: 'shared',
  decision: true,
  reason: 'granted',
  role: 'team-lead',
  group: 'emea-support',
  attributes: { 'resource.owner': 'ana@acme.example', 'context.ip': null, 'resource.labels': ['a', 7, true] },
  attributesLeftOut: ['resource.body'],
  request: '0af7651916cd43dd8448eb211c80319c',
};

/** A line as versions before 0.2 wrote it, of an organization. */
export const oldLine =
  '{"time":"2026-11-21T21:02:04.189Z","id":"5f0c9a1be2d4-18","revision":"81e61c315014","subject":{"type":"user","id":"bo"},"organization":"acme","permission":"billing:view","decision":false,"reason":"not-a-member"}';

/** Members of a line that make it wrong, each by itself; the first is the one that is wrong. `undefined` takes it away. */
export const wrongMembers: readonly (readonly [name: string, value: unknown])[] = [
  ...['time', 'id', 'revision', 'permission', 'reason', 'subject', 'workspace', 'decision'].map(
    (name) => [name, undefined] as const,
  ),
  ...['time', 'id', 'revision', 'permission', 'reason', 'subject', 'workspace', 'decision'].map(
    (name) => [name, null] as const,
  ),
  ...['time', 'id', 'revision', 'permission', 'reason', 'workspace', 'foundScope', 'role', 'group', 'request'].flatMap(
    (name) => [
      [name, ''] as const,
      [name, 7] as const,
      [name, ['granted']] as const,
      [name, { id: 'granted' }] as const,
    ],
  ),
  ['time', '2026-11-21'],
  ['time', '2026-11-21 21:02:04.189Z'],
  ['time', '2026-11-21T21:02:04.189'],
  ['time', '2026-11-21T21:02Z'],
  ['time', '21 Nov 2026 21:02:04'],
  ['time', 'now'],
  ['time', '1795295724'],
  ['subject', 'ana'],
  ['subject', { type: 'user' }],
  ['subject', { id: 'ana' }],
  ['subject', { type: 'user', id: '' }],
  ['subject', { type: 7, id: 'ana' }],
  ['subject', ['user', 'ana']],
  ['organization', 'acme'],
  ['decision', 'true'],
  ['decision', 1],
  ['decision', false],
  ['reason', 'not-granted'],
  ['scope', 'shared'],
  ['scope', []],
  ['scope', ['shared', 7]],
  ['scope', ['']],
  ['attributes', 'resource.owner'],
  ['attributes', ['resource.owner']],
  ['attributes', { 'resource.owner': { id: 'ana' } }],
  ['attributes', { 'resource.owner': [['ana']] }],
  ['attributesLeftOut', 'resource.body'],
  ['attributesLeftOut', []],
  ['attributesLeftOut', [7]],
];

/** The full line with one member changed. */
export function lineWith(name: string, value: unknown): string {
  return JSON.stringify({ ...fullLine, [name]: value });
}
