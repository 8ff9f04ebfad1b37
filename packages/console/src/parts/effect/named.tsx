import type { Cells } from '../../api/cells.ts';
import { scopeWord } from '../../words/forms/count.ts';

export interface EffectNames {
  readonly cells: Cells;
  readonly workspace: string;
  /** Titles of roles, by id. */
  readonly roles: ReadonlyMap<string, string>;
}

/** A sentence of the sidecar, whose quoted ids are said as people know them. */
export function Named({ text, names }: { readonly text: string; readonly names: EffectNames }) {
  return (
    <>
      {text.split('`').map((part, index) => {
        if (index % 2 === 0) return part;
        const title = names.roles.get(part) ?? titleOfCell(part, names.cells);
        if (title !== undefined)
          return (
            <b key={index}>
              <bdi>{title}</bdi>
            </b>
          );
        return part.includes('@') ? <bdi key={index}>{part}</bdi> : <code key={index}>{part}</code>;
      })}
    </>
  );
}

function titleOfCell(word: string, cells: Cells): string | undefined {
  const title = cells.titleOf(word, scopeWord);
  return title === word ? undefined : title;
}
