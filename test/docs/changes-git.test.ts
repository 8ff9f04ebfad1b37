import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { PushedPolicy } from '../support/pushed-policy.ts';
import { send } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';
import { codeBlocks } from './markdown.ts';

const page = 'docs/changes-git.md';
const edits = [{ edit: 'role.change', workspace: 'support', role: 'writer', allow: ['people:manage'] }];

describe(page, () => {
  it('shows commands that start a sidecar, and answers as they are', async () => {
    const policy = await PushedPolicy.create();
    const [commands, answers] = [codeBlocks(page, 'sh'), codeBlocks(page, 'json')];
    writeFileSync(join(policy.cache, 'token'), 's3cret-token\n');
    policy.server.token = 's3cret-token';
    let serving: Serving | undefined;
    try {
      assert.lengthOf(commands, 2);
      for (const [index, command] of commands.entries()) {
        const text = command
          .trim()
          .replaceAll('\\\n', ' ')
          .replace(/https:\S+/, policy.server.url)
          .replace('/var/lib/rolebook', 'cache');
        const words = text.slice('rolebook serve '.length).split(/ +/);
        serving = new Serving([...words, '--listen', '127.0.0.1:0'], policy.cache);
        await serving.untilOutput('answers on');
        await serving.untilOutput('revision');
        const token = readFileSync(join(policy.cache, 'admin-tokens'), 'utf8').trim();
        const body = { actor: 'ana@acme.example', edits, ...(index === 1 && { write: 'propose' }) };
        const call = { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body };
        const made = await send(serving.address, '/v1/changes', call);
        assert.equal(made.status, index === 0 ? 200 : 202, made.text);
        const [given, shown] = [made.json, JSON.parse(answers[index] ?? '')] as Record<string, object>[];
        for (const name of Object.keys(shown ?? {})) assert.property(given, name);
        // The pages of this server nobody knows; of one of the page they are.
        const [told, named] = [Object.keys(given?.['written'] ?? {}), Object.keys(shown?.['written'] ?? {})];
        assert.includeMembers([...told, 'page'], named);
        serving.kill();
        await serving.untilExit();
        policy.git('update-ref', 'refs/heads/main', policy.git('rev-list', '--max-parents=0', 'main'));
      }
    } finally {
      serving?.kill();
      await policy.dispose();
    }
  }).timeout(120_000);
});
