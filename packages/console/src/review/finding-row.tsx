import type { ReactNode } from 'react';
import { type EffectNames, Named } from '../parts/effect/named.tsx';
import { day, scopeWord } from '../words/forms/count.ts';
import { reviewWords } from '../words/review-words.ts';
import { sayFinding } from './finding-words.ts';
import type { Finding } from './review-queries.ts';

interface FindingRowProps {
  readonly finding: Finding;
  readonly names: EffectNames;
  readonly isKept: boolean;
  /** Whether who is signed in may take it away, and accept it. */
  readonly may: { readonly take: boolean; readonly waive: boolean };
  /** The id of what says why it cannot be accepted. */
  readonly whyNot: string;
  readonly onKeep: (isKept: boolean) => void;
  readonly onWaive: () => void;
  readonly onTake: () => void;
}

/** A finding with what shows it, and what can be done about it. */
export function FindingRow(props: FindingRowProps) {
  const { finding, names, isKept } = props;
  const said = sayFinding(finding, names);
  const isOpen = finding.state === 'open';
  return (
    <li className="finding" data-quiet={isKept || !isOpen || undefined}>
      <div className="finding-what">
        <b>
          <bdi>{said.what}</bdi>
        </b>
        <span>
          <bdi>{said.where}</bdi>
        </span>
      </div>
      <div className="finding-shown">
        {said.shown !== '' && <b>{said.shown}</b>}
        {said.detail !== '' && <bdi>{said.detail}</bdi>}
        {finding.used.length > 0 && <Used finding={finding} names={names} />}
      </div>
      <div className="finding-acts">
        {isOpen ? <Acts {...props} what={said.what} /> : <Standing finding={finding} />}
      </div>
      {isOpen && finding.byHand !== undefined && (
        <p className="finding-note">
          <Named text={sentence(finding.byHand)} names={names} />
        </p>
      )}
      {isKept && isOpen && <p className="finding-note">{reviewWords.kept}</p>}
    </li>
  );
}

function Used({ finding, names }: Pick<FindingRowProps, 'finding' | 'names'>) {
  return (
    <details>
      <summary>{reviewWords.instead}</summary>
      <ul>
        {finding.used.map(({ permission, count, last }) => (
          <li key={permission}>
            {names.cells.titleOf(permission, scopeWord)}: {reviewWords.use(count, day(last))}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What has become of one that there is nothing to decide of. */
function Standing({ finding: { state, why, reason, until } }: Pick<FindingRowProps, 'finding'>) {
  if (state === 'accepted') {
    return (
      <Told tag={reviewWords.accepted(until ?? '')}>
        <bdi>{reason}</bdi>
      </Told>
    );
  }
  return <Told tag={reviewWords.over}>{why && reviewWords.why[why]}</Told>;
}

function Told({ tag, children }: { readonly tag: string; readonly children: ReactNode }) {
  return (
    <span className="finding-told">
      <span className="tag">{tag}</span>
      <span>{children}</span>
    </span>
  );
}

function Acts({
  finding,
  isKept,
  may,
  whyNot,
  onKeep,
  onWaive,
  onTake,
  what,
}: FindingRowProps & { readonly what: string }) {
  const named = (act: string): string => `${act} ${what}`;
  return (
    <>
      <button
        className="button button-small"
        type="button"
        aria-pressed={isKept}
        aria-label={named(reviewWords.keep)}
        onClick={() => onKeep(!isKept)}
      >
        {reviewWords.keep}
      </button>
      {may.take && (
        <button
          className="button button-small"
          type="button"
          aria-label={named(reviewWords.waive)}
          aria-disabled={!may.waive || undefined}
          aria-describedby={may.waive ? undefined : whyNot}
          onClick={() => {
            if (may.waive) onWaive();
          }}
        >
          {reviewWords.waive}
        </button>
      )}
      {may.take && finding.edits.length > 0 && (
        <button className="button button-small" type="button" aria-label={named(reviewWords.take)} onClick={onTake}>
          {reviewWords.take}
        </button>
      )}
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
