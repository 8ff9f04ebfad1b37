import { useState } from 'react';
import { isAt } from '../api/place.ts';
import { readProposals } from '../api/proposals.ts';
import { Icon } from '../parts/icon.tsx';
import { moment } from '../words/forms/count.ts';
import { proposalWords } from '../words/proposal-words.ts';
import type { ChangeListProps } from './sentences.ts';
import { sentencesOf } from './sentences.ts';

/** What was proposed from this browser: what is live does not know of it, and lists it once it is merged. */
export function Proposals(props: ChangeListProps) {
  const { workspace, role } = props;
  const [kept] = useState(readProposals);
  const shown = kept.filter(({ edits }) =>
    edits.some((edit) => isAt(edit, workspace) && (role === undefined || edit.role === role)),
  );
  if (shown.length === 0) return null;
  const writing = proposalWords;
  return (
    <section>
      <h2 className="group-title">{writing.proposed}</h2>
      <p className="quiet">{writing.proposedHint}</p>
      <ol className="card changes">
        {shown.map((proposal) => (
          <li key={proposal.branch}>
            <Icon name="link" />
            <div className="change">
              <p className="change-what">
                {sentencesOf(proposal, props).map(({ verb, object, rest }, index) => (
                  <span key={index}>
                    {index > 0 && ', '}
                    {verb} <bdi className="change-object">{object}</bdi>
                    {rest !== '' && <bdi> {rest}</bdi>}
                  </span>
                ))}
              </p>
              <p className="change-facts">
                <code>{proposal.branch}</code>
                <time dateTime={proposal.at}>{moment(proposal.at)}</time>
                {proposal.page !== undefined && (
                  <a href={proposal.page} target="_blank" rel="noreferrer">
                    {writing.page}
                  </a>
                )}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
