// Has this browser told of requests by web push (Push API): asks for it when its owner presses the button, never before.
'use strict';

(() => {
  const KEPT = 'latchkey-told-at';

  const closeOld = async () => {
    const registration = await navigator.serviceWorker.ready;
    for (const notification of await registration.getNotifications()) notification.close();
  };
  // Whoever looks at the page has been told.
  if (navigator.serviceWorker) void closeOld().catch(() => undefined);

  const place = document.querySelector('[data-telling]');
  if (!place) return;
  const { telling: key, phones, on } = place.dataset;
  const keys = globalThis.browserKeys('latchkey-authenticator');
  const isPossible =
    keys.isSupported &&
    navigator.serviceWorker &&
    window.PushManager !== undefined &&
    window.Notification !== undefined;
  const [begin, end] = ['off', 'on'].map((name) => place.querySelector(`form[data-telling-says=${name}]`));

  const show = (...what) => {
    for (const part of place.querySelectorAll('[data-telling-says]')) {
      part.hidden = !what.includes(part.dataset.tellingSays);
    }
    for (const hint of document.querySelectorAll('[data-telling-keep]')) hint.hidden = what.includes('on');
  };

  const say = (...what) => {
    show(...what);
    // The button that was pressed is gone: what came of it is next.
    place
      .querySelector('[data-telling-says]:not([hidden]) [tabindex], [data-telling-says][tabindex]:not([hidden])')
      ?.focus();
  };

  const send = async (form, fields) => {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const reply = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (!reply.ok) throw new Error(`answered with ${reply.status}`);
    return (await reply.json()).on === true;
  };

  const text = (buffer) => {
    const letters = { '+': '-', '/': '_', '=': '' };
    return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/[+/=]/g, (letter) => letters[letter]);
  };

  const manager = async () => (await navigator.serviceWorker.ready).pushManager;

  const subscription = async () => {
    const pushing = await manager();
    const before = await pushing.getSubscription();
    if (before && text(before.options.applicationServerKey) === key) return before;
    await before?.unsubscribe();
    return pushing.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  };

  /** Each of the people here has a key of their own, and each key signs. */
  const tell = async () => {
    const {
      endpoint,
      keys: { p256dh, auth },
    } = (await subscription()).toJSON();
    let all = true;
    for (const phone of phones.split(' ')) {
      const pair = await keys.find(phone);
      const signature = pair && (await keys.sign(pair, `latchkey push\n${endpoint}\n${p256dh}\n${auth}`));
      all = signature !== undefined && (await send(begin, { phone, endpoint, p256dh, auth, signature })) && all;
    }
    if (all) localStorage.setItem(KEPT, endpoint);
    return all;
  };

  const pressed = (form, work) => {
    let isBusy = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch {
        say('failed', form.dataset.tellingSays);
      }
      isBusy = false;
    });
  };

  pressed(begin, async () => {
    if ((await Notification.requestPermission()) !== 'granted') say('denied');
    else if (await tell()) say('on');
    else say('failed', 'off');
  });

  pressed(end, async () => {
    await send(end, {});
    localStorage.removeItem(KEPT);
    await (await (await manager()).getSubscription())?.unsubscribe();
    say('off');
  });

  /** As it is when the page opens; what was asked for once is kept up without another question. */
  const look = async () => {
    if (!isPossible) return navigator.standalone === false ? ['install'] : [];
    if (Notification.permission === 'denied') return ['denied'];
    const now = Notification.permission === 'granted' && (await (await manager()).getSubscription());
    if (!now || localStorage.getItem(KEPT) === null) return ['off'];
    const isSame = localStorage.getItem(KEPT) === now.endpoint && text(now.options.applicationServerKey) === key;
    return (on === 'true' && isSame) || (await tell()) ? ['on'] : ['off'];
  };

  void look().then(
    (what) => show(...what),
    () => show('off'),
  );
})();
