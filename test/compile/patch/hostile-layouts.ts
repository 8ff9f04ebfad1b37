import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/policy/text/json.ts';

/** A way in which files are laid out that editors of YAML have been known to lose. */
export interface HostileLayout {
  readonly name: string;
  write(data: JsonObject): string;
}

interface Style {
  /** The lines above an entry, and what stands behind a value on its line. */
  readonly above?: (key: string, indent: string, index: number) => string[];
  readonly behind?: (text: string) => string;
  readonly key?: (text: string) => string;
  readonly scalar?: (value: string, indent: string) => string;
  /** Lists and mappings in brackets; undefined: in lines. */
  readonly flow?: (parts: readonly string[], brackets: string, indent: string) => string;
  /** At the top, too. */
  readonly isFlowFile?: boolean;
  readonly dash?: string;
  readonly colon?: string;
  readonly isAsked?: boolean;
}

const plain = (text: string): string =>
  /^[A-Za-z][\w@.:-]*(?: [\w]+)*$/.test(text) && !text.endsWith(':') ? text : JSON.stringify(text);

class StyledWriter {
  readonly #style: Style;

  constructor(style: Style) {
    this.#style = style;
  }

  mapping(data: JsonObject, indent: string): string[] {
    const { above, key: writeKey = plain, colon = ' ', isAsked = false } = this.#style;
    return Object.entries(data).flatMap(([key, value], index) => {
      const lines = above?.(key, indent, index) ?? [];
      if (isAsked && index % 2 === 1) {
        const written = this.#value(value, `${indent}  `);
        return [...lines, `${indent}? ${writeKey(key)}`, `${indent}:${written.startsWith('\n') ? '' : ' '}${written}`];
      }
      const written = this.#value(value, indent);
      return [...lines, `${indent}${writeKey(key)}:${written.startsWith('\n') ? '' : colon}${written}`];
    });
  }

  /** Behind a colon or a dash: on its line, or on lines that begin with a line feed. */
  #value(value: JsonValue, indent: string): string {
    const { behind = (text) => text } = this.#style;
    if (typeof value !== 'object' || value === null) return behind(this.#scalar(value, indent));
    if (Object.keys(value).length === 0) return behind(Array.isArray(value) ? '[]' : '{}');
    if (this.#style.flow) return behind(this.inline(value, indent));
    if (isJsonObject(value)) return `${behind('')}\n${this.mapping(value, `${indent}  `).join('\n')}`;
    return `${behind('')}\n${this.#items(value, `${indent}  `).join('\n')}`;
  }

  #items(list: readonly JsonValue[], indent: string): string[] {
    const { behind = (text) => text, dash = '- ' } = this.#style;
    return list.map((item) => {
      if (!isJsonObject(item)) return `${indent}${dash}${this.#value(item, indent)}`;
      const inner = indent + ' '.repeat(dash.length);
      return `${indent}${dash}${this.mapping(item, inner).join('\n').slice(inner.length)}`.replace(/$/, behind(''));
    });
  }

  inline(value: JsonValue, indent: string): string {
    const { flow, key: writeKey = plain } = this.#style;
    if (typeof value !== 'object' || value === null) return this.#scalar(value, indent);
    const step = `${indent}  `;
    const parts = isJsonObject(value)
      ? Object.entries(value).map(([key, one]) => `${writeKey(key)}: ${this.inline(one, step)}`)
      : value.map((one) => this.inline(one, step));
    const brackets = isJsonObject(value) ? '{}' : '[]';
    return parts.length === 0 || !flow ? brackets : flow(parts, brackets, indent);
  }

  #scalar(value: string | number | boolean | null, indent: string): string {
    if (typeof value !== 'string') return value === null ? '~' : String(value);
    return (this.#style.scalar ?? plain)(value, indent);
  }
}

function write(style: Style, data: JsonObject): string {
  const writer = new StyledWriter(style);
  return style.isFlowFile ? writer.inline(data, '') : writer.mapping(data, '').join('\n');
}

const aligned = (text: string): string => `${text.padEnd(24)} # ${text === '' ? 'of it' : 'said so'}`;

let turn = 0;
const quoted = (text: string): string => {
  turn += 1;
  const escaped = JSON.stringify(text).replace('a', '\\x61').replace('e', '\\u0065').replace('i', '\\x69');
  return turn % 2 === 0 ? escaped : `'${text.replaceAll("'", "''")}'`;
};

const styles: Readonly<Record<string, (data: JsonObject) => string>> = {
  'comments in columns, on lines of their own and behind lists': (data) =>
    `${write(
      {
        behind: aligned,
        above: (key, indent, index) => [
          ...(index > 0 ? [`${indent}      # At another column.`] : []),
          `${indent}# About ${key}.`,
        ],
      },
      data,
    )}\n    # The end.\n`,
  'blank lines of every kind': (data) =>
    `\n\n${write({ above: (_key, indent, index) => (index === 0 ? [] : indent === '' ? ['', '', ''] : ['   ']) }, data)}\n\n\n`,
  'quotes and escapes': (data) => `${write({ key: quoted, scalar: quoted }, data)}\n`,
  'all on one line': (data) =>
    `${write({ isFlowFile: true, flow: (parts, [open, close]) => `${open}${parts.join(',  ')} ${close}` }, data)}\n`,
  'brackets over lines, with a comma at the end': (data) =>
    `${write(
      {
        flow: (parts, [open, close], indent) =>
          `${open}\n${parts.map((part) => `${indent}  ${part},${part.includes('\n') ? '' : '   # so'}`).join('\n')}\n${indent} ${close}`,
      },
      data,
    )}\n`,
  'commas at the beginning of lines': (data) =>
    `${write(
      {
        flow: (parts, [open, close], indent) =>
          `${open} ${parts.map((part, index) => (index === 0 ? part : `\n${indent}  , ${part}`)).join('')}\n${indent}  ${close}`,
      },
      data,
    )}\n`,
  'lines that end as on Windows': (data) =>
    `${write({ behind: aligned, above: (key, indent) => [`${indent}# About ${key}.`] }, data)}\n`.replaceAll(
      '\n',
      '\r\n',
    ),
  'plain texts folded over lines': (data) =>
    `${write({ scalar: (text, indent) => (/^[A-Z]\w* .* \w+\.$/.test(text) ? text.replaceAll(' ', `\n${indent}    `) : plain(text)) }, data)}\n`,
  'texts in lines of their own': (data) =>
    `${write(
      {
        scalar: (text, indent) =>
          text.includes(' ') || text.length === 3
            ? `${turn++ % 2 === 0 ? '|-' : '>-   # so'}\n${indent}     ${text}`
            : plain(text),
      },
      data,
    )}\n`,
  'tabs, blanks at the ends, and no last line end': (data) =>
    write({ behind: (text) => `${text}${text === '' ? '  ' : '\t# so '}`, dash: '-   ', colon: '     ' }, data),
  'a byte order mark, directives and document marks': (data) =>
    `\ufeff%YAML 1.2\n---  # Begin.\n${write({}, data)}\n# Last.\n...\n# After.\n`,
  'odd numbers and keys with question marks': (data) =>
    `${write({ isAsked: true }, data).replace(/: 31\b/, ': 0x1F')}\n`,
};

export const hostileLayouts: readonly HostileLayout[] = Object.entries(styles).map(([name, layOut]) => ({
  name,
  write: (data) => {
    turn = 0;
    return layOut(data);
  },
}));
