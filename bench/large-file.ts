import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compilePolicy } from '../dist/compile/compile-policy.js';
import { applyEdits } from '../dist/compile/edit/apply-edits.js';
import type { PolicyEdit } from '../dist/compile/edit/policy-edit.js';
import { patchYaml } from '../dist/compile/patch/patch-yaml.js';
import { timeFixedWork, warmFixedWork } from './fixed-work.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

/*
 * What an edit of a workspace takes whose file is long: the text is read, patched, read again and held against the data. Each
 * edit runs in a process of its own, first as it is started and then again and again. Prints a table.
 * Arguments: the members of the file, and how many runs of each edit.
 */

const [members = '20000', runs = '15', child] = process.argv.slice(2);
const at = { workspace: 'ws' };
const held = (role: string): { roles: { role: string }[] } => ({ roles: [{ role }] });
const edits: readonly PolicyEdit[] = [
  { edit: 'member.set', ...at, subject: 'user-9999@acme.example', ...held('lead') },
  { edit: 'member.set', ...at, subject: 'newcomer@acme.example', ...held('lead') },
  { edit: 'member.remove', ...at, subject: 'user-9999@acme.example' },
  { edit: 'role.change', ...at, role: 'lead', allow: ['doc:edit'] },
  { edit: 'role.rename', ...at, role: 'lead', to: 'chief' },
  { edit: 'role.rename', ...at, role: 'crew', to: 'team' },
  { edit: 'role.delete', ...at, role: 'crew', to: 'member' },
];
const names = [
  '`patchYaml`, one role of one member',
  '`member.set`, one who is there',
  '`member.set`, a newcomer',
  '`member.remove`',
  '`role.change`',
  '`role.rename`, five holders',
  '`role.rename`, half of all hold it',
  '`role.delete`, half of all get another',
];

/** Milliseconds by the clock, and of the processor, which others on the machine do not make longer. */
type Took = readonly [clockMs: number, processorMs: number];

const none: Took = [NaN, NaN];

interface Timed {
  readonly first: Took;
  readonly second: Took;
  readonly steady: Took;
  readonly workMs: number;
}

if (child === undefined) {
  const script = fileURLToPath(import.meta.url);
  const rows = names.map((name, index) => {
    const args = ['--import', 'tsx', script, members, runs, String(index)];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    const { first, second, steady, workMs } = JSON.parse(stdout) as Timed;
    const took = [first, second, steady].map((both) => both.map((ms) => ms.toFixed(0)).join(' / '));
    return [name, ...took, workMs.toFixed(1)];
  });
  const head = ['first', 'second', 'then', 'fixed work, ms'];
  console.log('Milliseconds by the clock / of the processor.\n');
  console.log(table([`${members} members in one file`, ...head], rows));
} else {
  console.log(JSON.stringify(timeEdit(Number(child))));
}

function timeEdit(index: number): Timed {
  const files = policyFiles(Number(members));
  const { policy } = compilePolicy(files, Date.now());
  if (!policy) throw new Error('the policy does not compile');
  const text = new TextDecoder().decode(files[1]?.content);
  const edit = edits[index - 1];
  const again = (): never => {
    throw new Error('one edit is made on the policy that is there');
  };
  const run = (): unknown =>
    edit
      ? applyEdits(files, policy, [edit], again)
      : patchYaml(text, { does: 'set', path: ['members', 'user-9999@acme.example'], value: 'lead' });
  const times = Array.from({ length: Number(runs) }, (): Took => {
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    run();
    const { user, system } = process.cpuUsage(before);
    return [performance.now() - startedAt, (user + system) / 1000];
  });
  const [first = none, second = none, ...later] = times;
  const steady: Took = [median(later.map(([clock]) => clock)), median(later.map(([, processor]) => processor))];
  warmFixedWork();
  return { first, second, steady, workMs: timeFixedWork() };
}

function policyFiles(count: number): { path: string; content: Uint8Array }[] {
  const roles = `permissions:
  Docs: { 'doc:read': Read, 'doc:edit': Edit }
roles:
  member: { title: Member, grants: [doc:read] }
defaultRole: member
`;
  const lines = Array.from({ length: count }, (_, index) => {
    const role = index < 5 ? 'lead' : index % 2 === 0 ? 'crew' : 'member';
    return `  user-${index}@acme.example: ${role}   # since ${2000 + (index % 26)}\n`;
  });
  const workspace = `workspace: ws
roles:
  lead: { title: Lead, grants: [doc:read] }
  crew: { title: Crew, grants: [doc:read] }
members:
${lines.join('')}`;
  const encoder = new TextEncoder();
  return [
    { path: 'roles.yaml', content: encoder.encode(roles) },
    { path: 'policies/ws.yaml', content: encoder.encode(workspace) },
  ];
}
