/**
 * The statement by which a page or a statement file has psql load a log, for the server to run: where psql's `\\copy` is
 * done by the client, this one is done by the server, word for word.
 */
export function publishedLoad(text: string): string {
  const [, copy] = /\\copy (.*)/.exec(text) ?? [];
  if (copy === undefined) throw new Error('it shows no `\\copy`');
  return `COPY ${copy}`;
}
