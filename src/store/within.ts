/** What a piece of work comes to, or undefined when it takes longer than so many milliseconds. It is not stopped. */
export async function within<Result>(work: Promise<Result>, waitMs: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), waitMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
