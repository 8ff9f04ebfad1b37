/** What PostgreSQL calls the news of a release by: a publication sends them, and sidecars listen. */
export const releaseChannel = 'rolebook_release';
