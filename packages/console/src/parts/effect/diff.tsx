interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap';
  readonly number: number | undefined;
  readonly text: string;
}

interface DiffFile {
  readonly name: string;
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

/** Reads a unified diff. */
export function readPatch(patch: string): readonly DiffFile[] {
  const files: { name: string; lines: DiffLine[] }[] = [];
  let [before, after] = [0, 0];
  for (const line of patch.split('\n')) {
    const file = files.at(-1);
    if (line.startsWith('--- ')) continue;
    if (line.startsWith('+++ ')) files.push({ name: line.slice(4).replace(/^b\//, ''), lines: [] });
    else if (line.startsWith('@@')) {
      const [, from = '0', to = '0'] = /-(\d+)\S* \+(\d+)/.exec(line) ?? [];
      [before, after] = [Number(from), Number(to)];
      if (file && file.lines.length > 0) file.lines.push({ kind: 'gap', number: undefined, text: '…' });
    } else if (line.startsWith('+')) file?.lines.push({ kind: 'added', number: after++, text: line.slice(1) });
    else if (line.startsWith('-')) file?.lines.push({ kind: 'removed', number: before++, text: line.slice(1) });
    else if (line.startsWith(' ')) {
      file?.lines.push({ kind: 'same', number: after++, text: line.slice(1) });
      before += 1;
    }
  }
  return files.map(({ name, lines }) => ({
    name,
    lines,
    added: lines.filter(({ kind }) => kind === 'added').length,
    removed: lines.filter(({ kind }) => kind === 'removed').length,
  }));
}

const signs = { same: '', added: '+', removed: '−', gap: '' } as const;

/** The text that is changed. It scrolls and never wraps; its signs are text, so it can be read aloud and copied. */
export function Diff({ file }: { readonly file: DiffFile }) {
  return (
    <div className="diff" role="group" aria-label={file.name} tabIndex={0}>
      <ol>
        {file.lines.map(({ kind, number, text }, index) => (
          <li className={`diff-${kind}`} key={index}>
            <span className="diff-number">{number}</span>
            <span className="diff-sign">{signs[kind]}</span>
            <code>{text}</code>
          </li>
        ))}
      </ol>
    </div>
  );
}
