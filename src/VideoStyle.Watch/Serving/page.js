'use strict';

const byId = id => document.getElementById(id);
const shown = new Map(); // job number -> its article
const pageLength = 200;
let paused = false;
let only = ''; // the state that is shown alone, or '' for all
let wanted = pageLength;

function time(seconds) {
  const s = Math.round(seconds);
  return s < 90 ? `${s} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
}

async function change(path) {
  let refusal = '';
  try {
    const answer = await fetch(path, { method: 'POST', headers: { 'X-VideoStyle': '1' } });
    if (!answer.ok) refusal = await answer.text() || `The watcher answered ${answer.status}.`;
    await refresh();
  } catch (error) {
    refusal = `The watcher could not be asked: ${error.message}`;
  }
  byId('refusal').hidden = !refusal;
  byId('refusal').textContent = refusal;
}

function show(state) {
  only = state;
  wanted = pageLength;
  refresh().catch(() => {}); // the loop tells
}

// Made anew only when something is different: a button that is replaced loses the focus.
function updateCounts(counts) {
  const all = Object.entries(counts).filter(([name, n]) => n > 0 || name === only);
  const key = JSON.stringify([all, only]);
  if (byId('counts').dataset.key === key) return;
  byId('counts').dataset.key = key;
  const focused = document.activeElement?.dataset?.state;
  byId('counts').replaceChildren(...[['', 0], ...all].map(([name, n]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.state = name;
    button.textContent = name ? `${n} ${name}` : 'All';
    button.setAttribute('aria-pressed', name === only);
    button.onclick = () => show(name);
    return button;
  }));
  if (focused !== undefined) byId('counts').querySelector(`[data-state="${focused}"]`)?.focus();
}

function create(job) {
  const article = byId('job').content.firstElementChild.cloneNode(true);
  article.dataset.job = job.id;
  article.querySelector('.retry').onclick = () => change(`api/jobs/${job.id}/retry`);
  article.querySelector('.cancel').onclick = () => change(`api/jobs/${job.id}/cancel`);
  return article;
}

function picture(image, job, kind) {
  // A painting that was made anew keeps its address, so the end of the job is part of it.
  const address = `thumbnails/${job.id}/${kind}?${job.ended ?? ''}`;
  if (job.pictures[kind] && image.getAttribute('src') !== address) {
    image.src = address;
    image.alt = `${kind} of ${job.name}`;
  }
}

// File names are text that anyone may choose: they are only ever set as text, never as markup.
function update(article, job) {
  const find = name => article.querySelector(name);
  article.className = job.state;
  find('h2').textContent = job.name;
  find('.state').textContent = job.state;
  const part = job.total ? Math.min(1, job.frames / job.total) : 0;
  const running = job.state === 'running';
  find('.detail').textContent =
    running ? `${job.style} · ${Math.round(100 * part)} % · ${job.fps.toFixed(1)} fps` + (job.etaSeconds == null ? '' : ` · ${time(job.etaSeconds)} left`)
    : job.state === 'done' && job.frames ? `${job.style} · ${job.frames} frames` : job.style;
  find('progress').hidden = !running;
  find('progress').value = part;
  find('.reason').hidden = !job.reason;
  find('.reason').textContent = job.reason ?? '';
  find('.retry').hidden = !['failed', 'quarantined', 'cancelled', 'done'].includes(job.state);
  find('.cancel').hidden = !['found', 'settling', 'queued', 'failed', 'running'].includes(job.state);
  find('.retry').setAttribute('aria-label', `Retry ${job.name} in ${job.style}`);
  find('.cancel').setAttribute('aria-label', `Cancel ${job.name} in ${job.style}`);
  picture(find('.source'), job, 'source');
  picture(find('.painting'), job, 'painting');
}

async function refresh() {
  const answer = await fetch(`api/jobs?count=${wanted}` + (only ? `&state=${only}` : ''));
  if (answer.status === 401) location.reload(); // the form for the token
  if (!answer.ok) throw new Error(`the watcher answered ${answer.status}`);
  const state = await answer.json();
  paused = state.paused;
  byId('folder').textContent = state.folder;
  byId('pause').hidden = false;
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  byId('problem').hidden = !state.problem && !paused;
  byId('problem').textContent = state.problem ?? (paused ? 'Paused: no further job is begun.' : '');
  updateCounts(state.counts);
  const hidden = state.total - state.jobs.length;
  byId('shown').textContent =
    state.total === 0 ? (only ? 'None.' : 'Nothing yet: drop a video into the folder.') : hidden > 0 ? `${state.jobs.length} of ${state.total} jobs are shown.` : '';
  byId('more').hidden = hidden <= 0;
  const seen = new Set();
  let before = null;
  for (const job of state.jobs) {
    const article = shown.get(job.id) ?? create(job);
    shown.set(job.id, article);
    seen.add(job.id);
    update(article, job);
    const place = before ? before.nextElementSibling : byId('jobs').firstElementChild;
    if (place !== article) byId('jobs').insertBefore(article, place);
    before = article;
  }
  for (const [id, article] of shown) {
    if (seen.has(id)) continue;
    article.remove();
    shown.delete(id);
  }
}

async function loop() {
  try {
    await refresh();
  } catch (error) {
    byId('problem').hidden = false;
    byId('problem').textContent = `No connection: ${error.message}`;
  }
  setTimeout(loop, document.hidden ? 5000 : 1000);
}

byId('more').onclick = () => { wanted += pageLength; refresh().catch(() => {}); };
byId('pause').onclick = () => change(paused ? 'api/resume' : 'api/pause');
loop();
