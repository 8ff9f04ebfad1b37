import { printable } from './printable.ts';

/** A user's text within HTML: between tags, or in an attribute that has quotes. */
export function escapeHtml(text: string): string {
  return printable(text.toWellFormed())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
