import { useState } from 'react';
import { useLocation } from 'wouter';
import { type BuiltPreview, confirmed, useBuiltPreview } from '../api/changes.ts';
import { hasCode } from '../api/call.ts';
import type { Affected } from '../api/judgement.ts';
import type { ChangeMode, Role } from '../api/types.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { useCatalog } from '../api/queries.ts';
import { DecidingDialog } from '../parts/dialog.tsx';
import { failedToast, useDeed } from '../session/deed.ts';
import { FailingTests } from '../parts/effect/failing-tests.tsx';
import { Icon } from '../parts/icon.tsx';
import { Refused } from '../parts/effect/refused.tsx';
import { words } from '../words/words.ts';
import { useWriting } from '../session/writing.tsx';
import type { Cells } from '../api/cells.ts';
import { deletionEdits } from './deletion-edits.ts';
import { Loser } from './loser.tsx';

interface DeleteDialogProps {
  readonly workspace: string;
  readonly role: Role;
  readonly roles: readonly Role[];
  readonly cells: Cells;
  readonly onClose: () => void;
}

/** Above so many holders the name of the role has to be typed. */
const mostUntyped = 20;

/** Deletes a role: everybody who is affected is listed with what they lose, and gets something else, all or each. */
export function DeleteDialog(props: DeleteDialogProps) {
  const { workspace, role, roles, cells, onClose } = props;
  const { data: catalog } = useCatalog();
  const heirs = roles.filter((one) => one.role !== role.role && one.spans === role.spans);
  const first = heirs.find((one) => one.role === catalog?.defaultRole) ?? heirs[0];
  const { heir, setHeir, each, setEach } = useHeirs(first?.role ?? '');
  const [typed, setTyped] = useState('');
  const writing = useWriting();
  const { write } = writing;
  const { preview, holders, isKnown } = useDeletion(props, {
    heir,
    each,
    firstType: catalog?.subjectTypes[0] ?? 'user',
  });
  const { judgement, refusal, isChecking } = preview;
  const failing = judgement?.tests && judgement.tests.failed.length > 0 ? judgement.tests : undefined;
  const isTyped = holders.length <= mostUntyped || typed.trim() === role.title;
  const names = { cells, workspace, roles: new Map(roles.map((one) => [one.role, one.title])) };
  const isRefused = refusal !== undefined && refusal.code !== 'unconfirmed';
  const { remove, isDoing } = useRemoval(props, preview, write);
  return (
    <DecidingDialog
      title={words.delete.title(role.title)}
      hint={isKnown ? words.delete.hint(holders.length) : isChecking && words.delete.checking}
      before={
        <>
          <span className="dialog-say">
            {isKnown && (isTyped ? words.delete.gains(gainers(judgement)) : words.delete.typed)}
          </span>
          {writing.choice}
        </>
      }
      keep={words.delete.keep}
      act={isDoing ? words.delete.deleting : writing.label(words.delete.submit(holders.length))}
      cannot={isRefused || isChecking || isDoing || !isTyped || !isKnown}
      onAct={remove}
      onClose={onClose}
    >
      {holders.length > 0 && (
        <Holders
          {...props}
          holders={holders}
          heirs={heirs}
          heir={heir}
          onHeir={setHeir}
          each={each}
          onEach={setEach}
          isChecking={isChecking}
          titles={names.roles}
        />
      )}
      {isRefused && !failing && <Refused refusal={refusal} names={names} />}
      {failing && <FailingTests tests={failing} names={names} />}
      <Notes role={role.role} />
      {holders.length > mostUntyped && (
        <label className="field">
          {words.delete.type(role.title)}
          <input className="input" value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </label>
      )}
    </DecidingDialog>
  );
}

