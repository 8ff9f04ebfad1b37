/** What somebody else's program said, as it may be told: one line without hidden characters, cut where it is long. */
export function plainText(text: string, mostCharacters: number): string {
  const line = Array.from(text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim());
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1).join('')}…` : line.join('');
}
