/** When this run began. */
export const startedAtMs = performance.now();

/** Tells on stderr what is being done, with the seconds since the start. */
export function say(text: string): void {
  console.error(`${((performance.now() - startedAtMs) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}
