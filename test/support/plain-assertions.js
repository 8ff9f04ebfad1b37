import { config } from 'chai';

// chai wraps each assertion, so that a mistyped word in a chain of `expect` is told. There are no such chains here, the linter
// sees to that, and a mistyped function of `assert` is an error anyway.
config.useProxy = false;
