import { assert } from 'chai';
import { askedFolder } from './asked-folder.ts';

/** What is typed, and what the answer says of it. */
type Mistake = readonly [argv: readonly string[], ...says: readonly string[]];

const mistakes: readonly Mistake[] = [
  [['who-can'], 'missing required argument `PERMISSION`'],
  [['who-can', ''], 'PERMISSION is empty'],
  [['who-can', 'comment:sned'], 'there is no permission `comment:sned`', 'did you mean `comment:send`?'],
  [['who-can', 'report:lok'], 'there is no permission `report:lok`', 'did you mean `report:look`?'],
  [['who-can', 'comment'], 'there is no permission `comment`'],
  [['who-can', 'comment:*'], '`comment:*` is a wildcard, not a permission', 'one permission at a time'],
  [['who-can', '*'], '`*` is a wildcard, not a permission'],
  [['who-can', '__proto__'], 'there is no permission `__proto__`'],
  [['who-can', 'message:send@'], 'the scope after `@` is empty'],
  [['who-can', 'message:send@share'], '`message:send` has no scope `share`', 'did you mean `shared`?'],
  [['who-can', 'message:send', '--scope', 'shard'], '`message:send` has no scope `shard`', 'did you mean `shared`?'],
  [['who-can', 'message:send', '--scope', ''], '`--scope` is empty'],
  [['who-can', 'comment:send@shared'], '`comment:send` has no scopes, found `shared`'],
  [['who-can', 'comment:send', '--workspace', 'suport'], 'no workspace `suport`', 'did you mean `support`?'],
  [['who-can', 'comment:send', '--workspace', 'acme'], '`acme` is an organization', 'write `--organization acme`'],
  [['who-can', 'comment:send', '--workspace', 'organization:acme'], 'no workspace `organization:acme`'],
  [['who-can', 'comment:send', '--organization', 'acm'], 'no organization `acm`', 'did you mean `acme`?'],
  [['who-can', 'comment:send', '--organization', 'shop'], '`shop` is a workspace', 'write `--workspace shop`'],
  [['who-can', 'comment:send', '--organization', 'acme', '--workspace', 'shop'], 'exclude each other', 'leave out one'],
  [['who-can', 'comment:send', 'shop'], 'too many arguments'],
  [['who-can', 'comment:send', '--at', 'tomorrow'], '`--at` takes a time, found `tomorrow`'],
  [['who-can', 'comment:send', '--format', 'html'], '`--format` cannot be `html`', 'known: `text`, `json`'],
  [['who-can', 'comment:send', '--wokspace', 'shop'], 'unknown option `--wokspace`', 'did you mean `--workspace`?'],
  [['access'], 'missing required argument `SUBJECT`'],
  [['access', ''], 'SUBJECT is empty'],
  [['access', ' ana'], 'begins or ends with a blank'],
  [['access', 'user:'], 'is empty'],
  [['access', 'sevice:bot'], 'unknown subject type `sevice`', 'did you mean `service`?'],
  [['access', 'group:desk'], '`group:desk` is a group, not a subject', 'somebody who is in it'],
  [['access', 'an\u200ba'], 'holds a character that cannot be seen'],
  [['access', 'x'.repeat(257)], 'subject id'],
  [['access', 'ana', 'support'], 'too many arguments'],
  [['access', 'ana', '--workspace', 'support'], 'unknown option `--workspace`'],
  [['access', 'ana', '--at', '2027-02-30'], '`--at` takes a time, found `2027-02-30`'],
  [['access', 'ana', '--format', 'markdown'], '`--format` cannot be `markdown`'],
  [['matrix', ''], 'WORKSPACE is empty'],
  [['matrix', 'suport'], 'no workspace `suport`', 'did you mean `support`?'],
  [['matrix', 'acme'], '`acme` is an organization', 'write `--organization acme`'],
  [['matrix', '__proto__'], 'no workspace `__proto__`'],
  [['matrix', '--organization', 'shop'], '`shop` is a workspace', 'write `matrix shop`'],
  [['matrix', '--organization', 'nobody'], 'no organization `nobody`', 'known: `acme`, `free`'],
  [['matrix', '--organization', ''], '`--organization` is empty'],
  [['matrix', 'shop', '--organization', 'acme'], 'exclude each other', 'leave out one'],
  [['matrix', 'shop', 'support'], 'too many arguments'],
  [['matrix', '--at', '2027-01-01'], 'unknown option `--at`'],
  [['matrix', '--format', 'htm'], '`--format` cannot be `htm`', 'did you mean `html`?'],
  [['completion'], 'missing required argument `SHELL`'],
  [['completion', 'bsh'], '`SHELL` cannot be `bsh`', 'did you mean `bash`?'],
  [['completion', 'powershell'], 'known: `bash`, `zsh`, `fish`'],
];

describe('a question that is asked wrongly', () => {
  const { ask, folder } = askedFolder();

  for (const [argv, ...says] of mistakes) {
    it(`is refused with what would be right: ${JSON.stringify(argv.join(' ')).slice(0, 80)}`, async () => {
      const { exitCode, stdout, stderr } = await ask(argv);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      for (const part of says) assert.include(stderr, part);
    });
  }

  const questions: readonly (readonly string[])[] = [['who-can', 'comment:send'], ['access', 'ana'], ['matrix']];

  it('where no policy is exits 2 and says how to begin one', async () => {
    for (const question of questions) {
      const { exitCode, stdout, stderr } = await ask([...question, '--policy', 'policies']);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.include(stderr, 'no roles.yaml in `policies`');
    }
  });

  it('of a policy with errors exits 1 and tells the errors, for programs too', async () => {
    await folder().write('policies/acme/broken.yaml', 'workspace: broken\nmembers: { ana: nobody }\n');
    try {
      for (const question of questions) {
        const text = await ask(question);
        assert.equal(text.exitCode, 1);
        assert.include(text.all, 'policies/acme/broken.yaml:2:17: ');
        const json = await ask([...question, '--format', 'json']);
        assert.equal(json.exitCode, 1);
        assert.include(json.stdout, '"unknown-role"');
        assert.isObject(JSON.parse(json.stdout));
      }
    } finally {
      await folder().remove('policies/acme/broken.yaml');
    }
  });
});
