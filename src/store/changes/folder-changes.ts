import { createHash } from 'node:crypto';
import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import { objectOfEdit, placeOfEdit, type AskedEdit } from '../../review/changes/asked-edit.ts';
import { isRefused, judgeEdits, type JudgedEdits } from '../../review/changes/judge-edits.ts';
import { judgedData } from '../../review/changes/judged-data.ts';
import { judgeRevert } from '../../review/changes/judge-revert.ts';
import { undoOf } from '../../review/changes/text-undo.ts';
import { PolicyDirectory } from '../folder/policy-directory.ts';
import type { OnStep } from '../writing/settle-change.ts';
import {
  ChangedMeanwhile,
  describeWriteFailure,
  writePolicyFiles,
  type FileReplacement,
} from '../writing/write-policy-files.ts';
import type {
  AskedChange,
  ChangeAnswer,
  ChangeFilter,
  ChangeHead,
  ChangeList,
  ChangeRefusal,
  ListedEdit,
} from './asked-change.ts';
import { ChangeHistory, headOfRecord, historyFolder, type ChangeRecord } from './change-history.ts';
import { findStranger, refusalOf, refuseEdit, refused, refusalToTell } from './change-refusals.ts';
import { revertedFiles } from './reverted-files.ts';

export interface FolderChangesOptions {
  readonly now?: () => number;
  /** Told before the first file takes its place. */
  readonly onWriting?: () => void;
  readonly onStep?: OnStep;
}

/** Changes of a policy directory: judged, written whole or not at all, and kept, so that they can be listed and undone. */
export class FolderChanges {
  readonly #directory: PolicyDirectory;
  readonly #compiler = new PolicyCompiler();
  readonly #history: ChangeHistory;
  readonly #options: FolderChangesOptions;

  constructor(root: string, options: FolderChangesOptions = {}) {
    this.#directory = new PolicyDirectory(root, 'in-one-turn');
    this.#history = new ChangeHistory(this.#directory.root);
    this.#options = options;
  }

  /** Reads and compiles what is there, so that the first change need not wait for it. */
  async prepare(): Promise<void> {
    await this.#history.refresh();
    this.#compiler.compile(await this.#directory.read('all'), this.#nowMs());
  }

  async list(filter: ChangeFilter): Promise<ChangeList> {
    await this.#history.refresh();
    return this.#history.list(filter);
  }

