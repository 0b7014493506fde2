// Fills and works the picker of emoji that stands in the document. What is picked is told by a `pick` event, with the
// emoji in `data-sign`; an empty one says that the picker was closed.
const pop = document.getElementById('pop-emoji');
const grid = document.getElementById('emoji-grid');
const search = pop.querySelector('input');
const tabs = [...pop.querySelectorAll('[role=tab]')];
const ROW = 8;
const RECENT = 24;
const FOUND = 96;
const NARROW = 760;
const KEPT = 'maru.emoji';
let all = null;
let group = 1;

const recent = () => {
  try {
    return (localStorage.getItem(KEPT) ?? '').split(' ').filter(Boolean).slice(0, RECENT);
  } catch {
    return [];
  }
};

const tell = (sign) => {
  const to = document.getElementById(pop.dataset.to);
  if (!to) return;
  to.dataset.sign = sign;
  to.dispatchEvent(new Event('pick'));
};

/** Those with the query for a name come first, then for a word, then with one that begins with it, then that has it. */
const find = (typed) => {
  const query = typed.trim().toLowerCase().normalize('NFC').replaceAll(' ', '_');
  const words = ([, en, ko]) => `${en} ${ko}`.split(' ');
  const ranks = [
    (row) => words(row)[0] === query,
    (row) => words(row).some((word) => word.split('_').includes(query)),
    (row) => words(row).some((word) => word.startsWith(query) || word.split('_').some((part) => part.startsWith(query))),
    (row) => words(row).some((word) => word.includes(query)),
  ];
  return [...new Set(ranks.flatMap((is) => all.filter(is)))].slice(0, FOUND);
};

const named = ([sign, en, ko]) => {
  const names = document.documentElement.lang === 'ko' ? ko : en;
  return [sign, names.split(' ')[0].replaceAll('_', ' ')];
};

const make = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const says = (sentence) => grid.replaceChildren(make('p', { class: 'emoji__none', role: 'status' }, sentence));

/** Only what is looked at is in the document: what answers to the query, or a group. */
const show = () => {
  if (!all) return says(grid.dataset.fetching);
  const isSought = search.value.trim() !== '';
  let rows = all.filter((row) => row[3] === group - 1);
  if (isSought) rows = find(search.value);
  else if (group === 0) rows = recent().map((sign) => all.find((row) => row[0] === sign)).filter(Boolean);
  if (rows.length === 0) return says(isSought ? grid.dataset.none : grid.dataset.noRecent);
  const cells = rows.map(named).map(([sign, name], at) =>
    make('button', { type: 'button', role: 'gridcell', 'aria-label': name, title: name, tabindex: at ? -1 : 0 }, sign));
  const lines = [];
  while (cells.length) lines.push(make('div', { role: 'row' }, ...cells.splice(0, ROW)));
  const label = isSought ? pop.querySelector('.sr-only').textContent : tabs[group].ariaLabel;
  grid.replaceChildren(make('h3', {}, label), make('div', { role: 'grid', 'aria-label': label }, ...lines));
  grid.scrollTop = 0;
};

const turn = (to) => {
  group = to;
  search.value = '';
  tabs.forEach((tab, at) => {
    tab.setAttribute('aria-selected', at === to);
    tab.tabIndex = at === to ? 0 : -1;
  });
  grid.setAttribute('aria-labelledby', `et-${to}`);
  show();
};

const pick = (sign) => {
  try {
    localStorage.setItem(KEPT, [sign, ...recent().filter((other) => other !== sign)].slice(0, RECENT).join(' '));
  } catch {
    // Nothing is remembered then.
  }
  // First, so that whoever takes the emoji has the last word about the focus.
  pop.hidePopover();
  tell(sign);
};

pop.addEventListener('toggle', async ({ newState }) => {
  if (newState !== 'open') {
    grid.replaceChildren();
    search.value = '';
    return tell('');
  }
  show();
  // Where there is little room, a field that takes the focus brings a keyboard over half of the screen.
  if (innerWidth > NARROW) search.focus();
  if (all) return;
  try {
    const answer = await fetch(pop.dataset.list);
    if (!answer.ok) throw new Error(answer.statusText);
    all = await answer.json();
    show();
  } catch {
    says(grid.dataset.broken);
  }
});

search.addEventListener('input', show);
tabs.forEach((tab, at) => {
  tab.addEventListener('click', () => turn(at));
  tab.addEventListener('focus', () => at !== group && turn(at));
});
grid.addEventListener('click', ({ target }) => {
  const cell = target.closest('[role=gridcell]');
  if (cell) pick(cell.textContent);
});
pop.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  const cells = [...grid.querySelectorAll('[role=gridcell]')];
  const { key, target } = event;
  const among = (list, row) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[key] ?? 0;
    const to = key === 'Home' ? 0 : key === 'End' ? list.length - 1 : list.indexOf(target) + by;
    return by || key === 'Home' || key === 'End' ? list[to] : undefined;
  };
  let to;
  if (target === search && key === 'ArrowDown') [to] = cells;
  else if (target === search && key === 'Enter') {
    event.preventDefault();
    if (cells.length) pick(cells[0].textContent);
  } else if (tabs.includes(target)) to = key === 'ArrowDown' ? cells[0] : among(tabs, 0);
  else if (cells.includes(target)) to = among(cells, ROW) ?? (key === 'ArrowUp' ? tabs[group] : undefined);
  if (to) {
    event.preventDefault();
    to.focus();
  }
});
