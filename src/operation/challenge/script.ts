// SPDX-License-Identifier: Apache-2.0
/**
 * Script of the page: does the work (SHA-256 of Web Crypto) while the reader answers, and shows how far it is. Where the browser has no Web Crypto, for want
 * of HTTPS, or no JavaScript, the questions alone are sent.
 */
export const script = `
(() => {
  const form = document.querySelector('form');
  const box = document.getElementById('work');
  if (!form || !box || !globalThis.crypto?.subtle) return;
  const bits = Number(box.dataset.bits);
  const salt = box.dataset.salt + ':';
  const bar = box.querySelector('progress');
  const text = box.querySelector('p');
  const field = form.elements.namedItem('work');
  const encoder = new TextEncoder();
  const batch = 512;
  let isSent = false;
  box.hidden = false;
  const zeros = hash => {
    let i = 0;
    while (i < 31 && hash[i] === 0) i++;
    return 8 * i + Math.clz32(hash[i]) - 24;
  };
  const work = async () => {
    for (let from = 0; ; from += batch) {
      const all = await Promise.all(Array.from({ length: batch }, (_, i) => crypto.subtle.digest('SHA-256', encoder.encode(salt + (from + i)))));
      const at = all.findIndex(hash => zeros(new Uint8Array(hash)) >= bits);
      if (at >= 0) return String(from + at);
      // How likely it is to be done by now: it nears the end and never stands still.
      bar.value = 1 - Math.exp(-(from + batch) / 2 ** bits);
      await new Promise(resolve => setTimeout(resolve));
    }
  };
  form.addEventListener('submit', event => {
    if (field.value !== '') return;
    event.preventDefault();
    isSent = true;
    text.textContent = box.dataset.waiting;
  });
  work().then(found => {
    field.value = found;
    bar.value = 1;
    text.textContent = box.dataset.worked;
    if (isSent) form.submit();
  });
})();
`;
