/** Content as it is where lines end with a line feed; the same bytes when they do already. */
export function withLineFeeds(content: Uint8Array): Uint8Array {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (!bytes.includes('\r\n')) return content;
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
