// Lets the authenticator open without a connection, to say so. Nothing else is kept: what is asked comes from us alone.
'use strict';

const CACHE = 'latchkey-authenticator-1';
const OFFLINE = '/authenticator/offline';

/** The page that says so, and what it looks like. */
const keep = async () => {
  const cache = await caches.open(CACHE);
  const page = await fetch(OFFLINE, { cache: 'no-store' });
  const parts = (await page.clone().text()).match(/\/assets\/[^"]+/g) ?? [];
  await Promise.all([cache.put(OFFLINE, page), cache.addAll([...new Set(parts)])]);
};

const kept = async (request, name) => {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(name);
    if (!found) throw error;
    return found;
  }
};

self.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = async () => (await caches.keys()).filter((name) => name.startsWith('latchkey-') && name !== CACHE);
  event.waitUntil(old().then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(kept(request, OFFLINE));
  else if (new URL(request.url).pathname.startsWith('/assets/')) event.respondWith(kept(request, request.url));
});
