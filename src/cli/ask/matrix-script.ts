/**
 * What the page does: finds, folds, and says why. It makes elements by their names and gives them texts; nothing of it
 * reads text as markup. Without it the page still shows everything.
 */
export const matrixScript = `
'use strict';
const table = document.querySelector('table');
const tools = document.querySelector('.tools');
const search = document.querySelector('input[type=search]');
const aside = document.querySelector('#aside');
const foldAll = document.querySelector('#fold');
const found = document.querySelector('.found');
const heads = [...table.tHead.rows[0].cells];
const bodies = [...table.tBodies];
const rows = [...table.querySelectorAll('tr.row')];
const permissions = (some) => new Set(some.map((row) => row.dataset.id)).size;
const total = permissions(rows);
tools.hidden = false;

const fold = (body, isFolded) => {
  body.classList.toggle('folded', isFolded);
  body.querySelector('.group button').setAttribute('aria-expanded', String(!isFolded));
};
const isOpen = () => bodies.some((body) => !body.classList.contains('folded'));
const nameFoldAll = () => { foldAll.textContent = isOpen() ? 'Fold all' : 'Unfold all'; };
for (const body of bodies) {
  body.querySelector('.group button').addEventListener('click', () => {
    fold(body, !body.classList.contains('folded'));
    nameFoldAll();
  });
}
foldAll.addEventListener('click', () => {
  const isFolded = isOpen();
  for (const body of bodies) fold(body, isFolded);
  nameFoldAll();
});

const closeDetails = () => {
  for (const row of table.querySelectorAll('tr.detail')) row.remove();
  for (const button of table.querySelectorAll('.row button[aria-expanded=true]')) button.setAttribute('aria-expanded', 'false');
};
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const explain = (row) => {
  const detail = element('tr', '', 'detail');
  const box = detail.appendChild(element('td')).appendChild(element('div'));
  detail.firstChild.colSpan = heads.length;
  box.append(element('code', row.dataset.name));
  for (const text of [row.dataset.caution, row.dataset.requires]) if (text) box.append(element('p', text));
  const list = box.appendChild(element('ul'));
  [...row.cells].slice(1).forEach((cell, index) => {
    const item = list.appendChild(element('li'));
    item.append(element('b', heads[index + 1].querySelector('b').textContent), ': ' + cell.dataset.why);
    if (cell.dataset.at) item.append(element('span', cell.dataset.at, 'at'));
  });
  return detail;
};
for (const row of rows) {
  const button = row.querySelector('button');
  button.addEventListener('click', () => {
    const wasOpen = button.getAttribute('aria-expanded') === 'true';
    closeDetails();
    if (wasOpen) return;
    button.setAttribute('aria-expanded', 'true');
    row.after(explain(row));
  });
}

if (aside) aside.addEventListener('change', () => { table.classList.toggle('all', aside.checked); filter(); });

const isListed = (row) => table.classList.contains('all') || !row.classList.contains('aside');
let shown = heads.map(() => true);
const showColumns = (wanted) => {
  const changed = wanted.flatMap((isWanted, index) => (isWanted === shown[index] ? [] : [index]));
  for (const index of changed) {
    heads[index].hidden = !wanted[index];
    for (const row of rows) row.cells[index].hidden = !wanted[index];
  }
  shown = wanted;
};
const show = (matches, columns) => {
  for (const row of rows) row.hidden = !matches(row);
  showColumns(heads.map((_, index) => columns.has(index)));
  for (const body of bodies) {
    body.hidden = ![...body.querySelectorAll('tr.row')].some((row) => !row.hidden && isListed(row));
  }
};
const filter = () => {
  closeDetails();
  const wanted = search.value.trim().toLowerCase();
  const everyColumn = new Set(heads.map((_, index) => index));
  const matches = (row) => row.dataset.find.includes(wanted);
  const hits = rows.filter((row) => matches(row) && isListed(row));
  const columns = heads.flatMap((head, index) => (index > 0 && head.dataset.find.includes(wanted) ? [index] : []));
  if (wanted === '') {
    show(() => true, everyColumn);
    found.textContent = '';
  } else if (hits.length === 0 && columns.length > 0) {
    show(() => true, new Set([0, ...columns]));
    found.textContent = columns.length + ' of ' + (heads.length - 1) + ' roles';
  } else {
    show(matches, everyColumn);
    for (const body of bodies) if (!body.hidden) fold(body, false);
    nameFoldAll();
    found.textContent = permissions(hits) + ' of ' + total + ' permissions';
  }
};
search.addEventListener('input', filter);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
  }
  if (event.key !== 'Escape') return;
  if (document.activeElement === search) { search.value = ''; filter(); }
  else closeDetails();
});
`;
