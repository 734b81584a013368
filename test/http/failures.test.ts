import { expect } from 'chai';
import { errorCodes, AppError } from '../../src/kernel/errors.ts';
import type { ErrorCode } from '../../src/kernel/errors.ts';
import { get } from '../../src/http/route.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const SECRET = 'what only the log may know';

const isErrorCode = (text: string): text is ErrorCode => (errorCodes as readonly string[]).includes(text);

describe('http: errors', () => {
  let server: Serving;

  before(async () => {
    server = await serve({
      routes: [
        get('/app-error/:code', ({ params }) => {
          const code = String(params['code']);
          return Promise.reject(isErrorCode(code) ? new AppError(code, SECRET, { retryAfter: 1.2 }) : new Error(code));
        }),
        get('/unknown', () => Promise.reject(new Error(SECRET))),
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- some library may do so
        get('/thrown', () => Promise.reject(SECRET)),
      ],
    });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const code of errorCodes) {
    it(`have a page for ${code} in every language, which keeps the cause to the log`, async () => {
      for (const language of ['en', 'de']) {
        const reply = await server.send(`/app-error/${code}`, { headers: { 'accept-language': language } });
        const error = new AppError(code, '');
        expect(reply.status).to.equal(error.status);
        expect(reply.headers['retry-after']).to.equal(error.public || code === 'internal' ? '2' : undefined);
        expect(reply.body).not.to.include(SECRET);
        expect(reply.body).not.to.include('errors.');
        expect(reply.body).to.include(String(reply.headers['x-request-id']));
        const logged = server.lines.at(-1);
        expect(logged?.facts['correlation']).to.equal(reply.headers['x-request-id']);
        expect((logged?.facts['error'] as Error).message).to.equal(SECRET);
      }
    });
  }

  it('that nobody foresaw are one page, whatever was thrown, and an error in the log', async () => {
    for (const path of ['/unknown', '/thrown']) {
      const reply = await server.send(path);
      expect(reply.status).to.equal(500);
      expect(reply.body).to.include('Something went wrong on our side');
      expect(reply.body).not.to.include(SECRET);
      expect(server.lines.at(-1)?.level).to.equal('error');
    }
  });

  it('keep what may be a token in the path out of the log', async () => {
    const token = 'x7Qd0yB3k1mZ9cV5'.repeat(3);
    await server.send(`/reset/link/${token}/more`);
    expect(server.lines.at(-1)?.facts['path']).to.equal('/reset/link/x7Qd…/more');
    expect(JSON.stringify(server.lines)).not.to.include(token);
  });

  it('are JSON for a client that prefers it, with no more in it than the page', async () => {
    const reply = await server.send('/unknown', { headers: { accept: 'application/json' } });
    expect(JSON.parse(reply.body)).to.deep.equal({ error: 'internal', correlation: reply.headers['x-request-id'] });
  });

  it('lead back: to the start page and to the help desk', async () => {
    const { body } = await server.send('/nowhere');
    expect(body).to.include('href="/"');
    expect(body).to.include('href="mailto:help@example.test"');
  });
});
