/*
 * Unpacks the Chromium of @sparticuz/chromium, with the libraries that a machine without a browser lacks, into the folder of
 * TMPDIR, and prints where it is. A process of its own: the package says by the environment what it unpacks.
 */
import chromium from '@sparticuz/chromium';

process.stdout.write(await chromium.executablePath());
