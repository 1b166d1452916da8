# SPDX-License-Identifier: GPL-2.0-or-later
"""page_scripts.py - what is asked of a page in a browser: each script returns
the list of what it found.
"""
COMMON = """
const found = [];
const named = e => (e.getAttribute('aria-label') || (e.getAttribute(
    'aria-labelledby') || '').split(' ').map(i => i && document.getElementById(
    i) ? document.getElementById(i).textContent : '').join(' ') ||
    e.textContent || '').trim();
const shown = e => e.getClientRects().length > 0;
const say = (what, e) => found.push(what + ': ' + e.outerHTML.slice(0, 120));
"""

ACCESS = COMMON + """
if (!document.documentElement.lang) found.push('no lang');
if (!document.title.trim()) found.push('no title');
if (document.querySelectorAll('h1').length != 1) found.push('not one h1');
let level = 0;
for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
  const is = Number(h.tagName[1]);
  if (is > level + 1) say('a level is skipped', h);
  if (!h.textContent.trim()) say('empty heading', h);
  level = is;
}
for (const th of document.querySelectorAll('th'))
  if (!/^(col|row)$/.test(th.scope) || !th.textContent.trim())
    say('th without scope or name', th);
for (const t of document.querySelectorAll('table'))
  if (!t.querySelector('th')) say('table without th', t);
for (const e of document.querySelectorAll('a,summary,svg,nav,[role=img]'))
  if (!named(e)) say('no name', e);
for (const s of document.querySelectorAll('svg'))
  if (s.getAttribute('role') != 'img') say('no picture', s);
for (const a of document.querySelectorAll('a'))
  if (!a.href) say('leads nowhere', a);
if (document.querySelectorAll('[tabindex]').length) found.push('tabindex');
if (!document.querySelector('main')) found.push('no main');
return found;
"""

# Over the backgrounds of all that a text stands in, whatever lets shine
# through; large text is held to the same.
CONTRAST = COMMON + """
const parse = c => { const m = c.match(/[\\d.]+/g).map(Number);
                     return m.length < 4 ? [...m, 1] : m; };
const over = (a, b) => [0, 1, 2].map(
    i => a[i] * a[3] + b[i] * (1 - a[3])).concat([1]);
const light = c => { const v = c.slice(0, 3).map(x => { x /= 255;
  return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
  return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
const ground = e => {
  const all = [];
  for (; e; e = e.parentElement) all.push(parse(getComputedStyle(e)
      .backgroundColor));
  return all.reverse().reduce((under, c) => over(c, under),
                              parse(CANVAS));
};
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const texts = new Set();
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (walk.currentNode.data.trim() && shown(e) &&
      !['STYLE', 'TITLE', 'title', 'desc'].includes(e.tagName)) texts.add(e);
}
let lowest = 99;
for (const e of texts) {
  const under = ground(e), style = getComputedStyle(e);
  for (const pseudo of [null, '::before', '::after']) {
    const colour = getComputedStyle(e, pseudo).color;
    const a = light(over(parse(colour), under)), b = light(under);
    const is = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    lowest = Math.min(lowest, is);
    if (is < 4.5 || style.opacity != 1)
      say('contrast ' + is.toFixed(2) + ' of ' + colour, e);
  }
}
if (texts.size < 3) found.push('no text');
return [found, lowest];
"""

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
WIDE = COMMON + """
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
  for (const e of document.body.querySelectorAll('*'))
    if (e.getBoundingClientRect().right > width + .5)
      { say('too wide', e); break; }
if (document.documentElement.scrollWidth > width && !found.length)
  found.push('it scrolls');
for (const e of document.querySelectorAll('pre,table,figure,article'))
  if (e.scrollWidth > e.clientWidth + 1 &&
      getComputedStyle(e).overflowX != 'visible') say('scrolls itself', e);
return found;
"""
PRINTED = COMMON + """
for (const h of document.querySelectorAll('h1,h2,h3'))
  if (!shown(h)) say('not printed', h);
for (const t of document.querySelectorAll('section table, section p'))
  if (!shown(t) && !t.closest('details')) say('not printed', t);
const dark = getComputedStyle(document.body).backgroundColor;
if (dark != 'rgb(255, 255, 255)') found.push('paper is ' + dark);
return found;
"""
