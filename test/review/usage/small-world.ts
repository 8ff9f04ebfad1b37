import type { CountsHeader, DecisionCount } from '../../../src/policy/decision-log/decision-count.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { groundOfFiles } from '../../../src/review/access/access-ground.ts';
import { reviewUsage, type UsageQuestion, type UsageReview } from '../../../src/review/usage/review-usage.ts';
import type { UsageFinding } from '../../../src/review/usage/usage-finding.ts';
import { UsageTally } from '../../../src/review/usage/usage-tally.ts';
import { compileTexts, type PolicyTexts } from '../../support/policy-texts.ts';

export const worldMs = Date.UTC(2026, 10, 30, 9);

export const quarter: CountsHeader = {
  format: 'rolebook-counts/1',
  from: '2026-09-01T00:00:00Z',
  to: '2026-11-30T00:00:00Z',
  days: 65,
  lines: 1000,
  skipped: 0,
  outside: 0,
  ahead: 0,
  revisions: 1,
};

/** A row in few words: `ana w tag:edit`, `ana w tag:edit@self+team 7`, `- ana w tag:edit` for a deny, `ana acme: bill:see`. */
export function row(words: string, more: Partial<DecisionCount> = {}): DecisionCount {
  const parts = words.split(' ');
  const decision = parts[0] !== '-';
  const [subject = '', place = '', word = '', count = '1'] = decision ? parts : parts.slice(1);
  const [permission = '', foundScope] = word.split('@');
  const [type, id] = subject.includes(':') ? subject.split(':') : ['user', subject];
  return {
    subject: { type: type ?? '', id: id ?? '' },
    ...(place.endsWith(':') ? { organization: place.slice(0, -1) } : { workspace: place }),
    permission,
    ...(foundScope === undefined ? {} : { foundScope }),
    decision,
    reason: decision ? 'granted' : 'not-granted',
    count: Number(count),
    first: '2026-09-02T08:00:00Z',
    last: '2026-11-20T08:00:00Z',
    ...more,
  };
}

/** Reviews texts by rows. */
export async function reviewTexts(
  texts: PolicyTexts,
  rows: readonly (string | DecisionCount)[],
  { log = {}, ...more }: Partial<Omit<UsageQuestion, 'log'>> & { readonly log?: Partial<CountsHeader> } = {},
): Promise<UsageReview> {
  const { policy, waivers, problems } = compileTexts(texts);
  if (!policy) throw new Error(problems.map(({ message }) => message).join('\n'));
  const ground = groundOfFiles(await CasbinEngine.create(policy), worldMs);
  const tally = new UsageTally(ground);
  for (const one of rows) tally.add(typeof one === 'string' ? row(one) : one);
  return reviewUsage({ ground, tally, waivers, knowsRuntime: false, ...more, log: { ...quarter, ...log } });
}

/** A finding in few words: `unused-permission w/lead tag:edit`. */
export function wordsOf({ kind, about }: UsageFinding): string {
  const { organization, workspace, role, member, permission } = about;
  const place = workspace ?? (organization === undefined ? '' : `${organization}:`);
  const object = [place, member, role].filter((part) => part !== undefined && part !== '').join('/');
  return [kind, object, permission].filter((part) => part !== undefined && part !== '').join(' ');
}
