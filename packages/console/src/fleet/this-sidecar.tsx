import type { ReactNode } from 'react';
import { Icon } from '../parts/icon.tsx';
import { moment } from '../words/forms/count.ts';
import { fleetWords as words } from '../words/fleet-words.ts';
import type { FileProblem, LivePolicy } from './fleet-queries.ts';

/** The sidecar that answers: what it decides by, where that comes from, and what its last reading found. */
export function ThisSidecar({ policy }: { readonly policy: LivePolicy }) {
  const { revision, commit, loadedAt, counts, isStale, looks, source, maxStaleness, missingHolders } = policy;
  const at = (instant: string | null): string => (instant === null ? words.never : moment(instant));
  const of = source === undefined ? words.files : `${source.kind} ${source.url} ${source.ref ?? ''}`;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.inForce, <code key="r">{revision ?? words.noPolicy}</code>],
    ...(commit === undefined ? [] : [[words.commit, <code key="c">{commit.slice(0, 12)}</code>] as const]),
    [words.loaded, at(loadedAt)],
    [words.source, <bdi key="s">{of}</bdi>],
    [words.reached, at(looks.lastReachedAt)],
    [words.news, at(looks.lastNewsAt)],
    ...(maxStaleness ? [[words.staleness, words.staleRule(maxStaleness.limit, maxStaleness.whenStale)] as const] : []),
    ...(counts
      ? [
          [
            words.counts,
            (['organizations', 'workspaces', 'members'] as const)
              .map((name) => words.countOf[name](counts[name] ?? 0))
              .join(', '),
          ] as const,
        ]
      : []),
  ];
  return (
    <section className="block">
      <h2>{words.itself}</h2>
      {isStale && <Warning title={words.isStale} />}
      {looks.failing && <Warning title={words.failing(moment(looks.failing.since))}>{looks.failing.error}</Warning>}
      {maxStaleness?.isBeyond === true && <Warning title={words.beyond} />}
      {missingHolders.count > 0 && <Warning title={words.missing(missingHolders.count)} />}
      <dl className="card known">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {policy.lastReload && <LastReload {...policy.lastReload} />}
    </section>
  );
}

function Warning({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="banner">
      <Icon name="caution" />
      <div>
        <b>{title}</b>
        {children !== undefined && (
          <p>
            <bdi>{children}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

function LastReload(reload: NonNullable<LivePolicy['lastReload']>) {
  const { outcome, trigger, at, durationMs, problems, problemCount, error } = reload;
  return (
    <>
      <h3 className="group-title">
        {words.reload} <time dateTime={at}>{moment(at)}</time>
      </h3>
      <p className="quiet">{words.reloadSays(outcome, trigger, durationMs)}</p>
      {error !== undefined && (
        <p>
          <bdi>{error}</bdi>
        </p>
      )}
      {problemCount === 0 ? (
        <p className="quiet">{words.noProblems}</p>
      ) : (
        <>
          <p>
            <b>{words.problems(problemCount)}</b>
          </p>
          <ul className="card held told-problems">
            {problems.map((problem, index) => (
              <ProblemItem key={index} problem={problem} />
            ))}
          </ul>
          {problemCount > problems.length && <p className="hint">{words.others(problemCount - problems.length)}</p>}
        </>
      )}
    </>
  );
}

function ProblemItem({ problem }: { readonly problem: FileProblem }) {
  const { severity, code, message, file, line, help } = problem;
  return (
    <li>
      <span className={severity === 'error' ? 'tag tag-draft' : 'tag'}>
        <Icon name={severity === 'error' ? 'fail' : 'caution'} size="tiny" />
        {code}
      </span>
      <span>
        <bdi>{message}</bdi> {file !== undefined && <code>{`${file}:${line ?? 1}`}</code>}
        {help !== undefined && (
          <small className="quiet">
            {' '}
            <bdi>{help}</bdi>
          </small>
        )}
      </span>
    </li>
  );
}
