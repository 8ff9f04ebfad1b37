import { isolate } from '../forms/count.ts';

/** What nobody needs who is signed in. */
export const enteringWords = {
  title: 'Sign in',
  checking: 'Checking the link',
  badTitle: 'This link is not good any more',
  bad: 'A link lets one browser in, once, within ten minutes. Stop the sidecar and start it again with --try, or send it SIGHUP: it prints a new one.',
  none: {
    try: 'To get in, open the link that rolebook serve --try printed when it started.',
    openid: 'Sign in with the account of your organization.',
    proxy: 'What signs you in before these pages did not say who you are. Loading them anew may lead you there.',
  },
  again: 'Load the page anew',
  tryAgain: 'Try again',
  failures: {
    unavailable: {
      title: 'Nobody can sign in right now',
      hint: 'What people sign in with does not answer. It is asked again each time; whoever is signed in already stays so.',
    },
    busy: { title: 'Too many people are signing in', hint: 'Wait a moment, then try again.' },
    stale: {
      title: 'Signing in took too long',
      hint: 'Or it began in another tab or browser, or this address was opened a second time.',
    },
    denied: {
      title: 'You were not let in',
      hint: 'What you sign in with did not agree. Somebody who keeps it can say why.',
    },
    untrusted: {
      title: 'Signing in did not work',
      hint: 'The answer could not be trusted, so nobody was signed in. The log of the sidecar says more.',
    },
    'no-subject': {
      title: 'You have no id here',
      hint: 'What you signed in with did not say who you are in a way that can be used; an e-mail address, for one, has to be verified. The log of the sidecar says more.',
    },
    'no-policy': {
      title: 'Nobody can sign in yet',
      hint: 'No policy is in force that knows people like you. Try again in a moment.',
    },
  },
  noneTitle: 'Nobody is signed in',
  choose: 'Whom do you want to act as?',
  chooseHint: 'You are trying the pages out. You see and may do just what this person may.',
  find: 'Find a person',
  inCompany: (organization: string) => `All of ${isolate(organization)}`,
  more: 'These are the first hundred. Search for somebody else.',
  nobody: (search: string) => `Nobody is called “${isolate(search)}”`,
  lostTitle: 'Please sign in again',
  lost: 'Your session has ended. What you have not saved is kept on this page.',
  lostHow: {
    try: 'Open a new link of the sidecar in this browser, then come back here.',
    openid: 'You come back to this page.',
    proxy: 'You may be led to where you sign in.',
  },
  back: 'I have signed in',
  notNow: 'Not now',
} as const;
