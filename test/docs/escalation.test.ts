import { assert } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { createPolicyFolder } from '../support/policy-folder.ts';
import { codeBlocks } from './markdown.ts';

describe('docs/escalation.md', () => {
  it('shows what lint says of its policy', async () => {
    const [policy = ''] = codeBlocks('docs/escalation.md', 'yaml');
    const [shown = ''] = codeBlocks('docs/escalation.md', 'console');
    const folder = await createPolicyFolder({ 'roles.yaml': policy, 'policies/support.yaml': 'workspace: support\n' });
    try {
      const { stdout, exitCode } = await runCommand(['lint'], { cwd: folder.root });
      assert.equal(stdout.trim(), shown.trim());
      assert.equal(exitCode, 0);
    } finally {
      await folder.dispose();
    }
  });
});
