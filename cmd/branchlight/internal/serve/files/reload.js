/* Keeps a page of the preview up to date: loads it again when its bytes change,
   takes changed style sheets and pictures anew, and shows what is wrong over it. The server
   puts this script into pages; it is no part of the site. */
(function () {
  'use strict';
  var me = document.currentScript;
  if (!me || !window.EventSource || !document.documentElement.attachShadow) { return; }

  var own = me.getAttribute('data-own');
  var version = me.getAttribute('data-version');
  var round = me.getAttribute('data-round');
  var source = null, waiting = null;

  /* The place in the page, kept across a reload. */
  var placeKey = 'branchlight-place';
  function keepPlace() {
    try {
      sessionStorage.setItem(placeKey, JSON.stringify({ path: location.pathname, x: window.pageXOffset, y: window.pageYOffset }));
    } catch (e) { /* not kept */ }
  }
  function findPlace() {
    var place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(placeKey));
      sessionStorage.removeItem(placeKey);
    } catch (e) { /* none */ }
    if (!place || place.path !== location.pathname) { return; }
    function go() { window.scrollTo(place.x, place.y); }
    go();
    if (document.readyState !== 'complete') { window.addEventListener('load', go); }
  }
  function reload() {
    disconnect();
    keepPlace();
    location.reload();
  }

  /* What is shown over the page stands in a shadow tree. */
  var host = null, shown = null, hidden = '', latest = '';
  function panels() {
    if (shown) { return shown; }
    host = document.createElement('branchlight-preview');
    host.style.setProperty('all', 'initial', 'important');
    var shadow = host.attachShadow({ mode: 'open' });
    var look = document.createElement('link');
    look.rel = 'stylesheet';
    look.href = own + 'panels.css';
    shadow.appendChild(look);
    badge(shadow);
    shown = document.createElement('div');
    shadow.appendChild(shown);
    (document.body || document.documentElement).appendChild(host);
    return shown;
  }
  function badge(shadow) {
    var text = me.getAttribute('data-badge');
    if (!text) { return; }
    var p = document.createElement('p');
    p.className = 'badge';
    p.setAttribute('role', 'note');
    p.textContent = text;
    shadow.appendChild(p);
  }
  function show(html) {
    latest = html;
    if (html !== hidden) { hidden = ''; }
    if (!html && !shown) { return; }
    var open = shown && shown.querySelector('details[open]');
    panels().innerHTML = html === hidden ? '' : html;
    var notes = shown.querySelector('details');
    if (open && notes) { notes.open = true; }
    var button = shown.querySelector('button.hide');
    if (button) { button.addEventListener('click', hide); }
  }
  function hide() {
    hidden = latest;
    shown.innerHTML = '';
  }
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && shown && shown.querySelector('.errors')) { hide(); }
  });

  /* A part of the page is a style sheet or a picture. A sheet is put beside the
     old one and takes its place when it is there, so that the page is never
     without. */
  function renew(path) {
    each(document.querySelectorAll('link[rel~="stylesheet"]'), 'href', path, function (old, url) {
      var fresh = old.cloneNode();
      fresh.href = url;
      fresh.onload = fresh.onerror = function () {
        if (old.parentNode) { old.parentNode.removeChild(old); }
      };
      old.parentNode.insertBefore(fresh, old.nextSibling);
    });
    each(document.images, 'src', path, function (image, url) { image.src = url; });
  }
  function each(elements, attribute, path, change) {
    for (var i = elements.length - 1; i >= 0; i--) {
      var url = new URL(elements[i][attribute], location.href);
      if (url.origin === location.origin && url.pathname === '/' + path) {
        url.searchParams.set('round', round);
        change(elements[i], url.href);
      }
    }
  }

  /* The stream: one while the page is seen, none while it is not. */
  function address() {
    return own + 'events?token=' + encodeURIComponent(me.getAttribute('data-token')) +
      '&page=' + encodeURIComponent(me.getAttribute('data-page')) +
      '&version=' + encodeURIComponent(version) + '&round=' + encodeURIComponent(round);
  }
  function connect() {
    if (source || document.visibilityState === 'hidden') { return; }
    var stream = source = new EventSource(address());
    stream.addEventListener('page', function (event) {
      if (JSON.parse(event.data) !== version) { reload(); }
    });
    stream.addEventListener('problems', function (event) { show(JSON.parse(event.data)); });
    stream.addEventListener('part', function (event) {
      var part = JSON.parse(event.data);
      round = part.round;
      renew(part.path);
    });
    stream.onerror = function () {
      if (source === stream && stream.readyState === 2) { // it will not try again by itself
        disconnect();
        waiting = setTimeout(ask, 2000);
      }
    };
  }
  function disconnect() {
    if (source) { source.close(); }
    source = null;
    clearTimeout(waiting);
  }
  /* ask finds out whether there would be a stream. A server that was started
     anew refuses the old page, which must be loaded again. */
  function ask() {
    var request = new XMLHttpRequest();
    request.open('HEAD', address());
    request.onload = function () {
      if (request.status === 403) {
        reload();
      } else if (request.status === 200) {
        connect();
      } else {
        waiting = setTimeout(ask, 5000);
      }
    };
    request.onerror = function () { waiting = setTimeout(ask, 2000); };
    request.send();
  }

  document.addEventListener('visibilitychange', function () {
    if (document.visibilityState === 'hidden') { disconnect(); } else { connect(); }
  });
  window.addEventListener('pagehide', disconnect);
  /* A reload would stop who is on the way to another page. Who stays after all,
     because the link was a download, is connected again. */
  window.addEventListener('beforeunload', function () {
    disconnect();
    waiting = setTimeout(connect, 2000);
  });
  window.addEventListener('pageshow', function (event) { if (event.persisted) { connect(); } });

  findPlace();
  if (me.getAttribute('data-badge')) { panels(); }
  connect();
}());
