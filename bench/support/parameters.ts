/** What both servers of a comparison agree on. */
export const benchClient = {
  id: 'bench',
  secret: 'bench-secret-of-enough-length-for-anyone',
  redirectUri: 'http://127.0.0.1:9/callback',
};

export const benchPerson = { userName: 'bench', password: 'a long enough password for a bench' };

/** argon2id as in production, or next to free, to see what everything else costs. */
export const argon2 =
  process.env['BENCH_HASH'] === 'off'
    ? { memoryCost: 8, timeCost: 1, parallelism: 1 }
    : { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
