import * as fc from 'fast-check';
import { addGroups, randomGroupedPolicy, randomGroups } from './random-groups.ts';
import type { RandomPolicy } from './random-policy.ts';
import { randomMerges, randomRenames } from './random-renames.ts';

/** With groups, roles of the company and of staff, spans, dates, scopes with a `when`; and renamed, split, merged, on a plan. */
export const anyPolicy: fc.Arbitrary<RandomPolicy> = fc.oneof(
  randomGroupedPolicy,
  fc.tuple(fc.oneof(randomRenames, randomMerges), randomGroups).map(([{ after }, groups]) => addGroups(after, groups)),
);