/** What deleting it would do, and who holds it: also those who get another role before, and so do not lose it by that. */
function useDeletion(
  { workspace, role }: DeleteDialogProps,
  {
    heir,
    each,
    firstType,
  }: { readonly heir: string; readonly each: Readonly<Record<string, string>>; readonly firstType: string },
) {
  const { actor } = useActorSession();
  const deletion = { workspace, role: role.role, heir, firstType };
  const whole = useBuiltPreview(actor, JSON.stringify([deletion, {}]), (signal) =>
    deletionEdits({ ...deletion, each: {} }, signal),
  );
  const preview = useBuiltPreview(actor, JSON.stringify([deletion, each]), (signal) =>
    deletionEdits({ ...deletion, each }, signal),
  );
  const losses = new Map((preview.judgement?.affected ?? []).map((one) => [one.subject, one.lost]));
  const held = (whole.judgement?.affected ?? []).filter((one) => one.roles.includes(role.role));
  const isKnown = preview.judgement !== undefined && whole.judgement !== undefined;
  return { preview, isKnown, holders: held.map((one): Affected => ({ ...one, lost: losses.get(one.subject) ?? [] })) };
}

interface HoldersProps extends DeleteDialogProps {
  readonly holders: readonly Affected[];
  readonly heirs: readonly Role[];
  readonly heir: string;
  readonly onHeir: (role: string) => void;
  readonly each: Readonly<Record<string, string>>;
  readonly onEach: (each: Readonly<Record<string, string>>) => void;
  readonly isChecking: boolean;
  readonly titles: ReadonlyMap<string, string>;
}

/** So many are listed; of others it is said how many they are. */
const mostListed = 200;

function Holders({
  workspace,
  role,
  cells,
  holders,
  heirs,
  heir,
  onHeir,
  each,
  onEach,
  isChecking,
  titles,
}: HoldersProps) {
  const { data: catalog } = useCatalog();
  return (
    <>
      <label className="heir-of-all">
        {words.delete.everybody}
        <select className="input" value={heir} onChange={({ target }) => onHeir(target.value)}>
          {heirs.map((one) => (
            <option key={one.role} value={one.role}>
              {one.title} {one.role === catalog?.defaultRole ? words.delete.ofDefault : ''}
            </option>
          ))}
        </select>
      </label>
      <ul className="losers" data-checking={isChecking || undefined}>
        {holders.slice(0, mostListed).map((one) => (
          <Loser
            key={`${one.workspace ?? ''} ${one.subject}`}
            affected={one}
            place={workspace}
            role={role.role}
            heirs={heirs}
            heir={each[one.subject] ?? heir}
            cells={cells}
            titles={titles}
            onChoose={(id) => onEach({ ...each, [one.subject]: id })}
          />
        ))}
      </ul>
      {holders.length > mostListed && <p className="hint">{words.common.others(holders.length - mostListed)}</p>}
    </>
  );
}

function Notes({ role }: { readonly role: string }) {
  return (
    <ul className="notes">
      <li>
        <Icon name="lock" size="small" />
        <span>
          {words.delete.idBefore} <code>{role}</code> {words.delete.idTaken}
        </span>
      </li>
      <li>
        <Icon name="undo" size="small" />
        {words.delete.undo}
      </li>
    </ul>
  );
}

function gainers(
  judgement: { readonly effect?: { readonly gained: readonly { readonly subjects: readonly string[] }[] } } | undefined,
): number {
  return new Set((judgement?.effect?.gained ?? []).flatMap(({ subjects }) => subjects)).size;
}

function useHeirs(first: string) {
  const [chosen, setChosen] = useState<string>();
  const [each, setEach] = useState<Readonly<Record<string, string>>>({});
  return { heir: chosen ?? first, setHeir: setChosen, each, setEach };
}

function useRemoval(
  { workspace, role, onClose }: DeleteDialogProps,
  { edits, judgement }: BuiltPreview,
  write: ChangeMode | undefined,
) {
  const { run, make, isDoing } = useDeed();
  const [, navigate] = useLocation();
  const remove = (): void => {
    const after = (): void => {
      onClose();
      navigate(toWorkspace(workspace, 'roles'));
    };
    const change = { edits: confirmed(edits, judgement), write, done: words.delete.deleted(role.title), after };
    run(make(change), (error) =>
      hasCode(error, 'stale-confirm', 'unconfirmed', 'changed-meanwhile')
        ? { kind: 'failed', text: words.delete.stale }
        : failedToast(error),
    );
  };
  return { remove, isDoing };
}
