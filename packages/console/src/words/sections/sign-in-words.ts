/** What is said of signing in to whoever is signed in. */
export const signInWords = {
  title: 'Sign in',
  staff: 'Staff of the product',
} as const;
