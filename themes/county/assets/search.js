/* Search: reads the files of the folder search/ (their makers describe them:
   cmd/branchlight/internal/search) and shows what a reader looks for. The page
   works from file:// and asks no server: every file is a script that calls
   branchlightSearch. Nothing on the page is made of HTML, only of text. */
(function () {
  'use strict';
  if (!window.Promise || !window.Uint8Array || !Math.imul || !window.URL) { return; } /* the page says what else there is */

  var DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  var DENSE = '';
  var digit = {}, dense = {}, i;
  for (i = 0; i < 64; i++) { digit[DIGITS[i]] = i; }
  for (i = 32; i < 127; i++) { if ('"\\<\''.indexOf(String.fromCharCode(i)) < 0) { DENSE += String.fromCharCode(i); } }
  for (i = 0; i < DENSE.length; i++) { dense[DENSE[i]] = i; }

  var LONGEST = 200;   /* characters of a query */
  var STEP = 10;       /* results shown at a time */
  var ENOUGH = 20;     /* KB of shards of one word; what they leave open the texts decide */
  var FEW = 4;         /* shards of one word, likewise */
  var MOST = 80;       /* pages that are checked at once */
  var AROUND = 90;     /* characters of a snippet */

  /* Folding, one to one: as Fold and IsWord in fold.go. */
  var FOLD = /[\u0000-\u0009\u000b-\u001fA-Z\u00a0\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a1\u03a3-\u03a9\u0400-\u042f\u2160-\u216f\u3000\uff01-\uff5e]/g;
  function foldOne(ch) {
    var c = ch.charCodeAt(0);
    if (c >= 0xff01) { c -= 0xfee0; }
    if (c < 0x20 || c === 0xa0 || c === 0x3000) { return ' '; }
    if (c < 0x80) { return c >= 65 && c <= 90 ? String.fromCharCode(c + 32) : String.fromCharCode(c); }
    if (c >= 0x400 && c <= 0x40f) { return String.fromCharCode(c + 80); }
    if (c >= 0x2160 && c <= 0x216f) { return String.fromCharCode(c + 16); }
    return String.fromCharCode(c + 32);
  }
  function fold(s) { return s.replace(FOLD, foldOne); }
  function isWord(c) {
    if (c < 0x80) { return c >= 97 && c <= 122 || c >= 48 && c <= 57; }
    if (c < 0xc0 || c === 0xd7 || c === 0xf7) { return false; }
    if (c >= 0x2000 && c <= 0x206f || c >= 0x2e00 && c <= 0x2e7f) { return false; }
    if (c >= 0x3000 && c <= 0x303f) { return c >= 0x3005 && c <= 0x3007; }
    return c < 0xf0000 && !(c >= 0xd800 && c <= 0xdfff || c >= 0xfe00 && c <= 0xfe6f || c >= 0xff5f && c <= 0xff65 || c >= 0xffe0 && c <= 0xffff);
  }

  /* Files. A file is asked for by its name and version; what comes must have that
     version, and texts that fit their check. */
  var api = window.branchlightSearchPage = { asked: [] }; /* for tests */
  var came = {}, files = {};
  window.branchlightSearch = function (name, version, check, texts) {
    came[name] = { version: version, check: check, texts: texts };
  };
  function sum(texts) {
    var h = 2166136261, t, n, k;
    for (k = 0; k < texts.length; k++) {
      t = texts[k];
      for (n = 0; n < t.length; n++) { h = Math.imul(h ^ t.charCodeAt(n), 16777619); }
      h = Math.imul(h, 16777619);
    }
    h = h >>> 0;
    var s = '';
    for (k = 30; k >= 0; k -= 6) { s += DIGITS[k === 30 ? h >>> 30 : h >>> k & 63]; }
    return s;
  }
  function ask(name, query) {
    return new Promise(function (resolve, reject) {
      var s = document.createElement('script');
      api.asked.push(name);
      delete came[name];
      function end() {
        s.parentNode.removeChild(s);
        var c = came[name];
        delete came[name];
        if (c && Array.isArray(c.texts) && sum(c.texts) === c.check) { resolve(c); } else { reject(name); }
      }
      s.onload = s.onerror = end;
      s.async = true;
      s.src = 'search/' + name + '.js?v=' + encodeURIComponent(query);
      document.head.appendChild(s);
    });
  }
  /* read gives the texts of a file. One of another version may come of a publish
     since the page was opened, or of a cache. */
  function read(name, version) {
    if (files[name]) { return files[name]; }
    var p = ask(name, version).then(function (c) {
      if (c.version !== version) { throw name; }
      return c.texts;
    }).catch(function () {
      return renewed().then(function () {
        return ask(name, version + '-' + Date.now());
      }).then(function (c) {
        if (c.version !== version) { throw name; }
        return c.texts;
      });
    });
    p.catch(function () { delete files[name]; });
    files[name] = p;
    return p;
  }

  var head, version;
  /* renewed looks whether the site was published anew, and if so loads the page
     again, once for each version. */
  function renewed() {
    return ask('now', Date.now()).then(function (c) {
      if (c.version === version) { return; }
      var key = 'branchlight-search-version', seen = null;
      try { seen = window.sessionStorage.getItem(key); } catch (e) { /* then not */ }
      if (seen === c.version) { return; }
      try { window.sessionStorage.setItem(key, c.version); } catch (e) { return; }
      window.location.reload();
      return new Promise(function () { /* never: the page goes */ });
    }, function () { /* not there: the file will say so itself */ });
  }
  function begin() {
    return ask('now', Date.now()).then(function (c) {
      version = c.version;
      return ask('head', version);
    }).then(function (c) {
      return c.version === version ? c : ask('head', version + '-' + Date.now());
    }).then(function (c) {
      if (c.version !== version) { throw 'head'; }
      head = understood(JSON.parse(c.texts[0]));
    });
  }

  /* number reads a number at place at.i of s. */
  function number(s, at) {
    var n = 0, shift = 0, d;
    do {
      d = digit[s[at.i++]];
      n |= (d & 31) << shift;
      shift += 5;
    } while (d > 31);
    return n;
  }

  /* understood makes of the head what the rest needs. */
  function understood(h) {
    var at = { i: 0 }, key = 0, page = 0, k, n, count;
    h.groups_ = [];
    h.year = new Uint16Array(h.pages);
    var perYear = [10000, 1000, 100][h.period];
    h.groupOf = new Uint32Array(h.pages);
    while (at.i < h.groups.length) {
      key += number(h.groups, at);
      count = number(h.groups, at);
      h.groups_.push({ name: key < 64 ? 'u' + key : String(key - 64), from: page, to: page + count, version: h.texts.substr(3 * h.groups_.length, 3) });
      for (n = 0; n < count; n++) {
        h.year[page] = key < 64 ? 0 : Math.floor((key - 64) / perYear);
        h.groupOf[page++] = h.groups_.length - 1;
      }
    }
    at.i = 0;
    h.agencyOf = [];
    h.branchOf = [];
    while (at.i < h.units.length) {
      h.agencyOf.push(number(h.units, at) - 1);
      h.branchOf.push(number(h.units, at) - 1);
    }
    h.branchNames = h.agencyOf.map(function (a, k) {
      return h.branchOf[k] < 0 ? '' : h.branches[h.branchOf[k]].replace(/^\t/, function () { return h.agencies[a][0]; });
    });
    h.unit = new Uint16Array(h.pages);
    h.kind = new Uint8Array(h.pages);
    h.mix = new Uint16Array(h.pages);
    var all = h.kinds.length * h.agencyOf.length * Math.max(1, h.mixes.length);
    for (page = 0; page < h.pages; page += h.together) {
      n = 0;
      for (count = 0; count < h.letters; count++) { n = n * DENSE.length + dense[h.meta[page / h.together * h.letters + count]]; }
      for (k = page + h.together - 1; k >= page; k--) {
        var one = n % all, rest = Math.floor(one / h.kinds.length);
        n = (n - one) / all;
        if (k < h.pages) {
          h.kind[k] = one % h.kinds.length;
          h.unit[k] = rest % h.agencyOf.length;
          h.mix[k] = Math.floor(rest / h.agencyOf.length);
        }
      }
    }
    return h;
  }

  /* unpacked gives the text that was packed (pack.go has the format). */
  function unpacked(packed) {
    var at = 0, left = 0, acc = 0; /* left: bits of acc that are not taken yet */
    function take(width) { /* up to 15 bits */
      if (left < width) {
        acc = (acc & (1 << left) - 1) << 15 | (at < packed.length ? packed.charCodeAt(at) - 0x3400 : 0);
        at++;
        left += 15;
      }
      left -= width;
      return acc >> left & (1 << width) - 1;
    }
    function taken(width) {
      if (width < 16) { return take(width); }
      var high = take(width - 15);
      return high * 32768 + take(15);
    }
    var size = taken(30), text = new Uint16Array(Math.min(size, packed.length * 15)), n = 0, letters = [], width = 1, code, from, count;
    function room(count) {
      if (n + count <= text.length) { return; }
      var more = new Uint16Array(Math.min(size, 2 * text.length + count));
      more.set(text);
      text = more;
    }
    while (n < size && at <= packed.length) {
      code = taken(width);
      if (code === 1) {
        from = n - taken(32 - Math.clz32(n));
        for (count = 0; count < 24 && !take(1);) { count++; }
        count = Math.min(size - n, 3 + (1 << count) + taken(count));
        room(count);
        while (count--) { text[n++] = text[from++]; }
        continue;
      }
      room(1);
      if (code === 0) {
        letters.push(taken(16));
        width = 32 - Math.clz32(letters.length + 1);
        code = letters.length + 1;
      }
      text[n++] = letters[code - 2];
    }
    var s = '';
    for (from = 0; from < size; from += 8192) { s += String.fromCharCode.apply(null, text.subarray(from, Math.min(size, from + 8192))); }
    return s;
  }

  /* Texts of pages. A group of pages is divided into files as by files, file and
     span in plan.go. */
  function fileOf(page) {
    if (head.scan) { return { name: 'all', version: head.shards, from: 0 }; }
    var g = head.groups_[head.groupOf[page]], n = g.to - g.from;
    var files = Math.max(1, Math.floor((n + (head.perFile >> 1)) / head.perFile)), k = Math.floor(((page - g.from + 1) * files - 1) / n);
    return { name: 't/' + g.name + '-' + k, version: g.version, from: g.from + Math.floor(n * k / files) };
  }
  var known = {}; /* page: {date, url, title, text, folded...} */
  function textOf(page) {
    if (known[page]) { return Promise.resolve(known[page]); }
    var f = fileOf(page);
    return read(f.name, f.version).then(function (c) {
      var texts = c.unpacked_ = c.unpacked_ || unpacked(c[0]).split('\0'), k = 4 * (page - f.from);
      if (k + 3 >= texts.length) { throw f.name; }
      var p = { page: page, date: texts[k], url: texts[k + 1], title: texts[k + 2], text: texts[k + 3] };
      p.titleFold = fold(p.title);
      p.textFold = fold(p.text);
      known[page] = p;
      return p;
    });
  }

  /* Queries: words of a query are parted by blanks; what stands in quotes is one. */
  function parse(query) {
    var s = fold(query).replace(/[\u201c\u201d\u201e\u201f\u300c\u300d\u300e\u300f]/g, '"'), words = [], seen = {};
    s.split('"').forEach(function (part, n) {
      (n % 2 ? [part] : part.split(/\s+/)).forEach(function (w) {
        w = w.replace(/\s+/g, ' ').trim();
        if (w && !seen['$' + w]) {
          seen['$' + w] = true;
          words.push(word(w));
        }
      });
    });
    return words;
  }
  function word(text) {
    var w = { text: text, pairs: [], lone: [] }, run = [], size = 0, seen = {};
    function flush() {
      if (run.length === 1) { w.lone.push(run[0]); }
      for (var k = 0; k + 1 < run.length; k++) {
        if (latin(k)) {
          add(run[k], String.fromCodePoint(0xf0000 + (run[k + 1].charCodeAt(0) << 7) + run[k + 2].charCodeAt(0)), run.slice(k, k + 3).join(''));
        } else if (!latin(k - 1)) {
          add(run[k], run[k + 1], run[k] + run[k + 1]);
        }
      }
      run = [];
    }
    /* latin: three letters or digits stand at k, which have a token of their own. */
    function latin(k) { return k >= 0 && k + 2 < run.length && run[k] < '\u0080' && run[k + 1] < '\u0080' && run[k + 2] < '\u0080'; }
    function add(first, second, s) {
      if (!seen['$' + s]) {
        seen['$' + s] = true;
        w.pairs.push([first, second, s]);
      }
    }
    for (var k = 0; k < text.length; k += size) {
      var c = text.codePointAt(k), ch = String.fromCodePoint(c);
      size = ch.length;
      if (isWord(c)) { run.push(ch); } else { flush(); }
    }
    flush();
    w.exact = w.pairs.length + w.lone.length === 1 && (w.pairs.length ? w.pairs[0][2] : w.lone[0]) === text;
    return w;
  }

  /* The index. */
  function topBits(ch, bits) { return Math.imul(ch.codePointAt(0), 0x9e3779b1) >>> 32 - bits; }
  function shardOf(first, second) { return topBits(first, head.spread[0]) << head.spread[1] | topBits(second, head.spread[1]); }
  function sizeOf(n) { return digit[head.shards[4 * n + 3]]; }
  function shard(n) {
    if (!sizeOf(n)) { return Promise.resolve({ at_: {} }); }
    return read('i/' + n, head.shards.substr(4 * n, 3)).then(function (texts) {
      if (!texts.at_) {
        texts.at_ = {};
        for (var k = 0; k < texts.length; k += 3) { texts.at_['$' + texts[k]] = k; }
      }
      return texts;
    });
  }
  /* each calls use(second, all, title) with the lists of a first character; the
     lists are places in the text. */
  function each(texts, first, use) {
    var k = texts.at_['$' + first];
    if (k === undefined) { return; }
    var seconds = texts[k + 1], s = texts[k + 2], at = { i: 0 };
    for (var n = 0; n < seconds.length;) {
      var ch = String.fromCodePoint(seconds.codePointAt(n)), all = at.i;
      n += ch.length;
      skip(s, at);
      var title = at.i;
      skip(s, at);
      use(ch, s, all, title);
    }
  }
  function skip(s, at) {
    var n = number(s, at);
    if (n > 0) { at.i += n + 1; }
  }
  /* list calls use with the pages of the list at a place. */
  function list(s, place, use) {
    var at = { i: place }, n = number(s, at);
    if (n === 0) { return; }
    var k = digit[s[at.i++]], page = 0, zeros = 0, low = -1, value = 0;
    for (var end = at.i + n; at.i < end; at.i++) {
      var d = digit[s[at.i]];
      for (var bit = 5; bit >= 0; bit--) {
        var one = d >> bit & 1;
        if (low > 0) {
          value = value << 1 | one;
          low--;
        } else if (!one) {
          zeros++;
          continue;
        } else {
          low = k;
          value = 0;
        }
        if (low === 0) {
          page += zeros * (1 << k) + value;
          if (page < head.pages) { use(page); }
          page++;
          zeros = 0;
          low = -1;
        }
      }
    }
  }

  /* A word gives each page a mark: 3 where its title may have it, 2 where its
     agency, branch or one of its themes has it, 1 where its text may, 0 where it
     does not. */
  function marks(w) {
    var m = new Uint8Array(head.pages), k;
    w.named = names(w);
    if (head.scan) {
      for (k = 0; k < head.pages; k++) { m[k] = markOf(w, known[k]); }
      return Promise.resolve(m);
    }
    return (w.pairs.length ? pairMarks(w, m) : w.lone.length ? loneMarks(w, m) : Promise.resolve()).then(function () {
      for (var k = 0; k < head.pages; k++) {
        if (m[k] < 2 && w.named && w.named(k)) { m[k] = 2; }
      }
      return m;
    });
  }
  function pairMarks(w, m) {
    var pairs = w.pairs.map(function (p) { return { first: p[0], second: p[1], shard: shardOf(p[0], p[1]) }; });
    pairs.sort(function (a, b) { return sizeOf(a.shard) - sizeOf(b.shard); });
    var taken = {}, size = 0, count = 0, chosen = [];
    pairs.forEach(function (p) {
      if (!taken[p.shard]) {
        if (chosen.length > 1 && (size + sizeOf(p.shard) > ENOUGH || count === FEW)) { return; }
        taken[p.shard] = true;
        count++;
        size += sizeOf(p.shard);
      }
      chosen.push(p);
    });
    w.rest = pairs.filter(function (p) { return chosen.indexOf(p) < 0; });
    return common(chosen).then(function (r) {
      for (var k = 0; k < head.pages; k++) { m[k] = r.done && r.all[k] === r.done ? r.title[k] === r.done ? 3 : 1 : 0; }
      if (r.done < chosen.length) { w.exact = false; }
    });
  }
  /* common counts for each page how many of some pairs it has. */
  function common(chosen) {
    var all = new Uint8Array(head.pages), title = new Uint8Array(head.pages), done = 0;
    return every(chosen.map(function (p) {
      return shard(p.shard).then(function (texts) {
        each(texts, p.first, function (second, s, a, t) {
          if (second !== p.second) { return; }
          list(s, a, function (page) { all[page]++; });
          list(s, t, function (page) { title[page]++; });
        });
        done++;
      });
    })).then(function () { return { all: all, title: title, done: done }; });
  }
  /* refined takes away what the rest of the pairs says, where checks showed that
     the pairs which were chosen say too little. */
  function refined(r) {
    return Promise.all(r.words.map(function (w) {
      var rest = w.rest || [];
      w.rest = [];
      if (!rest.length) { return; }
      return common(rest).then(function (c) {
        for (var k = 0; k < head.pages; k++) {
          if (r.score[k] && !r.checked[k] && c.all[k] < c.done && !(w.named && w.named(k))) { r.score[k] = 0; }
        }
      });
    }));
  }
  function loneMarks(w, m) {
    var n = 1 << head.spread[1], from = topBits(w.lone[0], head.spread[0]) << head.spread[1], shards = [];
    for (var k = 0; k < n; k++) { shards.push(from + k); }
    return every(shards.map(function (n) {
      return shard(n).then(function (texts) {
        each(texts, w.lone[0], function (second, s, a, t) {
          list(s, a, function (page) { m[page] = m[page] || 1; });
          list(s, t, function (page) { m[page] = 3; });
        });
      });
    }));
  }
  /* every waits for all, and notes what could not be read. */
  function every(list) {
    return Promise.all(list.map(function (p) { return p.catch(lost); }));
  }
  function lost(name) {
    if (typeof name !== 'string') { throw name; }
    missing[name] = true;
  }
  var missing = {};

  /* names gives a function that tells whether a page's agency, branch or themes
     have a word; null where none has. */
  function names(w) {
    function has(s) { return s && fold(s).indexOf(w.text) >= 0; }
    var some = false;
    function note(b) { some = some || b; return b; }
    var agencies = head.agencies.map(function (a) { return note(!!(has(a[0]) || has(a[1]))); });
    var branches = head.branchNames.map(function (b) { return note(!!has(b)); });
    var topics = head.topics.map(function (t) { return note(!!has(t)); });
    if (!some) { return null; }
    var units = head.agencyOf.map(function (a, k) { return a >= 0 && agencies[a] || branches[k]; });
    var mixes = head.mixes.map(function (m) { return m.some(function (t) { return topics[t]; }); });
    return function (page) { return units[head.unit[page]] || mixes[head.mix[page]]; };
  }
  function markOf(w, p) {
    if (p.titleFold.indexOf(w.text) >= 0) { return 3; }
    if (w.named && w.named(p.page)) { return 2; }
    return p.textFold.indexOf(w.text) >= 0 ? 1 : 0;
  }

  /* search finds the pages of a query. */
  function search(query) {
    var words = parse(query);
    var usable = words.filter(function (w) { return head.scan || w.pairs.length || w.lone.length; });
    if (!usable.length) { return Promise.resolve({ words: words, empty: true }); }
    return (head.scan ? all() : Promise.resolve()).then(function () {
      return Promise.all(usable.map(marks));
    }).then(function (list) {
      var score = new Uint16Array(head.pages), exact = head.scan || usable.length === words.length && usable.every(function (w) { return w.exact; });
      for (var k = 0; k < head.pages; k++) {
        var s = 0;
        for (var n = 0; n < list.length; n++) {
          if (!list[n][k]) { s = 0; break; }
          s += list[n][k];
        }
        score[k] = s && s + 3 * (words.length - usable.length); /* what the index does not know may be in the title */
      }
      words.forEach(function (w) { w.named = w.named || names(w); });
      return { words: words, score: score, exact: exact, checked: new Uint8Array(head.pages), marks: list, usable: usable };
    });
  }
  /* all reads the one file of all texts. */
  function all() {
    var list = [];
    for (var k = 0; k < head.pages; k++) { list.push(textOf(k)); }
    return Promise.all(list);
  }
  function check(r, p) {
    var s = 0;
    for (var n = 0; n < r.words.length; n++) {
      var m = markOf(r.words[n], p);
      if (!m) { s = 0; break; }
      s += m;
    }
    r.score[p.page] = s;
    r.checked[p.page] = 1;
  }

  /* Filters. */
  var FACETS = ['agency', 'topic', 'kind', 'year'];
  var chosen = {};
  function valuesOf(facet, page) {
    switch (facet) {
      case 'agency': var a = head.agencyOf[head.unit[page]]; return a < 0 ? [] : [a];
      case 'topic': return head.mixes[head.mix[page]];
      case 'kind': return [head.kind[page]];
    }
    return [head.year[page]];
  }
  function passes(page, but) {
    return FACETS.every(function (f) {
      return f === but || chosen[f] === undefined || valuesOf(f, page).indexOf(chosen[f]) >= 0;
    });
  }

  /* ordered lists the pages of a result that pass, best first. */
  function ordered(r) {
    var byScore = [], k, s, free = FACETS.every(function (f) { return chosen[f] === undefined; });
    for (k = head.pages - 1; k >= 0; k--) {
      if (r.score[k] && (free || passes(k))) { (byScore[r.score[k]] = byScore[r.score[k]] || []).push(k); }
    }
    var out = [];
    for (s = byScore.length - 1; s > 0; s--) { if (byScore[s]) { out = out.concat(byScore[s]); } }
    return out;
  }
  /* best gives the pages of a result in order, of which the first n are checked. What
     a check takes away or moves makes room for the next. A check never moves a page
     up, so that pages are at their places as soon as those before them are checked
     and stay: then sure is called with the order and the count of these. Where most of
     what is checked goes, as with phrases of frequent words that seldom follow each
     other, more pages are checked at once. */
  function best(r, n, sure, most) {
    var order = ordered(r), was = r.score.slice(), front, wrong = 0;
    function unseen(k) { return !r.checked[k] && !r.lost[k]; }
    if (r !== result || !order.slice(0, n).some(unseen)) { /* another query came, or all are known */
      return Promise.resolve(order);
    }
    front = order.slice(0, n + (most || STEP) - STEP).filter(unseen);
    var free = most ? Promise.resolve() : soon(textOf(front[0])); /* the first result has the way to itself */
    most = most || STEP;
    return Promise.all(front.map(function (k, at) {
      return (at ? free.then(function () { return textOf(k); }) : textOf(k)).then(function (p) {
        check(r, p);
        if (!r.score[k]) { wrong++; }
        for (var m = 0; m < n && m < order.length && r.checked[order[m]] && r.score[order[m]] === was[order[m]];) { m++; }
        if (m) { sure(order, m); }
      }, function (name) {
        lost(name);
        r.lost[k] = true;
        r.score[k] = 0;
      });
    })).then(function () { return wrong > 1 ? refined(r) : null; }).then(function () {
      return best(r, n, sure, 2 * wrong > front.length ? Math.min(MOST, 2 * most) : STEP);
    });
  }
  /* soon waits for what is asked for, but not for long. */
  function soon(asked) {
    return new Promise(function (resolve) {
      asked.then(resolve, resolve);
      window.setTimeout(resolve, 25);
    });
  }
  api.fold = fold;
  api.isWord = isWord;

  /* The page. */
  var form, input, box, status, out, filters, more, words, result, shown, turn = 0, drawing = 0, began = 0, first = 0;
  function $(id) { return document.getElementById('search:' + id); }
  function say(key) {
    var s = words.getAttribute('data-' + key) || '', args = arguments;
    return s.replace(/\{(\d)\}/g, function (m, n) { return String(args[+n + 1]); });
  }
  function element(name, text, cls) {
    var e = document.createElement(name);
    if (text) { e.textContent = text; }
    if (cls) { e.className = cls; }
    return e;
  }
  function clear(e) { while (e.firstChild) { e.removeChild(e.firstChild); } }

  /* places finds where words stand in a folded text. */
  function places(folded, most) {
    var list = [];
    result.words.forEach(function (w, n) {
      for (var at = folded.indexOf(w.text), k = 0; at >= 0 && k < most; at = folded.indexOf(w.text, at + w.text.length), k++) {
        list.push({ from: at, to: at + w.text.length, word: n });
      }
    });
    return list.sort(function (a, b) { return a.from - b.from || b.to - a.to; });
  }
  /* marked appends a stretch of a text to e, with its places marked. */
  function marked(e, text, list, from, to) {
    var at = from;
    list.forEach(function (p) {
      var begin = Math.max(p.from, at), end = Math.min(p.to, to);
      if (begin >= end) { return; }
      if (begin > at) { e.appendChild(document.createTextNode(text.slice(at, begin))); }
      e.appendChild(element('mark', text.slice(begin, end)));
      at = end;
    });
    if (at < to) { e.appendChild(document.createTextNode(text.slice(at, to))); }
  }
  function snippet(p) {
    var e = element('p', '', 'passage'), list = places(p.textFold, 50), best = 0, most = 0;
    list.forEach(function (from, n) {
      var seen = {}, count = 0;
      for (var k = n; k < list.length && list[k].from < from.from + AROUND; k++) {
        if (!seen[list[k].word]) { seen[list[k].word] = true; count++; }
      }
      if (count > most) { most = count; best = from.from; }
    });
    var from = 0;
    if (most) {
      from = Math.max(0, best - 24);
      var line = p.text.lastIndexOf('\n', best);
      if (line >= from) { from = line + 1; }
    }
    var to = Math.min(p.text.length, from + AROUND + 30);
    if (low(p.text, from)) { from--; }
    if (low(p.text, to)) { to++; }
    if (from > 0 && p.text[from - 1] !== '\n') { e.appendChild(document.createTextNode('…')); }
    marked(e, p.text, list, from, to);
    if (to < p.text.length) { e.appendChild(document.createTextNode('…')); }
    return e;
  }
  function low(s, at) { var c = s.charCodeAt(at); return c >= 0xdc00 && c <= 0xdfff; }

  function entry(p) {
    var li = element('li'), h = element('h3'), a = element('a');
    a.href = p.url;
    marked(a, p.title, places(p.titleFold, 20), 0, p.title.length);
    h.appendChild(a);
    li.appendChild(h);
    li.appendChild(snippet(p));
    var unit = head.unit[p.page], of = [], kind = say('kind-' + head.kinds[head.kind[p.page]]);
    if (p.date) { of.push(p.date); }
    if (head.agencyOf[unit] >= 0) { of.push(head.agencies[head.agencyOf[unit]][0]); }
    if (head.branchNames[unit]) { of.push(head.branchNames[unit]); }
    of.push(kind);
    head.mixes[head.mix[p.page]].forEach(function (t) { of.push(head.topics[t]); });
    var from = element('p', '', 'from');
    of.forEach(function (s, n) {
      if (n) { from.appendChild(document.createTextNode(' · ')); }
      marked(from, s, s === kind ? [] : places(fold(s), 5), 0, s.length);
    });
    li.appendChild(from);
    return li;
  }

  function show(n) {
    var mine = turn, me = ++drawing, r = result, drawn = 0;
    function draw(order, upto) {
      if (mine !== turn || me !== drawing) { return; }
      if (!drawn) { clear(out); }
      for (; drawn < upto; drawn++) { out.appendChild(entry(known[order[drawn]])); }
      first = first || window.performance.now();
    }
    return best(r, n, draw).then(function (order) {
      if (mine !== turn || me !== drawing) { return; }
      shown = Math.min(n, order.length);
      draw(order, shown);
      var sure = r.exact || order.every(function (k) { return r.checked[k]; });
      more.hidden = shown >= order.length;
      window.setTimeout(function () { if (mine === turn) { facets(sure); } });
      var lostNames = Object.keys(missing);
      status.textContent = (order.length ? say(sure ? 'found' : 'about', order.length) : say('nothing')) +
        (lostNames.length ? ' ' + say('lost', lostNames.map(function (s) { return 'search/' + s + '.js'; }).join('、')) : '');
      if (!order.length) { return nearest(r, mine); }
    });
  }

  /* nearest shows titles that have most in common with a query that finds nothing. */
  function nearest(r, mine) {
    var near = [], count = {};
    if (head.scan) {
      r.words.forEach(function (w) {
        w.pairs.forEach(function (pair) {
          for (var k = 0; k < head.pages; k++) { if (known[k].titleFold.indexOf(pair[2]) >= 0) { count[k] = (count[k] || 0) + 1; } }
        });
      });
      return near_();
    }
    var jobs = [];
    r.words.forEach(function (w) {
      w.pairs.slice(0, 6).forEach(function (pair) {
        jobs.push(shard(shardOf(pair[0], pair[1])).then(function (texts) {
          each(texts, pair[0], function (second, s, a, t) {
            if (second === pair[1]) { list(s, t, function (page) { count[page] = (count[page] || 0) + 1; }); }
          });
        }));
      });
    });
    return every(jobs).then(near_);
    function near_() {
      near = Object.keys(count).map(Number).sort(function (a, b) { return count[b] - count[a] || b - a; }).slice(0, 5);
      if (!near.length || mine !== turn) { return; }
      return every(near.map(textOf)).then(function (list) {
        if (mine !== turn) { return; }
        status.textContent += ' ' + say('nearest');
        list.forEach(function (p) { if (p) { out.appendChild(entry(p)); } });
      });
    }
  }

  function facets(sure) {
    clear(filters);
    FACETS.forEach(function (f) {
      var count = {}, page, v, k, free = FACETS.every(function (other) { return other === f || chosen[other] === undefined; });
      for (page = 0; page < head.pages; page++) {
        if (result.score[page] && (free || passes(page, f))) {
          v = valuesOf(f, page);
          for (k = 0; k < v.length; k++) { count[v[k]] = (count[v[k]] || 0) + 1; }
        }
      }
      var values = Object.keys(count).map(Number);
      if (chosen[f] !== undefined && values.indexOf(chosen[f]) < 0) { values.push(chosen[f]); }
      if (values.length < 2 && chosen[f] === undefined) { return; }
      values.sort(f === 'year' ? function (a, b) { return b - a; } : function (a, b) { return a - b; });
      var label = element('label', say('facet-' + f)), select = element('select');
      select.appendChild(option('', say('any')));
      values.forEach(function (v) {
        var n = count[v] || 0;
        select.appendChild(option(String(v), say(sure ? 'option' : 'option-about', nameOf(f, v), n)));
      });
      select.value = chosen[f] === undefined ? '' : String(chosen[f]);
      select.setAttribute('data-facet', f);
      select.addEventListener('change', function () {
        if (select.value === '') { delete chosen[f]; } else { chosen[f] = Number(select.value); }
        remember();
        show(STEP).then(function () { return new Promise(function (done) { window.setTimeout(done); }); }).then(function () {
          var again = filters.querySelector('[data-facet=' + f + ']');
          if (again) { again.focus(); }
        }).catch(failed);
      });
      label.appendChild(select);
      filters.appendChild(label);
    });
  }
  function option(value, text) {
    var o = element('option', text);
    o.value = value;
    return o;
  }
  function nameOf(f, v) {
    switch (f) {
      case 'agency': return head.agencies[v][0];
      case 'topic': return head.topics[v];
      case 'kind': return say('kind-' + head.kinds[v]);
    }
    return v ? String(v) : say('undated');
  }

  /* The address has the query, and the filters by their names. */
  function remember() {
    var list = [];
    if (input.value) { list.push('q=' + encodeURIComponent(input.value.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, ''))); }
    FACETS.forEach(function (f) {
      if (chosen[f] !== undefined) { list.push(f + '=' + encodeURIComponent(f === 'kind' ? head.kinds[chosen[f]] : f === 'year' ? String(chosen[f]) : nameOf(f, chosen[f]))); }
    });
    var query = list.join('&');
    try {
      window.history.replaceState(null, '', window.location.pathname + (query ? '?' + query : ''));
    } catch (e) { /* not from a file in every browser: then behind the # */
      try { window.history.replaceState(null, '', '#' + query); } catch (e2) { /* then not */ }
    }
  }
  function recall() {
    var s = /^#(q|agency|topic|kind|year)=/.test(window.location.hash) ? window.location.hash : window.location.search, given = {}; // another hash names a place on the page
    s.slice(1).split('&').forEach(function (part) {
      var at = part.indexOf('=');
      if (at < 1) { return; }
      try { given[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1).replace(/\+/g, ' ')); } catch (e) { /* not one of ours */ }
    });
    return given;
  }
  function recallFilters(given) {
    function place(list, v) { var k = list.indexOf(v); return k < 0 ? undefined : k; }
    chosen = {};
    var found = {
      agency: place(head.agencies.map(function (a) { return a[0]; }), given.agency),
      topic: place(head.topics, given.topic),
      kind: place(head.kinds, given.kind),
      year: /^\d{1,4}$/.test(given.year || '') ? Number(given.year) : undefined
    };
    FACETS.forEach(function (f) { if (found[f] !== undefined) { chosen[f] = found[f]; } });
  }

  /* run searches for what stands in the box. */
  function run() {
    var query = input.value, mine = ++turn;
    began = window.performance.now();
    first = 0;
    var cut = query.length > LONGEST;
    if (cut) { query = query.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, ''); }
    remember();
    missing = {};
    return search(query).then(function (r) {
      if (mine !== turn) { return; }
      if (r.empty) {
        result = null;
        clear(out);
        clear(filters);
        more.hidden = true;
        status.textContent = query.trim() ? say('unusable') : '';
        ended(query);
        return;
      }
      r.lost = {};
      result = r;
      return show(STEP).then(function () {
        if (cut && mine === turn) { status.textContent += ' ' + say('long', LONGEST); }
        if (mine === turn) { ended(query); }
      });
    }).catch(failed);
  }
  /* ended notes for tests what was answered, and when: the first results, and all
     that are shown. */
  function ended(query) {
    var now = window.performance.now();
    api.answered = { query: query, at: now, first: (first || now) - began, took: now - began };
  }
  function failed(e) {
    status.textContent = say('failed', typeof e === 'string' ? 'search/' + e + '.js' : String(e && e.message || e));
  }

  /* Names that are suggested while a reader types. */
  var list_ = null, asked = false, active = -1, timer = 0, composing = false;
  function loadNames() {
    if (asked) { return; }
    asked = true;
    ask('names', version + '-' + Date.now()).then(function (c) {
      list_ = JSON.parse(c.texts[0]).map(function (n) {
        var read = n[3].split('\n').map(function (s) { return s.split(' '); });
        return {
          kind: n[0], names: n[1].split('\n'), url: n[2], of: n[4], folded: fold(n[1]),
          initials: read.map(function (s) { return s.map(function (x) { return x[0]; }).join(''); }),
          full: read.map(function (s) { return s.join(''); })
        };
      });
      suggest();
    }, function () { /* a reader can do without */ });
  }
  function suggest() {
    clear(box);
    active = -1;
    input.removeAttribute('aria-activedescendant');
    var q = fold(input.value).trim(), found = [];
    if (list_ && q && q.length < 40 && document.activeElement === input) {
      var letters = q.replace(/[\s']/g, ''), latin = /^[a-z0-9]+$/.test(letters);
      list_.forEach(function (n, at) {
        var rank = 9, k = n.folded.indexOf(q);
        if (k >= 0) { rank = k === 0 || n.folded[k - 1] === '\n' ? 0 : 2; }
        if (latin) {
          n.initials.forEach(function (s) { var k = s.indexOf(letters); if (k >= 0) { rank = Math.min(rank, s === letters ? 0 : k === 0 ? 1 : 3); } });
          n.full.forEach(function (s) { if (letters.length > 1 && s.indexOf(letters) === 0) { rank = Math.min(rank, 1); } });
        }
        if (rank < 9) { found.push([rank, at, n]); }
      });
      found.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    }
    found.slice(0, 8).forEach(function (f, k) {
      var li = element('li'), n = f[2];
      li.id = 'search:name' + k;
      li.setAttribute('role', 'option');
      li.setAttribute('aria-selected', 'false');
      li.setAttribute('data-url', n.url);
      li.appendChild(element('span', n.names.join(' · ')));
      li.appendChild(element('span', (n.of ? n.of + ' · ' : '') + say('name-' + n.kind), 'from'));
      li.addEventListener('mousedown', function (e) { e.preventDefault(); });
      li.addEventListener('click', function () { window.location.href = n.url; });
      box.appendChild(li);
    });
    open(found.length > 0);
  }
  function open(yes) {
    box.hidden = !yes;
    input.setAttribute('aria-expanded', String(yes));
  }
  function activate(n) {
    var all = box.children;
    if (active >= 0 && all[active]) { all[active].setAttribute('aria-selected', 'false'); }
    active = n;
    if (n < 0) { input.removeAttribute('aria-activedescendant'); return; }
    all[n].setAttribute('aria-selected', 'true');
    input.setAttribute('aria-activedescendant', all[n].id);
    if (all[n].scrollIntoView) { all[n].scrollIntoView({ block: 'nearest' }); }
  }

  function typed() {
    if (composing) { return; }
    loadNames();
    suggest();
    window.clearTimeout(timer);
    timer = window.setTimeout(run, 120);
  }
  function keys(e) {
    if (composing || e.isComposing || e.keyCode === 229) { return; }
    var count = box.hidden ? 0 : box.children.length;
    if (e.key === 'ArrowDown' && count) {
      e.preventDefault();
      activate(active + 1 < count ? active + 1 : 0);
    } else if (e.key === 'ArrowUp' && count) {
      e.preventDefault();
      activate(active > 0 ? active - 1 : count - 1);
    } else if (e.key === 'ArrowDown') {
      var first = out.querySelector('a');
      if (first) { e.preventDefault(); first.focus(); }
    } else if (e.key === 'Escape' && count) {
      e.preventDefault();
      open(false);
      activate(-1);
    } else if (e.key === 'Enter' && count && active >= 0) {
      e.preventDefault();
      window.location.href = box.children[active].getAttribute('data-url');
    }
  }
  function resultKeys(e) {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') { return; }
    var links = [].slice.call(out.querySelectorAll('a')), at = links.indexOf(document.activeElement);
    if (at < 0) { return; }
    e.preventDefault();
    var next = at + (e.key === 'ArrowDown' ? 1 : -1);
    if (next < 0) { input.focus(); } else if (links[next]) { links[next].focus(); } else if (!more.hidden) { more.focus(); }
  }

  var ready = begin(); /* what is asked for comes while the page is read */
  ready.catch(function () { /* said below */ });
  document.addEventListener('DOMContentLoaded', function () {
    form = $('form'); input = $('q'); box = $('names'); status = $('status'); out = $('results');
    filters = $('filters'); more = $('more'); words = $('words');
    $('how').hidden = true;
    $('app').hidden = false;
    var given = recall();
    input.value = given.q || '';
    ready.then(function () {
      recallFilters(given);
      return run();
    }).catch(failed);
    form.addEventListener('submit', function (e) {
      e.preventDefault();
      if (composing) { return; }
      window.clearTimeout(timer);
      open(false);
      ready.then(run, failed);
    });
    input.addEventListener('compositionstart', function () { composing = true; });
    input.addEventListener('compositionend', function () { composing = false; ready.then(typed, failed); });
    input.addEventListener('input', function () { ready.then(typed, failed); });
    input.addEventListener('keydown', keys);
    input.addEventListener('blur', function () { open(false); });
    out.addEventListener('keydown', resultKeys);
    more.addEventListener('click', function () {
      var at = shown;
      show(shown + STEP).then(function () {
        var links = out.querySelectorAll('h3 a');
        if (links[at]) { links[at].focus(); }
      }).catch(failed);
    });
    document.addEventListener('keydown', function (e) {
      if (e.key === '/' && !e.ctrlKey && !e.altKey && !e.metaKey && !/^(input|textarea|select)$/i.test(document.activeElement && document.activeElement.tagName || '')) {
        e.preventDefault();
        input.focus();
        input.select();
      }
    });
  });
}());
