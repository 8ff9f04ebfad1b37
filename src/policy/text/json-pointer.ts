/**
 * The pointer (RFC 6901) to what stands at a place of a well-formed JSON text: the value that begins there, or the one whose
 * name or text does.
 */
export function pointerAt(json: string, place: number): string {
  const path: (string | number)[] = [];
  let isName = false;
  for (const token of json.matchAll(tokenPattern)) {
    if (token.index > place) break;
    const [text] = token;
    const last = path.at(-1);
    if (text === '{') path.push('');
    else if (text === '[') path.push(0);
    else if (text === '}' || text === ']') path.pop();
    else if (text === ',' && typeof last === 'number') path[path.length - 1] = last + 1;
    else if (isName && text.startsWith('"')) path[path.length - 1] = JSON.parse(text) as string;
    isName = text === '{' || (text === ',' && typeof path.at(-1) === 'string');
  }
  return path.map((name) => `/${escapeName(String(name))}`).join('');
}

/** What a name is in a pointer. */
export function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

const tokenPattern = /[{}[\],]|"[^"\\]*(?:\\.[^"\\]*)*"/g;
