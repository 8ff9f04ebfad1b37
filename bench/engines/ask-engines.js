import { loadPolicy } from '../../dist/library/library.js';
import { permissionIds } from '../../test/soak/many-workspaces.ts';
import { timeFixedWork, warmFixedWork } from '../fixed-work.ts';
import { grantsOf } from '../questions.ts';
import { createRandom, median, quartiles } from '../statistics.ts';
import { createCaslEngine } from './casl-engine.js';
import { createCedarEngine } from './cedar-engine.js';

/*
 * Decisions in one process by rolebook's library, CASL and Cedar: the same questions, in turns. Prints one line of JSON.
 * Arguments: the policy folder, its workspaces, and members of each.
 *
 * A turn asks questions whose texts were made just before, as those of a request are, of one engine after the other. A turn in which the
 * system had the processor for somebody else stands out, and does not move the median. Every answer is compared with what
 * follows from how the policy is written.
 */

const [root = '', ...numbers] = process.argv.slice(2);
const [workspaces = 0, members = 0] = numbers.map(Number);
const [warmUps, turns] = [150, 450];
const roleCount = 8;
const roleOf = (member) => member % roleCount;
const rolesOf = (workspace) => Array.from({ length: roleCount }, (_, role) => [...grantsOf(workspace, role)]);

const random = createRandom(workspaces);
const pick = (below) => Math.floor(random() * below);
// A copy by way of bytes: V8 can then not know that the text is one it has seen.
const fresh = (text) => Buffer.from(text, 'latin1').toString('latin1');
const subjectOf = ({ workspace, member }) => fresh(`user-${workspace}-${member}@acme.example`);
const partsOf = ({ permission }) => {
  const [resource = '', action = ''] = permission.split(':');
  return { resource: fresh(resource), action: fresh(action) };
};

const engine = await loadPolicy(root);
const casl = createCaslEngine({ workspaces, members, rolesOf, roleOf });
const cedar = createCedarEngine({ workspaces, rolesOf });

// What an engine is handed is made before it is timed, and the texts are cut as it likes them.
const contenders = [
  {
    name: 'rolebook',
    questions: 500,
    make: (asked) => ({
      subject: subjectOf(asked),
      workspace: fresh(`ws-${asked.workspace}`),
      permission: fresh(asked.permission),
    }),
    ask: (question) => engine.decide(question),
  },
  {
    name: 'CASL, member found',
    questions: 500,
    make: (asked) => ({ subject: subjectOf(asked), workspace: fresh(`ws-${asked.workspace}`), ...partsOf(asked) }),
    ask: casl.found,
  },
  {
    name: 'CASL, ability kept',
    questions: 500,
    make: (asked) => ({ ability: casl.abilityOf(asked.workspace, asked.member), ...partsOf(asked) }),
    ask: casl.kept,
  },
  {
    name: 'Cedar',
    questions: 5,
    make: (asked) => ({
      subject: subjectOf(asked),
      workspace: fresh(`ws-${asked.workspace}`),
      role: fresh(`role-${roleOf(asked.member)}`),
      permission: fresh(asked.permission),
    }),
    ask: cedar,
  },
];

function draw(count) {
  return Array.from({ length: count }, () => {
    const [workspace, member] = [pick(workspaces), pick(members)];
    const permission = permissionIds[pick(permissionIds.length)];
    return { workspace, member, permission, expected: grantsOf(workspace, roleOf(member)).has(permission) };
  });
}

/** Nanoseconds a question. What the turn before left in the processor's caches is gone after the first few, which do not count. */
function timeTurn({ name, make, ask, questions: count }, drawn) {
  for (const question of drawn.slice(count).map(make)) ask(question);
  const asked = drawn.slice(0, count);
  const questions = asked.map(make);
  const answers = [];
  const startedAt = process.hrtime.bigint();
  for (const question of questions) answers.push(ask(question));
  const ns = Number(process.hrtime.bigint() - startedAt) / questions.length;
  const wrong = asked.find(({ expected }, index) => answers[index] !== expected);
  if (wrong) throw new Error(`${name} answers wrongly: ${JSON.stringify(wrong)}`);
  return ns;
}

// Who was never asked about is looked up in the policy first; what is measured is somebody known.
for (let workspace = 0; workspace < workspaces; workspace += 1) {
  for (let member = 0; member < members; member += 1) {
    const subject = `user-${workspace}-${member}@acme.example`;
    engine.decide({ subject, workspace: `ws-${workspace}`, permission: permissionIds[0] });
  }
}
// Casbin is asked once for each role set and cell; where these are very many, only as many of them are asked about again.
const known = draw(Math.min(workspaces * roleCount * permissionIds.length * 4, 400_000));
for (const asked of known) engine.decide(contenders[0].make(asked));

warmFixedWork();
const taken = contenders.map(() => []);
const workMs = [];
for (let turn = 0; turn < warmUps + turns; turn += 1) {
  const round = contenders.map((contender) => {
    const count = Math.ceil(contender.questions * 1.4);
    const from = pick(known.length - count);
    return timeTurn(contender, known.slice(from, from + count));
  });
  if (turn < warmUps) continue;
  round.forEach((ns, index) => taken[index].push(ns));
  if (turn % 50 === 0) workMs.push(timeFixedWork());
}
await engine.close();
const engines = contenders.map(({ name }, index) => {
  const ratios = taken[index].map((ns, turn) => ns / taken[0][turn]);
  return { name, ns: median(taken[index]), ratio: median(ratios), ratios: quartiles(ratios) };
});
const asked = turns * contenders.reduce((sum, { questions }) => sum + questions, 0);
console.log(JSON.stringify({ workspaces, members, asked, engines, workMs: median(workMs) }));
