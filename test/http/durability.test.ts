import { expect } from 'chai';
import { get, json } from '../../src/http/route.ts';
import { serve } from './serving.ts';

describe('http: durability', () => {
  it('answers nothing before the store says that what was committed would survive', async () => {
    const order: string[] = [];
    const { promise: synced, resolve: sync } = Promise.withResolvers<undefined>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<undefined>();
    await using server = await serve({
      routes: [
        get('/write', () => {
          order.push('handled');
          return Promise.resolve(json({}));
        }),
      ],
      durable: async () => {
        order.push('asked');
        ask(undefined);
        await synced;
        order.push('durable');
      },
    });
    const reply = server.send('/write').then(() => order.push('answered'));
    await asked;
    sync(undefined);
    await reply;
    expect(order).to.deep.equal(['handled', 'asked', 'durable', 'answered']);
  });

  it('answers with an error when the store cannot promise it', async () => {
    await using server = await serve({
      routes: [get('/write', () => Promise.resolve(json({ done: true })))],
      durable: () => Promise.reject(new Error('disk full')),
    });
    const reply = await server.send('/write');
    expect(reply.status).to.equal(500);
    expect(reply.body).not.to.include('done');
  });
});
