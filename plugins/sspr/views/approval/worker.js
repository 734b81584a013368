// Lets the authenticator open without a connection, to say so, and tells of requests that it is pushed word of. Nothing
// else is kept: what is asked comes from us alone.
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

const HOME = '/authenticator';

const read = (data) => {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
};

// Whatever comes is shown, as browsers ask for it: a push service stops bringing what is not.
self.addEventListener('push', (event) => {
  const { title = location.host, body, lang } = read(event.data);
  const look = { body, lang, icon: '/authenticator-icon.svg', tag: 'latchkey-approval', renotify: true };
  event.waitUntil(self.registration.showNotification(title, look));
});

const open = async () => {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // Finds by itself what is asked.
  const there = windows.find(({ url }) => new URL(url).pathname === HOME);
  return there ? there.focus() : self.clients.openWindow(HOME);
};

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open());
});