  /** Judges a change and makes it. One at a time: whoever calls sees to that. */
  async ask(asked: AskedChange): Promise<ChangeAnswer> {
    await this.#history.refresh();
    const before = this.#findMade(asked);
    if (before) return before;
    let seen: AskedChange = asked;
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.#attempt(seen);
      if (found.kind !== 'again') return found;
      if (attempt === mostAttempts) return refused('conflict', 'changed-meanwhile', found.message);
      // What was judged once is what whoever asks has seen: if that very thing is another one now, they must look again.
      seen = withEtags(seen, found.etags);
    }
  }

  #findMade({ idempotency, caller, isPreview }: AskedChange): ChangeAnswer | undefined {
    if (!idempotency || isPreview) return undefined;
    const made = this.#history.findByKey(idempotency.key, caller.name, this.#nowMs());
    if (!made) return undefined;
    if (made.idempotency?.digest === idempotency.digest) return { kind: 'written', head: headOfRecord(made) };
    return refused('against-the-rules', 'idempotency-key-reused', 'the key was sent with another change');
  }

  async #attempt(asked: AskedChange): Promise<ChangeAnswer | Again> {
    const files = await this.#directory.read('all');
    const live = this.#compiler.compile(files, this.#nowMs());
    if (!live.policy) {
      const [first] = live.problems.filter(({ severity }) => severity === 'error');
      const message = `the files have problems, as ${first?.file ?? ''}:${first?.line ?? 0}: ${first?.message ?? ''}`;
      return refused('conflict', 'policy-at-fault', message, 'mend them first; nothing was written');
    }
    const out = findOutOfReach(asked, live.policy);
    if (out) return { kind: 'refused', refusal: out };
    const judged = await this.#judge(asked, files, live.policy);
    if ('refusal' in judged) return { kind: 'refused', refusal: judged.refusal };
    const beyond = findOutOfReach({ ...asked, what: { kind: 'edits', edits: judged.edits } }, live.policy);
    if (beyond) return { kind: 'refused', refusal: beyond };
    const data = judgedData(judged);
    if (isRefused(judged)) return refusalToTell(refusalOf(judged), data);
    if (asked.isPreview || judged.touched.length + judged.removed.length === 0) {
      return { kind: 'judged', data, revision: live.policy.revision };
    }
    if (judged.confirm !== undefined && judged.edits.some((edit) => isUnconfirmed(edit, asked))) {
      const message = `a role is deleted, and ${judged.affected.length} are affected; nobody has agreed to the list`;
      const help = 'show `affected`, and send the edit again with `confirm`';
      return { kind: 'refused', refusal: { kind: 'conflict', code: 'unconfirmed', message, help }, data };
    }
    const record = this.#record(asked, judged, { files, live: live.policy });
    const again = await this.#write(files, judged, record);
    return again ?? { kind: 'written', head: headOfRecord(record), data };
  }

  async #judge(
    asked: AskedChange,
    files: readonly SourceFile[],
    live: PolicySet,
  ): Promise<JudgedEdits | { readonly refusal: ChangeRefusal }> {
    // Who makes and moves places is the token's business, which was asked.
    const options = { nowMs: this.#nowMs(), actor: asked.actor, provisions: true, compiler: this.#compiler };
    try {
      if (asked.what.kind === 'edits') {
        const stranger = findStranger(asked.what.edits, asked.actor, live, options.nowMs);
        return stranger ? { refusal: stranger } : await judgeEdits(files, asked.what.edits, options);
      }
      const { change } = asked.what;
      const record = this.#history.find(change);
      if (!record || isForeign(record, asked.caller.organizations)) {
        return { refusal: { kind: 'unknown', code: 'unknown-change', message: `there is no change ${quote(change)}` } };
      }
      // Where it was made may be no more: what becomes of that is told when it is undone.
      const stranger = findStranger(record.edits, asked.actor, live, options.nowMs);
      if (stranger?.kind === 'not-allowed') return { refusal: stranger };
      const reverted = revertedFiles(files, record);
      return 'refusal' in reverted ? reverted : await judgeRevert(files, reverted.files, options);
    } catch (error) {
      if (!(error instanceof RefusedEdit)) throw error;
      return { refusal: refuseEdit(error) };
    }
  }

  #record(
    { actor, caller, reason, what, idempotency }: AskedChange,
    judged: JudgedEdits,
    { files, live }: { readonly files: readonly SourceFile[]; readonly live: PolicySet },
  ): ChangeRecord {
    const changed = replacementsOf(files, judged);
    return {
      change: this.#history.nextId(),
      at: new Date(this.#nowMs()).toISOString(),
      actor,
      ...(caller.name === undefined ? {} : { caller: caller.name }),
      ...(reason === undefined ? {} : { reason }),
      ...(what.kind === 'revert' ? { reverts: what.change } : {}),
      edits: judged.edits.map((edit) => listedEdit(edit, live)),
      revision: judged.revision ?? '',
      written: { files: changed.map(({ path }) => path) },
      people: new Set((judged.effect?.difference.changes ?? []).flatMap(({ subjects }) => subjects)).size,
      ...(idempotency ? { idempotency } : {}),
      files: changed.map(({ path, before, after }) => ({
        path,
        after: after ? hashOf(after) : null,
        undo: undoOf(textOf(before), textOf(after)),
      })),
    };
  }

  // With its record, so that there is no change that nobody knows of, and none that was not made.
  async #write(files: readonly SourceFile[], judged: JudgedEdits, record: ChangeRecord): Promise<Again | undefined> {
    const { onWriting, onStep } = this.#options;
    const kept = { path: `${historyFolder}/${record.change}.json`, before: undefined, after: jsonOf(record) };
    onWriting?.();
    try {
      await writePolicyFiles(this.#directory.root, [...replacementsOf(files, judged), kept], onStep);
      return undefined;
    } catch (error) {
      if (error instanceof ChangedMeanwhile) return { kind: 'again', message: error.message, etags: judged.etags };
      throw describeWriteFailure('policy folder', error);
    }
  }

  #nowMs(): number {
    return (this.#options.now ?? Date.now)();
  }
}

