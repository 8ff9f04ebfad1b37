import { Suspense, useState } from 'react';
import { hasCode } from '../api/call.ts';
import { useChangePages } from '../api/pages.ts';
import type { MadeChange } from '../api/judgement.ts';
import { useActorSession } from '../session/session.ts';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/arrival/later.ts';
import { More } from '../parts/more.tsx';
import { Avatar, shortName } from '../parts/person.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { moment, month } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { type ChangeListProps, sentencesOf } from './sentences.ts';

const Proposals = later(async () => (await import('./proposals.tsx')).Proposals);
const UndoPanel = later(async () => (await import('./undo-panel.tsx')).UndoPanel);

/** Changes by month, each in words, with the way back. */
export function ChangeList(props: ChangeListProps) {
  const { workspace, role } = props;
  const { takesChanges } = useActorSession();
  const query = useChangePages(workspace, role === undefined ? {} : { role });
  const { data, error, isPending, refetch } = query;
  const { changes } = words;
  if (!takesChanges || hasCode(error, 'changes-off')) {
    return <Card icon="clock" title={changes.off} hint={changes.offHint} />;
  }
  if (hasCode(error, 'forbidden')) return <Card icon="lock" title={changes.forbidden} hint={changes.forbiddenHint} />;
  if (isPending) return <Loading what={changes.title} />;
  if (error && !data) return <Failed what={changes.title} error={error} onRetry={() => void refetch()} />;
  const all = data.pages.flatMap((page) => page.changes);
  if (all.length === 0) {
    return (
      <>
        <Suspense>
          <Proposals {...props} />
        </Suspense>
        <Card icon="clock" title={changes.none} hint={changes.noneHint} />
      </>
    );
  }
  const months = [...new Set(all.map(({ at }) => month(at)))];
  return (
    <>
      <Suspense>
        <Proposals {...props} />
      </Suspense>
      {months.map((name) => (
        <section key={name}>
          <h2 className="group-title">{name}</h2>
          <ol className="card changes">
            {all
              .filter(({ at }) => month(at) === name)
              .map((change) => (
                <ChangeItem key={change.change} {...props} change={change} />
              ))}
          </ol>
        </section>
      ))}
      <More of={query} />
    </>
  );
}

interface CardProps {
  readonly icon: 'clock' | 'lock';
  readonly title: string;
  readonly hint: string;
}

function Card({ icon, title, hint }: CardProps) {
  return (
    <div className="card">
      <Empty icon={icon} title={title}>
        {hint}
      </Empty>
    </div>
  );
}

function ChangeItem({ change, ...props }: ChangeListProps & { readonly change: MadeChange }) {
  const [isUndoing, setUndoing] = useState(false);
  const { actor, at, reason, people, written } = change;
  const sentences = sentencesOf(change, props);
  return (
    <li>
      <Avatar subject={actor} />
      <div className="change">
        <p className="change-what">
          <b>
            <bdi>{shortName(actor.id)}</bdi>
          </b>{' '}
          {sentences.map((sentence, index) => (
            <span key={index}>
              {index > 0 && ', '}
              {sentence.verb} <bdi className="change-object">{sentence.object}</bdi>
              {sentence.rest !== '' && <bdi> {sentence.rest}</bdi>}
            </span>
          ))}
        </p>
        {reason !== undefined && (
          <p className="change-reason">
            <bdi>“{reason}”</bdi>
          </p>
        )}
        <p className="change-facts">
          {people !== undefined && <span>{words.changes.gained(people)}</span>}
          {written.commit !== undefined && <code>{written.commit.slice(0, 8)}</code>}
          <time dateTime={at}>{moment(at)}</time>
        </p>
        {isUndoing && (
          <Suspense>
            <UndoPanel {...props} change={change} onClose={() => setUndoing(false)} />
          </Suspense>
        )}
      </div>
      <button
        className="button button-small"
        type="button"
        aria-expanded={isUndoing}
        onClick={() => setUndoing(!isUndoing)}
      >
        <Icon name="undo" size="small" />
        {words.changes.undo}
      </button>
    </li>
  );
}
