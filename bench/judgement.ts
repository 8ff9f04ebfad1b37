import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyCompiler } from '../dist/compile/compile-policy.js';
import type { SourceFile } from '../dist/compile/file/policy-files.js';
import type { RuntimeMember } from '../dist/policy/runtime-member.js';
import type { AskedEdit } from '../dist/review/changes/asked-edit.js';
import { isRefused, judgeEdits } from '../dist/review/changes/judge-edits.js';
import { timeFixedWork, warmFixedWork } from './fixed-work.ts';

/*
 * What judging edits of one workspace takes where the policy is compiled already, as it is in a process that serves it: once
 * with the members in the files, and once with as many who were given their roles at run time. In a process of its own.
 * Prints one line of JSON. Arguments: the policy folder, and how many runs of each edit.
 */

export interface JudgementResult {
  readonly workspaces: number;
  readonly members: number;
  /** Milliseconds of each run, by edit. */
  readonly judgedMs: Readonly<Record<string, readonly number[]>>;
  /** Compiling all of it the first time, which a command does that is started for one edit. */
  readonly compileMs: number;
  /** What the fixed piece of work took in the same turns. */
  readonly workMs: readonly number[];
}

const [root = '', runs = '9'] = process.argv.slice(2);
const at = { workspace: 'ws-0' };
const edits: readonly AskedEdit[] = [
  { edit: 'role.create', ...at, role: 'clerk', grants: ['doc:read'] },
  { edit: 'role.change', ...at, role: 'role-1', allow: ['team:share'] },
  { edit: 'role.rename', ...at, role: 'role-1', to: 'clerk' },
  { edit: 'role.delete', ...at, role: 'role-7', to: 'role-0' },
  { edit: 'member.set', ...at, subject: 'newcomer@acme.example', roles: [{ role: 'role-0' }] },
  { edit: 'member.remove', ...at, subject: 'user-0-1@acme.example' },
];

const names = await readdir(join(root, 'policies'));
const texts = await Promise.all(names.map((name) => readFile(join(root, 'policies', name), 'utf8')));
const roles = JSON.parse(await readFile(join(root, 'roles.yaml'), 'utf8')) as {
  permissions: { Things: Record<string, unknown> };
};
// With somebody to hand out roles and somebody to change them, ways to more are looked for, too.
roles.permissions.Things['team:edit'] = { title: 'Edit roles', controls: 'roles' };
roles.permissions.Things['team:create'] = { title: 'Invite', controls: 'members' };

const filesOf = (workspaces: readonly string[]): SourceFile[] => [
  { path: 'roles.yaml', content: Buffer.from(JSON.stringify(roles)) },
  ...workspaces.map((text, index) => ({ path: `policies/${names[index] ?? ''}`, content: Buffer.from(text) })),
];
const head = (text: string): string => text.slice(0, text.indexOf('members:'));
const given = texts.flatMap((text) => {
  const place = { kind: 'workspace', id: /^workspace: (.+)$/m.exec(text)?.[1] ?? '' } as const;
  const lines = [...text.slice(head(text).length).matchAll(/^ {2}(.+): (.+)$/gm)];
  return lines.map(([, id = '', role = ''], sequence): RuntimeMember => {
    return { place, subject: { type: 'user', id }, assignments: [{ role }], sequence, token: `${sequence}` };
  });
});

const nowMs = Date.now();
const judgedMs: Record<string, number[]> = {};
const [workMs, compileMs]: [number[], number[]] = [[], []];
warmFixedWork();
for (const [title, files, members] of [
  ['', filesOf(texts), []],
  [', members at run time', filesOf(texts.map(head)), given],
] as const) {
  const compiler = new PolicyCompiler();
  const startedAt = performance.now();
  compiler.compile(files, nowMs);
  compileMs.push(performance.now() - startedAt);
  for (let run = 0; run < Number(runs); run += 1) {
    workMs.push(timeFixedWork());
    for (const edit of edits) {
      if (edit.edit === 'member.remove' && members.length > 0) continue;
      const judgedAt = performance.now();
      const judged = await judgeEdits(files, [edit], { nowMs, compiler, given: members });
      (judgedMs[`${edit.edit}${title}`] ??= []).push(performance.now() - judgedAt);
      if (isRefused(judged)) {
        throw new Error(`${edit.edit} is refused: ${JSON.stringify(judged.faults[0] ?? judged.errors[0])}`);
      }
    }
  }
}
const result: JudgementResult = {
  workspaces: names.length,
  members: given.length,
  judgedMs,
  compileMs: compileMs[0] ?? NaN,
  workMs,
};
console.log(JSON.stringify(result));
