import type { Judgement, ProblemDocument } from '../../api/judgement.ts';
import { listed, people, scopeWord } from '../../words/forms/count.ts';
import { words } from '../../words/words.ts';
import { Diff, readPatch } from './diff.tsx';
import { groupEffect, type EffectGroup } from './effect-groups.ts';
import { FailingTests } from './failing-tests.tsx';
import { EffectLine } from './effect-line.tsx';
import { Icon } from '../icon.tsx';
import { type EffectNames, Named } from './named.tsx';
import { Avatars, shortName } from '../person.tsx';
import { Refused } from './refused.tsx';

interface EffectProps extends EffectNames {
  readonly judgement: Judgement | undefined;
  readonly refusal: ProblemDocument | undefined;
}

/** What a change does: people first, then ways up, tests, and the text last. */
export function Effect({ judgement, refusal, ...names }: EffectProps) {
  return (
    <>
      {judgement && <PeopleOf judgement={judgement} names={names} />}
      {judgement && <Escalations sentences={judgement.escalations ?? []} names={names} />}
      {refusal && isOwnRefusal(refusal) && (
        <section>
          <Refused refusal={refusal} names={names} />
        </section>
      )}
      {judgement?.problems && judgement.problems.length > 0 && <Problems problems={judgement.problems} />}
      {judgement?.tests && <FailingTests tests={judgement.tests} names={names} />}
      {judgement?.patch !== undefined && judgement.patch !== '' && <Patch patch={judgement.patch} />}
    </>
  );
}

// Tests and problems say for themselves why it is refused.
function isOwnRefusal({ code, tests, problems }: ProblemDocument): boolean {
  if (code === 'failing-tests' && tests) return false;
  if (code === 'unconfirmed') return false;
  return !(code === 'invalid-policy' && problems && problems.length > 0);
}

const mostGroups = 6;

/** Lines of one group that are shown at once. */
const mostLines = 10;

function PeopleOf({ judgement, names }: { readonly judgement: Judgement; readonly names: EffectNames }) {
  const { gained = [], lost = [] } = judgement.effect ?? {};
  const { groups, elsewhere } = groupEffect(gained, lost, names.workspace);
  if (groups.length === 0 && elsewhere === 0) return null;
  const [shown, rest] = [groups.slice(0, mostGroups), groups.slice(mostGroups)];
  const others = rest.reduce((sum, group) => sum + group.subjects.length, 0);
  return (
    <section className="effect-people">
      {shown.map((group) => (
        <Group key={group.subjects.join(' ')} group={group} names={names} />
      ))}
      {rest.length > 0 && (
        <details>
          <summary>
            <Icon name="right" size="small" />
            {words.effect.moreGroups(others)}
          </summary>
          {rest.map((group) => (
            <Group key={group.subjects.join(' ')} group={group} names={names} />
          ))}
        </details>
      )}
      {elsewhere > 0 && (
        <p className="quiet">
          {people(elsewhere)}, {words.effect.changedElsewhere}
        </p>
      )}
    </section>
  );
}

function Group({ group, names }: { readonly group: EffectGroup; readonly names: EffectNames }) {
  const { subjects, gained, lost } = group;
  const say = (cells: readonly string[]): readonly string[] => names.cells.say(cells, scopeWord, words.effect.baseline);
  const lines = [
    ...say(gained).map((text) => ({ kind: 'gain', text }) as const),
    ...say(lost).map((text) => ({ kind: 'loss', text }) as const),
  ];
  return (
    <div className="effect-group">
      <h3>
        <Avatars subjects={subjects.map((id) => ({ type: typeOf(id), id: id.slice(id.indexOf(':') + 1) }))} />
        <bdi>{listed(subjects.map((id) => shortName(id)))}</bdi>
      </h3>
      <ul className="effects">
        {lines.slice(0, mostLines).map((line) => (
          <EffectLine key={`${line.kind}${line.text}`} {...line} />
        ))}
      </ul>
      {lines.length > mostLines && (
        <details className="more-lines">
          <summary>
            <Icon name="right" size="small" />
            {words.effect.moreLines(lines.length - mostLines)}
          </summary>
          <ul className="effects">
            {lines.slice(mostLines).map((line) => (
              <EffectLine key={`${line.kind}${line.text}`} {...line} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function typeOf(subject: string): string {
  const colon = subject.indexOf(':');
  return colon < 0 ? 'user' : subject.slice(0, colon);
}

function Escalations({ sentences, names }: { readonly sentences: readonly string[]; readonly names: EffectNames }) {
  if (sentences.length === 0) return null;
  return (
    <section>
      <div className="line line-caution">
        <Icon name="caution" />
        <div>
          <b>{words.effect.opens}</b>
          {sentences.slice(0, 5).map((sentence) => (
            <p key={sentence}>
              <Named text={sentence} names={names} />
            </p>
          ))}
        </div>
      </div>
    </section>
  );
}

function Problems({ problems }: { readonly problems: NonNullable<Judgement['problems']> }) {
  return (
    <section>
      <div className="line line-deny">
        <Icon name="fail" />
        <div>
          <b>{words.effect.problems(problems.length)}</b>
          {problems.slice(0, 5).map(({ message, file, line }, index) => (
            <p key={index}>
              {message} {file !== undefined && <code>{`${file}:${line ?? 1}`}</code>}
            </p>
          ))}
        </div>
      </div>
    </section>
  );
}

function Patch({ patch }: { readonly patch: string }) {
  const files = readPatch(patch);
  return (
    <>
      {files.map((file) => (
        <details className="effect-patch" key={file.name}>
          <summary>
            <Icon name="right" size="small" />
            {words.effect.patch} <code>{file.name.slice(file.name.lastIndexOf('/') + 1)}</code>
            <span className="number">
              {file.added > 0 && <span className="gain">+{file.added}</span>}{' '}
              {file.removed > 0 && <span className="loss">−{file.removed}</span>}
            </span>
          </summary>
          <Diff file={file} />
        </details>
      ))}
    </>
  );
}
