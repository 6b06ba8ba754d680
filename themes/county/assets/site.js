/* Text size and print buttons of articles. Pages are read without this script;
   the buttons are hidden until it runs. */
(function () {
  'use strict';
  var root = document.documentElement;
  var tools = document.querySelector('.tools');
  if (!tools) { return; }

  function recall() {
    try { return window.localStorage.getItem('branchlight-font'); } catch (e) { return null; }
  }
  function remember(size) {
    try { window.localStorage.setItem('branchlight-font', size); } catch (e) { /* not kept */ }
  }

  var buttons = tools.querySelectorAll('button[data-font]');
  function show(size) {
    root.className = root.className.replace(/ ?\bfont-\w+/g, '') + (size === 'medium' ? '' : ' font-' + size);
    for (var i = 0; i < buttons.length; i++) {
      buttons[i].setAttribute('aria-pressed', String(buttons[i].getAttribute('data-font') === size));
    }
  }
  function choose(event) {
    var size = event.currentTarget.getAttribute('data-font');
    show(size);
    remember(size);
  }
  for (var i = 0; i < buttons.length; i++) {
    buttons[i].addEventListener('click', choose);
  }
  tools.querySelector('button[data-print]').addEventListener('click', function () { window.print(); });

  var size = recall();
  show(size === 'large' || size === 'small' ? size : 'medium');
  tools.hidden = false;
}());
