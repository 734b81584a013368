/** What both servers of a comparison agree on. */
export const benchClient = {
  id: 'bench',
  secret: 'bench-secret-of-enough-length-for-anyone',
  redirectUri: 'http://127.0.0.1:9/callback',
};

export const benchPerson = { userName: 'bench', password: 'a long enough password for a bench' };

/** Whether a sign-in pays for its password hash: off to see what everything else costs. */
export const withHash = process.env['BENCH_HASH'] !== 'off';
