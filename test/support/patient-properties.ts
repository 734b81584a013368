import fc from 'fast-check';

// Required by every mocha process, and below its timeout: a property that fails and shrinks for long would be cut off
// without its counterexample, and go on writing into the store of the next test.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor can be given to single properties only
fc.configureGlobal({ interruptAfterTimeLimit: 80_000, markInterruptAsFailure: true });
