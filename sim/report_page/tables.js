// Tables of the class `points`: a click on a title sorts, fields above the table filter, and a long table shows some
// rows first. Without this script they are plain tables with all rows.
'use strict';

const shownFirst = 200;

function numberOf(text) {
  return text === '' || text === '-' ? NaN : Number(text.replaceAll(',', ''));
}

function compareCells(a, b) {
  const x = numberOf(a), y = numberOf(b);
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return a.localeCompare(b, 'en', {numeric: true});
}

function element(parent, tag, properties) {
  const made = Object.assign(document.createElement(tag), properties);
  parent.append(made);
  return made;
}

function enrich(table) {
  const body = table.tBodies[0];
  const titles = [...table.tHead.rows[0].cells];
  let rows = [...body.rows].map(row => ({row, cells: [...row.cells].map(cell => cell.textContent)}));
  let limit = shownFirst;
  const conditions = new Map();  // by field: whether a row meets it

  const controls = document.createElement('div');
  controls.className = 'controls';
  table.parentElement.before(controls);
  const below = document.createElement('div');
  below.className = 'controls';
  table.parentElement.after(below);
  const count = element(below, 'span', {});
  const more = element(below, 'button', {type: 'button', textContent: 'Show all'});

  function show() {
    const met = rows.filter(row => [...conditions.values()].every(condition => condition(row)));
    body.replaceChildren(...met.slice(0, limit).map(row => row.row));
    const some = met.length > limit;
    count.textContent = some ? `the first ${limit} of ${met.length} points` : `${met.length} of ${rows.length} points`;
    more.hidden = !some;
  }
  function field(labelText, tag, properties, conditionOf) {
    const label = element(controls, 'label', {textContent: labelText});
    const input = element(label, tag, properties);
    input.addEventListener('input', () => {
      const condition = conditionOf(input);
      if (condition) conditions.set(input, condition); else conditions.delete(input);
      show();
    });
    return input;
  }
  more.addEventListener('click', () => { limit = Infinity; show(); });

  titles.forEach((title, column) => {
    const name = title.textContent;
    const button = element(title, 'button', {type: 'button'});
    button.append(...[...title.childNodes].filter(node => node !== button));
    title.classList.add('sortable');
    button.addEventListener('click', () => {
      const sign = title.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      titles.forEach(other => other.removeAttribute('aria-sort'));
      title.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
      rows = rows.slice().sort((a, b) => sign * compareCells(a.cells[column], b.cells[column]));
      show();
    });
    if (title.dataset.role === 'axis') {
      const values = [...new Set(rows.map(row => row.cells[column]))].sort(compareCells);
      if (values.length === 1 || values.length > 100) return;
      const select = field(name, 'select', {}, input => input.value !== '' && (row => row.cells[column] === input.value));
      element(select, 'option', {value: '', textContent: 'any'});
      for (const value of values) element(select, 'option', {value, textContent: value});
    } else if (title.dataset.role === 'objective') {
      field(`${name}, at most`, 'input', {type: 'number', step: 'any'},
            input => input.value !== '' && (row => numberOf(row.cells[column]) <= Number(input.value)));
    }
  });
  if (rows.some(row => row.row.className === 'front')) {
    const check = field('Pareto front only', 'input', {type: 'checkbox'},
                        input => input.checked && (row => row.row.className === 'front'));
    check.parentElement.className = 'check';
  }
  show();
}

document.querySelectorAll('table.points').forEach(enrich);
