'use strict';

const byId = id => document.getElementById(id);
const controls = byId('controls');
const headers = { 'X-VideoStyle': '1', 'Content-Type': 'application/json' };
const wanted = {}; // what was changed here and is not known to be there yet
let sending = false;
let refusal = '';
let wasGone = true;

function tell(problem) {
  byId('problem').hidden = !problem;
  byId('problem').textContent = problem;
}

// Only the last value of a slider is sent, and one request is under way at a time.
async function send() {
  if (sending) return;
  sending = true;
  while (Object.keys(wanted).length > 0) {
    const change = { ...wanted };
    for (const name of Object.keys(change)) delete wanted[name];
    try {
      const answer = await fetch('api/live', { method: 'POST', headers, body: JSON.stringify(change) });
      refusal = answer.ok ? '' : await answer.text() || `The program answered ${answer.status}.`;
    } catch (error) {
      refusal = `The program could not be asked: ${error.message}`;
    }
    tell(refusal);
  }
  sending = false;
  await refresh().catch(() => {}); // the loop tells
}

function change(name, value) {
  wanted[name] = value;
  send();
}

function fill(select, names, none) {
  const key = JSON.stringify(names);
  if (select.dataset.key === key) return;
  select.dataset.key = key;
  select.replaceChildren(...[...(none ? [['', none]] : []), ...names.map(name => [name, name])].map(([value, text]) => new Option(text, value)));
}

// What somebody is changing is left alone.
function put(field, value) {
  if (document.activeElement === field || sending || field.name in wanted) return;
  if (field.type === 'checkbox') field.checked = value;
  else field.value = value ?? '';
  show(field);
}

function show(field) {
  const output = field.parentElement.querySelector('output');
  if (output) output.textContent = field.name === 'scale' ? `×${(+field.value).toFixed(1)}` : `${Math.round(100 * field.value)} %`;
}

async function refresh() {
  const answer = await fetch('api/live');
  if (answer.status === 401) location.reload(); // the form for the token
  if (!answer.ok) throw new Error(`the program answered ${answer.status}`);
  const { input, width, height, settings, styles, status, outputs, recording } = await answer.json();
  if (wasGone) byId('picture').src = `preview?${Date.now()}`; // also after the program was restarted
  wasGone = false;
  tell(refusal);
  byId('input').textContent = `${input} · ${width}×${height}`;
  byId('picture').width = width;
  byId('picture').height = height;
  fill(controls.elements.style, styles);
  fill(controls.elements.second, styles, 'none');
  for (const [name, value] of Object.entries(settings))
    if (name !== 'split') put(controls.elements[name], value);
  if (!sending && !('split' in wanted)) {
    byId('splitOn').checked = settings.split !== null;
    byId('splitAt').hidden = settings.split === null;
    if (settings.split !== null) put(controls.elements.split, settings.split);
  }
  const level = status.level > 0 ? ` · ${status.levelName}` : '';
  byId('status').textContent = `${status.fps.toFixed(1)} fps · delay ${status.medianLatencyMs} ms · ${status.dropped} of ${status.arrived} frames dropped${level}`;
  byId('record').setAttribute('aria-pressed', recording !== null);
  byId('record').textContent = recording === null ? 'Record' : 'Stop recording';
  byId('recording').textContent = recording === null ? '' : `Recording to ${recording}`;
  byId('outputs').replaceChildren(...outputs.filter(output => output.name !== recording).map(output => {
    const item = document.createElement('li');
    item.textContent = output.name + (output.failure ? `: ${output.failure}` : output.dropped ? `: ${output.dropped} frames left out` : '');
    return item;
  }));
}

async function loop() {
  try {
    await refresh();
  } catch (error) {
    wasGone = true;
    tell(`No connection: ${error.message}`);
  }
  setTimeout(loop, document.hidden ? 5000 : 1000);
}

controls.addEventListener('input', ({ target }) => {
  if (target.id === 'splitOn') {
    byId('splitAt').hidden = !target.checked;
    change('split', target.checked ? +controls.elements.split.value : null);
    return;
  }
  if (!target.name) return;
  show(target);
  change(target.name, target.type === 'checkbox' ? target.checked : target.type === 'range' ? +target.value : target.name === 'second' && target.value === '' ? null : target.value);
});
controls.addEventListener('submit', event => event.preventDefault());
byId('record').onclick = async () => {
  const path = byId('record').getAttribute('aria-pressed') === 'true' ? 'api/live/stop-recording' : 'api/live/record';
  try {
    const answer = await fetch(path, { method: 'POST', headers });
    refusal = answer.ok ? '' : await answer.text();
    await refresh();
  } catch (error) {
    tell(`The program could not be asked: ${error.message}`);
  }
};
loop();
