import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedEdit } from '../../../src/review/changes/asked-edit.ts';
import type { DatabaseConnection } from '../../../src/store/database/connection/database-connection.ts';
import {
  allow,
  asked,
  changedTexts,
  changesOf,
  connectionTo,
  give,
  idOf,
  reverting,
  supportYaml,
} from '../../support/changed-database.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const path = 'policies/support.yaml';
const record = '.rolebook/pulled';

describe('rolebook pull, and publish over changes', () => {
  let folder: PolicyFolder;
  let connection: DatabaseConnection;

  const rolebook = (line: string): Promise<CommandResult> => runCommand(line.split(' '), { cwd: folder.root });
  const on = '--database sqlite:releases.db';
  const read = (file = path): Promise<string> => readFile(join(folder.root, file), 'utf8');
  const write = (text: string, file = path): Promise<void> => writeFile(join(folder.root, file), text);
  const make = async (...edits: AskedEdit[]): Promise<string> => idOf(await changesOf(connection).ask(asked(edits)));
  const succeed = async (line: string): Promise<string> => {
    const result = await rolebook(line);
    assert.equal(result.exitCode, 0, result.all);
    return result.stdout;
  };

  beforeEach(async () => {
    folder = await createPolicyFolder(changedTexts);
    await succeed(`publish ${on}`);
    connection = connectionTo(`sqlite:${join(folder.root, 'releases.db')}`);
  });
  afterEach(async () => {
    await connection.close();
    await folder.dispose();
  });

  const allowed = supportYaml.replace('[doc:edit]', '[doc:edit, people:manage]');

  it('writes what changes made, beside what was edited in the folder, and then publish goes through', async () => {
    const change = await make(allow);
    await write(`${supportYaml}  dan: member\n`);
    const refused = await rolebook(`publish ${on}`);
    assert.equal(refused.exitCode, 1);
    assert.match(
      refused.stdout,
      /^refused: 1 change made in `sqlite:releases.db` would be undone; nothing was published\n/,
    );
    assert.include(refused.stdout, `  ${change}, `);
    assert.include(refused.stdout, 'by ana: role.change writer in support\n');
    assert.include(refused.stderr, 'help: `rolebook pull` writes them into the folder');
    const pulled = await succeed(`pull ${on}`);
    assert.match(pulled, /^pulled: 1 change up to [0-9a-f]{12}\.2-[0-9a-f]{8} into policies\/support\.yaml\n/);
    assert.equal(await read(), `${allowed}  dan: member\n`);
    assert.match(await read(record), /^#.+\n[0-9a-f]{12}\.2-[0-9a-f]{8}\n$/);
    assert.match(await succeed(`publish ${on}`), /release 3\n$/);
    assert.match(await succeed(`pull ${on}`), /^unchanged: \. has all changes up to /);
    // What was edited since in the very lines is the folder's to say.
    await write((await read()).replace('[doc:edit, people:manage]', '[people:manage]'));
    assert.match(await succeed(`publish ${on}`), /release 4\n$/);
  });

  it('needs no record where the files are those of the newest release', async () => {
    await make(allow);
    await make(give('cy', 'writer'));
    await write(allowed);
    const refused = await rolebook(`publish ${on} --format json`);
    assert.equal(refused.exitCode, 1);
    assert.deepInclude(JSON.parse(refused.stdout), { outcome: 'refused' });
    assert.lengthOf((JSON.parse(refused.stdout) as { changes: unknown[] }).changes, 2);
    await write(allowed.replace('cy: member', 'cy: writer'));
    await write(`${changedTexts['policies/sales.yaml']}# more\n`, 'policies/sales.yaml');
    assert.match(await succeed(`publish ${on}`), /release 4\n$/);
  });

  it('refuses an older folder after the changes were published by another', async () => {
    await make(allow);
    await succeed(`pull ${on}`);
    await succeed(`publish ${on}`);
    await write(supportYaml);
    await folder.remove(record);
    assert.equal((await rolebook(`publish ${on}`)).exitCode, 1);
    await succeed(`pull ${on}`);
    assert.equal(await read(), allowed);
  });

  it('takes a change that was undone back out, and asks nothing where a rollback left them behind', async () => {
    const change = await make(allow);
    await succeed(`pull ${on}`);
    idOf(await changesOf(connection).ask(reverting(change)));
    assert.equal((await rolebook(`publish ${on}`)).exitCode, 1);
    await succeed(`pull ${on}`);
    assert.equal(await read(), supportYaml);
    await make(give('cy', 'writer'));
    const first = (await succeed(`revisions ${on}`)).trimEnd().split('\n').at(-1)?.split(/\s+/)[1] ?? '';
    await succeed(`rollback ${first} ${on} --yes`);
    await write(`${supportYaml}  dan: member\n`);
    assert.match(await succeed(`publish ${on}`), /^published:/);
  });

  it('joins what both put at the end of a list, as it was asked for', async () => {
    await make({ edit: 'role.create', workspace: 'support', role: 'reader', extends: ['member'] });
    await write(supportYaml.replace('   # for now\n', '   # for now\n  lead: { extends: writer }\n'));
    await succeed(`pull ${on}`);
    const text = await read();
    assert.include(text, 'lead: { extends: writer }');
    assert.match(text, /reader:/);
    assert.equal((await rolebook('lint')).exitCode, 0);
  });

  it('writes nothing where both changed the same thing, says where, and takes the lines of whom one says', async () => {
    const change = await make(give('cy', 'writer'));
    await make(allow);
    const mine = supportYaml.replace('cy: member', 'cy: admin   # by hand');
    await write(mine);
    const refused = await rolebook(`pull ${on}`);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stdout, new RegExp(`^conflict: policies/support.yaml:9: changed here, and by ${change}, `));
    assert.include(refused.stderr, '`--prefer database` takes their lines there');
    const told = await rolebook(`pull ${on} --format json`);
    assert.equal(told.exitCode, 1);
    assert.deepInclude(JSON.parse(told.stdout), {
      outcome: 'conflict',
      conflicts: [{ file: path, line: 9, change }],
    });
    assert.equal(await read(), mine);
    await succeed(`pull ${on} --prefer folder`);
    assert.equal(await read(), allowed.replace('cy: member', 'cy: admin   # by hand'));
    assert.match(await succeed(`publish ${on}`), /^published:/);
    await make(give('cy', 'member'));
    await write((await read()).replace('cy: admin', 'cy: writer'));
    assert.equal((await rolebook(`pull ${on}`)).exitCode, 1);
    await succeed(`pull ${on} --prefer database`);
    assert.equal(await read(), allowed.replace('cy: member', 'cy: member   # by hand'));
  });

  it('tells it without writing, and keeps line ends of the folder', async () => {
    await make(allow);
    const crlf = supportYaml.replaceAll('\n', '\r\n');
    await write(crlf);
    const told = await succeed(`pull ${on} --dry-run`);
    assert.match(told, /^would pull: 1 change up to /);
    assert.include(told, '+  writer: { extends: member, grants: [doc:edit, people:manage] }');
    assert.equal(await read(), crlf);
    await succeed(`pull ${on}`);
    assert.equal(await read(), allowed.replaceAll('\n', '\r\n'));
  });

  it('says what is wrong with what it is given, and writes nothing', async () => {
    await make(allow);
    const noRecord = '# x\nnothing like it\n';
    const wrong: readonly (readonly [string, number, RegExp, (() => Promise<void>)?])[] = [
      [`pull ${on} --prefer both`, 2, /`--prefer` cannot be `both`/],
      ['pull --database mysql://x', 2, /`--database` is not a database/],
      ['pull', 2, /ROLEBOOK_DATABASE_URL/],
      ['pull --database sqlite:none.db', 2, /none\.db/],
      [`pull ${on} --policy nowhere`, 2, /there is no folder `nowhere`/],
      [`pull ${on} --policy policies`, 2, /no roles\.yaml/],
      [`pull ${on} extra`, 2, /extra|too many/],
      [`pull ${on} --format yaml`, 2, /`--format` cannot be `yaml`/],
      [`pull ${on} --dry`, 2, /--dry/],
      [`pull ${on}`, 2, /\.rolebook\/pulled:2: is no revision of a database/, () => folder.write(record, noRecord)],
      [`publish ${on}`, 2, /\.rolebook\/pulled:2: is no revision of a database/],
      [
        `pull ${on}`,
        1,
        /nothing was written/,
        () => folder.write(record, '').then(() => write(`${supportYaml}oops: [\n`)),
      ],
    ];
    for (const [line, exitCode, message, prepare] of wrong) {
      await prepare?.();
      const result = await rolebook(line);
      assert.equal(result.exitCode, exitCode, `${line}\n${result.all}`);
      assert.match(result.all, message, line);
    }
    assert.equal(await read(), `${supportYaml}oops: [\n`);
  });
});
