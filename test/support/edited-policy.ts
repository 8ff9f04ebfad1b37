import { assert } from 'chai';
import { comparePolicies } from './compare-policies.ts';
import type { PolicyDifference, PolicySide } from '../../src/review/diff/matching/policy-difference.ts';
import { nowMs, policyOf, sourceFiles } from './compile-yaml.ts';
import { smallPolicy } from './policy-folder.ts';

export type Files = Record<string, string>;

function sideOf(files: Files): PolicySide {
  return { policy: policyOf(files), files: sourceFiles(files) };
}

/** The small policy, with some texts of its files replaced. */
export function edited(edits: Readonly<Record<string, readonly (readonly [string, string])[]>>): Files {
  const files = smallPolicy();
  for (const [path, changes] of Object.entries(edits)) {
    for (const [from, to] of changes) {
      const text = files[path] ?? '';
      assert.include(text, from);
      files[path] = text.replace(from, to);
    }
  }
  return files;
}

export function compare(before: Files, after: Files): Promise<PolicyDifference> {
  return comparePolicies(sideOf(before), sideOf(after), nowMs);
}

/** `+ bo: message:send@shared, without-removed trainee: … support.yaml:11`. */
export function linesOf({ changes }: PolicyDifference): string[] {
  return changes.map(({ kind, workspace, subjects, permissions, fromMs, untilMs, cause }) => {
    const time = [fromMs, untilMs].map((ms) => (ms === undefined ? '' : new Date(ms).toISOString().slice(0, 10)));
    const when = time.join('') === '' ? '' : ` [${time.join('..')}]`;
    const who = subjects.map((subject) => subject.replace('@acme.example', '')).join(' ');
    const where = `${cause.side} ${cause.file}:${cause.lines?.join(',') ?? cause.line}`;
    return `${kind === 'gained' ? '+' : '-'} ${who} in ${workspace}${when}: ${permissions.join(' ')}: ${cause.kind}, ${cause.text}, ${where}`;
  });
}

export async function changesOf(edits: Parameters<typeof edited>[0]): Promise<string[]> {
  return linesOf(await compare(smallPolicy(), edited(edits)));
}

export async function noticesOf(edits: Parameters<typeof edited>[0]): Promise<string[]> {
  return (await compare(smallPolicy(), edited(edits))).notices.map(({ kind, text }) => `${kind}: ${text}`);
}

export const support = 'policies/support.yaml';
