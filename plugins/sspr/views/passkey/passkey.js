// Asks the browser for passkeys. A passkey is of no use without a script: pages say so where none runs.
'use strict';

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '');

  const descriptors = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

  // Browsers from before WebAuthn Level 3 know no JSON.
  const readCreation = (options) =>
    PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    };

  const readRequest = (options) =>
    PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    };

  const written = ({ id, rawId, type, authenticatorAttachment, response }) => ({
    id,
    rawId: text(rawId),
    type,
    ...(authenticatorAttachment ? { authenticatorAttachment } : {}),
    response: Object.fromEntries(
      ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
        .filter((name) => response[name])
        .map((name) => [name, text(response[name])])
        .concat(response.getTransports ? [['transports', response.getTransports()]] : []),
    ),
  });

  // Some password managers stand in for the browser and fail at its own way of writing.
  const toText = (credential) => {
    try {
      return JSON.stringify(credential.toJSON());
    } catch {
      return JSON.stringify(written(credential));
    }
  };

  /** What waits for somebody in the background; a press of theirs comes first. */
  let background;

  const ask = async (kind, options, more = {}) => {
    background?.abort();
    const credential =
      kind === 'create'
        ? await navigator.credentials.create({ publicKey: readCreation(options), ...more })
        : await navigator.credentials.get({ publicKey: readRequest(options), ...more });
    return toText(credential);
  };

  const isSupported = window.PublicKeyCredential !== undefined && navigator.credentials !== undefined;

  const say = (what) => {
    for (const notice of document.querySelectorAll('[data-passkey-says]')) {
      notice.hidden = notice.dataset.passkeySays !== what;
    }
  };

  const SAYINGS = { InvalidStateError: 'known', NotAllowedError: 'cancelled', AbortError: 'cancelled' };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const { passkey: kind, options } = form.dataset;
    let isAsking = false;
    if (!isSupported) say('unsupported');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isAsking || !isSupported) return;
      isAsking = true;
      say();
      try {
        form.elements.credential.value = await ask(kind, JSON.parse(options));
        form.submit();
      } catch (error) {
        say(SAYINGS[error.name] ?? 'unsupported');
      }
      isAsking = false;
    });
  }

  // The page that asks for name and password: a passkey can be picked where the name is typed.
  const way = document.querySelector('a[data-path$="/passkey"]');
  const name = document.querySelector('input[name=username]');
  if (!way || !name || !isSupported) return;

  const optionsNow = async () => {
    const answer = await fetch(`${way.dataset.path}/options`, { headers: { Accept: 'application/json' } });
    return JSON.parse((await answer.json()).options);
  };

  const post = (credential) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: way.dataset.path });
    const values = { csrf: document.querySelector('input[name=csrf]').value, credential };
    for (const [field, value] of Object.entries(values)) {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: field, value }));
    }
    document.body.append(form);
    form.submit();
  };

  way.addEventListener('click', async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      post(await ask('get', await optionsNow()));
    } catch {
      // The page of its own says what can be done.
      location.assign(way.href);
    }
  });

  // What was asked for is good for a quarter of an hour; a page may stay open for longer.
  const RENEWAL = 10 * 60_000;

  const wait = async () => {
    try {
      const options = await optionsNow();
      const waiting = new AbortController();
      const asking = ask('get', options, { mediation: 'conditional', signal: waiting.signal });
      background = waiting;
      const renewal = setTimeout(() => {
        waiting.abort();
        wait();
      }, RENEWAL);
      const credential = await asking.finally(() => clearTimeout(renewal));
      post(credential);
    } catch {
      // Nobody picked a passkey: the rest of the page is there for them.
    }
  };

  const offer = async () => {
    const kinds = ['isConditionalMediationAvailable', 'isUserVerifyingPlatformAuthenticatorAvailable'];
    const able = await Promise.all(kinds.map((kind) => PublicKeyCredential[kind]?.() ?? false));
    if (able.includes(false)) return;
    name.autocomplete = 'username webauthn';
    await wait();
  };

  void offer().catch(() => undefined);
})();