interface Again {
  readonly kind: 'again';
  readonly message: string;
  readonly etags: JudgedEdits['etags'];
}

const mostAttempts = 5;

function withEtags(asked: AskedChange, etags: JudgedEdits['etags']): AskedChange {
  if (asked.what.kind === 'revert') return asked;
  const edits = asked.what.edits.map((edit, index): AskedEdit => {
    const seen = etags[index];
    return edit.etag === undefined && seen !== undefined ? { ...edit, etag: seen } : edit;
  });
  return { ...asked, what: { kind: 'edits', edits } };
}

function isUnconfirmed(edit: AskedEdit, { what }: AskedChange): boolean {
  return what.kind === 'edits' && edit.edit === 'role.delete' && edit.confirm === undefined;
}

/** What a token may not reach, whoever acts by it. */
function findOutOfReach({ what, caller }: AskedChange, policy: PolicySet): ChangeRefusal | undefined {
  if (what.kind === 'revert') return undefined;
  for (const [index, edit] of what.edits.entries()) {
    const object = objectOfEdit(edit);
    const isOfPlace = object === 'workspace' || object === 'organization';
    if (isOfPlace && !caller.mayProvision) {
      const message = `${quote(edit.edit)} needs a token with the scope \`provision\``;
      return { kind: 'not-allowed', code: 'forbidden', edit: index, message };
    }
    const { organizations } = caller;
    const within = organizationOf(edit, policy);
    if (organizations && (within === undefined || !organizations.includes(within))) {
      const message = 'the token is for some organizations, and this place is not theirs';
      return { kind: 'not-allowed', code: 'forbidden', edit: index, message };
    }
  }
  return undefined;
}

function isForeign({ edits }: ChangeHead, organizations: readonly string[] | undefined): boolean {
  return (
    organizations !== undefined && !edits.every(({ within }) => within !== undefined && organizations.includes(within))
  );
}

/** The organization that an edit is in, also one that it makes; undefined: none that has a name. */
function organizationOf(edit: AskedEdit, policy: PolicySet): string | undefined {
  const words = edit as unknown as { readonly organization?: string };
  if (edit.edit === 'organization.create') return edit.organization;
  const place = placeOfEdit(edit);
  const found = place?.kind === 'workspace' ? findWorkspace(policy, place.id)?.organization : undefined;
  if (found) return found.id;
  return words.organization === undefined ? undefined : findOrganization(policy, words.organization)?.id;
}

function listedEdit(edit: AskedEdit, policy: PolicySet): ListedEdit {
  const within = organizationOf(edit, policy);
  return within === undefined ? edit : { ...edit, within };
}

function replacementsOf(before: readonly SourceFile[], { touched, removed }: JudgedEdits): FileReplacement[] {
  const known = new Map(before.map((file) => [file.path, contentOf(file)]));
  return [
    ...touched.map((file) => ({ path: file.path, before: known.get(file.path), after: contentOf(file) })),
    ...removed.map((path) => ({ path, before: known.get(path), after: undefined })),
  ];
}

function contentOf(file: SourceFile): Uint8Array | undefined {
  return 'content' in file ? file.content : undefined;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(content: Uint8Array | undefined): string | null {
  return content === undefined ? null : decoder.decode(content);
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function jsonOf(record: ChangeRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`);
}
