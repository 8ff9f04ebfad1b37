import { assert } from 'chai';
import { runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';
import { madeReview, reviewedFiles, reviewedFindings, writtenReview } from '../../support/written-review.ts';

/** Causes each answer about a review, and holds it against the document. */
export async function checkReviews(
  check: (running: RunningSidecar, template: string, path: string) => Promise<Reply>,
): Promise<void> {
  const written = await writtenReview(madeReview(Object.values(reviewedFindings())));
  const running = await runSidecar({ files: reviewedFiles(), review: written.file });
  const without = await runSidecar({ files: reviewedFiles() });
  const statusOf = async (of: RunningSidecar, kind: string, id: string): Promise<number> =>
    (await check(of, `/v1/${kind}s/{${kind}}/review`, `/v1/${kind}s/${id}/review`)).status;
  assert.strictEqual(await statusOf(running, 'workspace', 'support'), 200);
  assert.strictEqual(await statusOf(running, 'organization', 'acme'), 200);
  await written.write('{');
  assert.strictEqual(await statusOf(running, 'workspace', 'support'), 503);
  assert.strictEqual(await statusOf(without, 'workspace', 'support'), 409);
  await written.dispose();
}
