import type { SourceFile } from '../../compile/file/policy-files.ts';

/** The text of one line of a policy file, by the path that problems show; undefined when it is not there. */
export type SourceLines = (file: string, line: number) => string | undefined;

/** Files are decoded and cut only when a line of them is asked for, because most runs find no problem. */
export function createSourceLines(files: readonly SourceFile[], display: (path: string) => string): SourceLines {
  const contents = new Map<string, Uint8Array>();
  for (const file of files) if ('content' in file) contents.set(display(file.path), file.content);
  const cut = new Map<string, readonly string[]>();
  return (file, line) => {
    const content = contents.get(file);
    if (content === undefined) return undefined;
    const lines = cut.get(file) ?? cutLines(content);
    cut.set(file, lines);
    return lines[line - 1];
  };
}

// Lines end at `\n` alone, as the compiler counts them.
function cutLines(content: Uint8Array): readonly string[] {
  const lines = new TextDecoder().decode(content).split('\n');
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
