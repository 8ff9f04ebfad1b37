import { dirname, join } from 'node:path';
import { createScratchClone, type ScratchClone } from '../slow/action/scratch-clone.ts';
import { repository } from './markdown.ts';

/** What the page calls the commit that the branch began at: the real one changes with every edit of the policies. */
const shownCommit = '3f9c2a1b7d4e';

/**
 * Does what the page does, block by block, in one clone, and answers the page with the outputs that came:
 *
 * - `diff` is applied to the files;
 * - `sh` is run, and has to end well;
 * - `console` is a command behind `$`, with its output; a comment in front says how it ends when that is not 0;
 * - `markdown` is the comment that the action posts.
 */
export async function runPullRequestPage(page: string): Promise<string> {
  const clone = await createScratchClone();
  try {
    const commit = clone.git('rev-parse', 'HEAD').slice(0, shownCommit.length);
    let written = '';
    let end = 0;
    for (const match of page.matchAll(/((?:<!-- exits \d -->\n)?)```(\w+)\n([^]*?)```\n/g)) {
      const [whole, , language = '', body = ''] = match;
      written +=
        page.slice(end, match.index) +
        (await runBlock(clone, language, body.replace(/\n$/, ''))).replaceAll(commit, shownCommit);
      end = match.index + whole.length;
    }
    return written + page.slice(end);
  } finally {
    await clone.remove();
  }
}

async function runBlock(clone: ScratchClone, language: string, body: string): Promise<string> {
  if (language === 'diff') await clone.bash(`git apply - <<'END_OF_DIFF'\n${body}\nEND_OF_DIFF`).then(expectSuccess);
  if (language === 'sh') await clone.bash(`set -e\n${body}`).then(expectSuccess);
  if (language === 'markdown') return block(language, await readComment(clone));
  if (language !== 'console') return block(language, body);
  const [prompt = ''] = body.split('\n');
  const { exitCode, stdout, stderr } = await clone.bash(prompt.replace(/^\$ /, ''));
  const output = [prompt, stdout, stderr].map((text) => text.trimEnd()).filter((text) => text !== '');
  return `${exitCode === 0 ? '' : `<!-- exits ${exitCode} -->\n`}${block(language, output.join('\n'))}`;
}

function block(language: string, body: string): string {
  return `\`\`\`${language}\n${body}\n\`\`\`\n`;
}

/** The comment of a pull request that was just opened, without the line that the next run finds it by. */
async function readComment(clone: ScratchClone): Promise<string> {
  await clone.bash(`'${join(repository, 'action/review.sh')}'`, {
    ROLEBOOK_COMMAND: clone.program,
    ROLEBOOK_FAIL_ON: 'escalation',
    ROLEBOOK_ACCEPT_LABEL: 'access-accepted',
    GITHUB_BASE_REF: 'main',
    GITHUB_STEP_SUMMARY: '/dev/null',
    RUNNER_TEMP: dirname(clone.root),
  });
  const text = await clone.read('../rolebook-review/comment.md');
  return text.replace('<!-- rolebook -->\n', '').trimEnd();
}

function expectSuccess({ exitCode, all }: { exitCode: number; all: string }): void {
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}:\n${all}`);
}
