/** How the name of a file ends that is being written; one that stays was left by a process that died. */
export const passingEnd = '.tmp';
