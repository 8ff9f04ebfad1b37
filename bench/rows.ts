import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManyWorkspaces } from '../test/soak/many-workspaces.ts';
import { membersEach } from './plan.ts';
import { enforce, enforceBatch, enforceExplained, enforceOnResource, type Protocol } from './protocols.ts';
import { createQuestions, createQuestionsOnThings, type Question } from './questions.ts';
import { writeScopedWorkspaces } from './scoped-policy.ts';

/** One way to ask that is compared with a commit. */
export interface Row {
  readonly name: string;
  readonly protocol: Protocol;
  /** One entry a request. */
  readonly asked: readonly (readonly Question[])[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out where there is little time: another one says nearly the same. */
  readonly isForFullOnly?: boolean;
}

/** The rows that one sidecar answers, started with these flags on this policy. */
export interface RowGroup {
  readonly root: string;
  readonly flags: readonly string[];
  readonly rows: readonly Row[];
}

const workspaces = 1_000;

/** Writes the policies that the rows ask about into `folder`. */
export async function createRowGroups(folder: string): Promise<readonly RowGroup[]> {
  const [many, scoped, tokens] = ['many', 'scoped', 'tokens'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeManyWorkspaces(many, workspaces, membersEach);
  await writeScopedWorkspaces(scoped, workspaces, membersEach);
  await writeFile(tokens, `${token}\n`, { mode: 0o600 });
  return [
    {
      root: many,
      flags: [],
      rows: [
        single('single'),
        { ...single('?explain'), protocol: enforceExplained },
        { ...batch(100), isForFullOnly: true },
        batch(1_000),
        { ...single('new connections'), headers: { Connection: 'close' } },
      ],
    },
    {
      root: many,
      flags: ['--token-file', tokens],
      rows: [{ ...single('tokens'), headers: { Authorization: `Bearer ${token}` } }],
    },
    {
      root: scoped,
      flags: [],
      rows: [{ name: 'resource', protocol: enforceOnResource, asked: alone(createQuestionsOnThings(workspaces, 400)) }],
    },
    {
      root: many,
      flags: ['--workers', '2'],
      rows: [single('2 workers'), { ...single('2 workers, new connections'), headers: { Connection: 'close' } }],
    },
  ];
}

const token = 'request-token-of-the-benchmark';

const alone = (questions: readonly Question[]): Row['asked'] => questions.map((question) => [question]);

function single(name: string): Row {
  return { name, protocol: enforce, asked: alone(createQuestions(workspaces, 400)) };
}

function batch(size: number): Row {
  const count = 20;
  const questions = createQuestions(workspaces, count * size);
  const asked = Array.from({ length: count }, (_, index) => questions.slice(index * size, (index + 1) * size));
  return { name: `batch of ${size.toLocaleString('en')}`, protocol: enforceBatch, asked };
}
