import type { FailedTest, Judgement } from '../../api/judgement.ts';
import { scopeWord } from '../../words/forms/count.ts';
import { words } from '../../words/words.ts';
import { type EffectNames, Named } from './named.tsx';
import { Icon } from '../icon.tsx';

interface FailingTestsProps {
  readonly tests: NonNullable<Judgement['tests']>;
  readonly names: EffectNames;
}

/** Whether the policy's own tests agree, and what those say that do not. */
export function FailingTests({ tests, names }: FailingTestsProps) {
  const { passed, failed } = tests;
  const { effect } = words;
  if (failed.length === 0) {
    return (
      <section>
        <p className="line line-grant">
          <Icon name="pass" />
          <b>{effect.testsPass(passed)}</b>
        </p>
      </section>
    );
  }
  return (
    <section>
      <p className="line line-deny">
        <Icon name="fail" />
        <b>{effect.testsFail(failed.length, passed + failed.length)}</b>
      </p>
      <ul className="tests">
        {failed.slice(0, 10).map((test) => (
          <li key={`${test.file ?? ''}:${test.line ?? ''}:${test.name}`}>
            <bdi>{test.name}</bdi>
            {saidBy(test).map(({ subject, can, permissions }) => (
              <span className="quiet" key={`${subject}${can}`}>
                {effect.says} <Named text={subject} names={names} /> <b>{can ? effect.can : effect.cannot}</b>{' '}
                {permissions.map((cell) => names.cells.titleOf(cell, scopeWord).toLowerCase()).join(', ')}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <p className="quiet">{effect.undoThem}</p>
    </section>
  );
}

interface Said {
  readonly subject: string;
  readonly can: boolean;
  readonly permissions: readonly string[];
}

/** What a test promises of somebody, gathered: it may say so of many permissions. */
function saidBy({ failures = [] }: FailedTest): readonly Said[] {
  const said = new Map<string, { subject: string; can: boolean; permissions: string[] }>();
  for (const { subject, expect, permission } of failures) {
    if (subject === undefined || permission === undefined) continue;
    const can = expect === 'allow';
    const key = `${can}${subject}`;
    const found = said.get(key) ?? { subject, can, permissions: [] };
    said.set(key, found);
    found.permissions.push(permission);
  }
  // A test of a role and its holders says the same of both.
  const told = new Map(
    [...said.values()].map((one) => [`${one.can}${one.permissions.join(' ')}`, one] as const).reverse(),
  );
  return [...told.values()].reverse().slice(0, 4);
}
