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

// Rules about length turn to met or unmet while typing; the server judges them all after the post.
for (const list of document.querySelectorAll('ul[data-rules-for]')) {
  const input = document.getElementById(list.dataset.rulesFor);
  const items = [...list.querySelectorAll('li[data-min], li[data-max]')];
  const show = (item, met) => {
    const state = met ? 'met' : 'unmet';
    if (item.className === state) return;
    item.className = state;
    item.querySelector('.hidden').textContent = met ? list.dataset.met : list.dataset.unmet;
  };
  input.addEventListener('input', () => {
    const length = [...input.value.normalize('NFKC')].length;
    for (const item of items) {
      const { min = 0, max = Infinity } = item.dataset;
      show(item, length >= Number(min) && length <= Number(max));
    }
  });
}
