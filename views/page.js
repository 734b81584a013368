// What a page gains where scripts run; every page works without.
'use strict';

// The page's language as the reader's region writes it: "14:35" or "2:35 pm".
const { lang } = document.documentElement;
const language = navigator.languages.find((tag) => tag.split('-')[0] === lang.split('-')[0]) ?? lang;

// A password can be looked at. It is hidden again before it leaves, so that no browser keeps it as ordinary text.
for (const button of document.querySelectorAll('button[data-hide]')) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const [show, showName] = [button.textContent, button.getAttribute('aria-label')];
  const turn = (visible) => {
    input.type = visible ? 'text' : 'password';
    button.textContent = visible ? button.dataset.hide : show;
    button.setAttribute('aria-label', visible ? button.dataset.hideName : showName);
  };
  button.hidden = false;
  button.addEventListener('click', () => turn(input.type === 'password'));
  input.form.addEventListener('submit', () => turn(false));
}

// A press on a button that was pressed a moment ago asks for a step that is already being done.
const PRESSED_AGAIN = 5000;
for (const form of document.forms) {
  let last = -Infinity;
  form.addEventListener('submit', (event) => {
    if (event.timeStamp - last < PRESSED_AGAIN) event.preventDefault();
    else last = event.timeStamp;
  });
}

// Times of day, in the time zone of whoever reads.
for (const element of document.querySelectorAll('time[data-clock]')) {
  const at = new Date(element.dateTime).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  element.textContent = element.dataset.clock.replace('\uFFFC', at);
}
for (const element of document.querySelectorAll('time[data-moment]')) {
  element.textContent = new Date(element.dateTime).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' });
}

// Rules turn to met or unmet while typing: those about length at once, those that only the server can judge after a
// pause. What is asked is the form's own path, with the token of the form and the new password alone.
const PAUSE_OF_TYPING = 400;
for (const list of document.querySelectorAll('ul[data-rules-for]')) {
  const input = document.getElementById(list.dataset.rulesFor);
  const items = [...list.querySelectorAll('li')];
  const isLength = ({ dataset }) => dataset.min !== undefined || dataset.max !== undefined;
  const show = (item, met) => {
    const state = met === null ? '' : met ? 'met' : 'unmet';
    if (item.className === state) return;
    item.className = state;
    item.querySelector('.hidden').textContent = met === null ? '' : met ? list.dataset.met : list.dataset.unmet;
  };

  let asked = 0;
  const ask = async () => {
    const mine = (asked += 1);
    const body = new URLSearchParams({ check: 'yes', password: input.value });
    for (const { name, value } of input.form.querySelectorAll('[name=csrf], [name=flow]')) body.set(name, value);
    const answer = await fetch(input.form.action, { method: 'POST', body, redirect: 'error' });
    const { rules } = answer.ok ? await answer.json() : { rules: [] };
    // Somebody has typed on, or sent the form.
    if (mine !== asked) return;
    const met = new Map(rules.map((rule) => [rule.id, rule.met]));
    for (const item of items) if (!isLength(item) && met.has(item.dataset.rule)) show(item, met.get(item.dataset.rule));
  };

  let pause;
  const stop = () => {
    clearTimeout(pause);
    asked += 1;
  };
  input.form.addEventListener('submit', stop);
  input.addEventListener('input', () => {
    stop();
    const length = [...input.value.normalize('NFKC')].length;
    for (const item of items.filter(isLength)) {
      const { min = 0, max = Infinity } = item.dataset;
      show(item, length >= Number(min) && length <= Number(max));
    }
    if ('check' in list.dataset && input.value !== '')
      pause = setTimeout(() => void ask().catch(() => undefined), PAUSE_OF_TYPING);
  });
}
