import { expect } from 'chai';
import { serve } from './serving.ts';

describe('http: pages', () => {
  it('shows the start page with the name of the organisation', async () => {
    await using server = await serve();
    const reply = await server.send('/');
    expect(reply.status).to.equal(200);
    expect(reply.body).to.include('Example &amp; Sons');
  });

  it('shows a page for what is not there, with a reference', async () => {
    await using server = await serve();
    const reply = await server.send('/nowhere');
    expect(reply.status).to.equal(404);
    expect(reply.body).to.include('Page not found');
    expect(reply.body).to.include(String(reply.headers['x-request-id']));
  });
});
