import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { change, publicationOf, request, type TimedRequest } from '../support/opened-databases.ts';
import { runCommand, type CommandResult } from '../support/command-line.ts';
import { fixtureFolder, type Fixture, type FixtureFile } from './fixture.ts';

/** The time of every fixture, so that what has expired today has expired in ten years. */
export const fixtureTime = '2026-11-20T09:00:00Z';

/** Lays the fixture's files over the base policy, in a folder of its own, and runs `rolebook lint` in it. */
export async function lintFixture(fixture: Fixture): Promise<CommandResult> {
  const root = await mkdtemp(join(tmpdir(), 'rolebook-check-'));
  try {
    cpSync(fileURLToPath(fixtureFolder('base')), root, { recursive: true });
    const given = fixture.files.find(({ path }) => path === runTimePath);
    for (const file of fixture.files) if (file !== given) await placeFile(root, file);
    if (given) await publishWith(root, JSON.parse(given.text) as readonly GivenMember[]);
    return await lintFolder(root, given ? ['--database', databaseText] : []);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export function lintFolder(root: string, more: readonly string[] = []): Promise<CommandResult> {
  return runCommand(['lint', '--at', fixtureTime, ...more], { cwd: root });
}

/** Who was given what at run time, in a fixture about that. */
const runTimePath = 'run-time.json';
const databaseText = 'sqlite:run-time.db';

type GivenMember = Pick<TimedRequest, 'place' | 'subject' | 'assignments'>;

async function publishWith(root: string, given: readonly GivenMember[]): Promise<void> {
  const published = await runCommand(['publish', '--database', databaseText, '--author', 'ana'], { cwd: root });
  if (published.exitCode !== 0) throw new Error(published.all);
  const database = await openDatabase(new DatabaseUrl(databaseText, '--database'), 'write', root);
  const { policy } = publicationOf();
  for (const { place, subject, assignments } of given) {
    await change(database, policy, request(subject.id, assignments, { place, subject }));
  }
  await database.close();
}

async function placeFile(root: string, file: FixtureFile): Promise<void> {
  const place = join(root, file.path);
  const valueOf = (word: string): string | undefined => file.directives.find((one) => one.word === word)?.value;
  const target = valueOf('link');
  if (valueOf('absent') !== undefined || target !== undefined) await rm(place, { recursive: true, force: true });
  if (valueOf('absent') !== undefined) return;
  await mkdir(dirname(place), { recursive: true });
  if (target === undefined) await writeFile(place, encode(file));
  else await symlink(target, place);
}

function encode({ text, directives }: FixtureFile): Buffer {
  let content = Buffer.from(text);
  for (const { word, value } of directives) {
    if (word === 'crlf') content = Buffer.from(content.toString().replaceAll('\n', '\r\n'));
    if (word === 'bom') content = Buffer.from(`\ufeff${content.toString()}`);
    if (word === 'hidden') content = Buffer.from(showHidden(content.toString()));
    if (word === 'latin1') content = Buffer.from(text, 'latin1');
    if (word === 'repeat') content = Buffer.alloc(Number(value), content);
  }
  return content;
}

// `<202e>` is the character itself: in a fixture nobody would see it.
function showHidden(text: string): string {
  return text.replaceAll(/<([0-9a-f]{2,4})>/g, (_whole, code: string) => String.fromCharCode(parseInt(code, 16)));
}
