/* How pages are shown: size of text and contrast, remembered in this browser.
   Pages are read without this script; its buttons are hidden until it runs. It
   stands in the head, so that a page appears at once as its reader wants it. */
(function () {
  'use strict';
  var root = document.documentElement;
  root.className += ' js';

  function recall(key) {
    try { return window.localStorage.getItem('branchlight-' + key); } catch (e) { return null; }
  }
  function remember(key, value) {
    try { window.localStorage.setItem('branchlight-' + key, value); } catch (e) { /* not kept */ }
  }
  function each(selector, act) {
    var list = document.querySelectorAll(selector);
    for (var i = 0; i < list.length; i++) { act(list[i]); }
  }

  var size, high;
  function show() {
    root.className = root.className.replace(/ (font-\w+|contrast)\b/g, '') +
      (size === 'medium' ? '' : ' font-' + size) + (high ? ' contrast' : '');
    each('[data-font]', function (b) {
      b.setAttribute('aria-pressed', String(b.getAttribute('data-font') === size));
    });
    each('[data-contrast]', function (b) { b.setAttribute('aria-pressed', String(high)); });
  }
  function load() {
    size = recall('font');
    if (size !== 'large' && size !== 'small') { size = 'medium'; }
    high = recall('contrast') === 'high';
    show();
  }

  load();
  document.addEventListener('DOMContentLoaded', function () {
    each('[data-font]', function (b) {
      b.addEventListener('click', function () {
        size = b.getAttribute('data-font');
        remember('font', size);
        show();
      });
    });
    each('[data-contrast]', function (b) {
      b.addEventListener('click', function () {
        high = !high;
        remember('contrast', high ? 'high' : 'normal');
        show();
      });
    });
    each('[data-print]', function (b) {
      b.addEventListener('click', function () { window.print(); });
    });
    /* A site that does not know its address prints the one it is read at. */
    each('.address[hidden]', function (p) {
      p.querySelector('span').textContent = window.location.href.split('#')[0];
      p.removeAttribute('hidden');
    });
    show();
  });
  window.addEventListener('pageshow', load); /* back from another page, which may have changed it */
  window.addEventListener('storage', load);
}());
