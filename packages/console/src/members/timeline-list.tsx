import { useState } from 'react';
import { useChangePages } from '../api/pages.ts';
import { writtenSubject } from '../api/subjects.ts';
import type { AccessPlace, Catalog, Subject } from '../api/types.ts';
import { Icon } from '../parts/icon.tsx';
import { Avatar, shortName } from '../parts/person.tsx';
import { words } from '../words/words.ts';
import { timelineOf } from './timeline.ts';

interface TimelineListProps {
  readonly workspace: string;
  readonly subject: Subject;
  readonly here: AccessPlace | undefined;
  readonly catalog: Catalog;
  readonly titles: ReadonlyMap<string, string>;
}

/** What somebody was given here and what was taken, when and by whom, and what begins and ends by itself. */
export function TimelineList({ workspace, subject, here, catalog, titles }: TimelineListProps) {
  const written = writtenSubject(subject, catalog.subjectTypes[0] ?? 'user');
  const { data, hasNextPage, fetchNextPage } = useChangePages(workspace, { subject: written });
  const [now] = useState(Date.now);
  const changes = data?.pages.flatMap((page) => page.changes) ?? [];
  const events = timelineOf(changes, here?.roles ?? [], { written, titles }, now);
  // Who may not know the history is told of dates alone, which stand beside the roles, too.
  if (events.length === 0) return null;
  return (
    <section className="block">
      <h2>{words.member.timeline}</h2>
      <ol className="card changes">
        {events.map(({ at, by, what, reason, day }, index) => (
          <li key={`${at}${index}`}>
            {by ? <Avatar subject={by} /> : <Icon name="clock" />}
            <div className="change">
              <p className="change-what">
                {by && (
                  <b>
                    <bdi>{shortName(by.id)}</bdi>
                  </b>
                )}{' '}
                <bdi>{what}</bdi>
              </p>
              {reason !== undefined && (
                <p className="change-reason">
                  <bdi>“{reason}”</bdi>
                </p>
              )}
            </div>
            <span className="change-facts">
              {new Date(at).getTime() > now && <span className="tag">{words.member.toCome}</span>}
              <time dateTime={at}>{day}</time>
            </span>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <p className="more">
          <button className="button" type="button" onClick={() => void fetchNextPage()}>
            {words.common.more}
          </button>
        </p>
      )}
    </section>
  );
}
