'use strict';

const byId = id => document.getElementById(id);
const shown = new Map(); // job number -> its article
let paused = false;

function time(seconds) {
  const s = Math.round(seconds);
  return s < 90 ? `${s} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
}

async function change(path) {
  await fetch(path, { method: 'POST', headers: { 'X-VideoStyle': '1' } });
  await refresh();
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
    image.alt = `${kind} of ${job.source}`;
  }
}

// File names are text that anyone may choose: they are only ever set as text, never as markup.
function update(article, job) {
  const find = name => article.querySelector(name);
  article.className = job.state;
  find('h2').textContent = job.source;
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
  picture(find('.source'), job, 'source');
  picture(find('.painting'), job, 'painting');
}

async function refresh() {
  const answer = await fetch('api/jobs');
  if (!answer.ok) throw new Error(`the watcher answered ${answer.status}`);
  const state = await answer.json();
  paused = state.paused;
  byId('folder').textContent = state.folder;
  byId('pause').hidden = false;
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  byId('problem').hidden = !state.problem && !paused;
  byId('problem').textContent = state.problem ?? (paused ? 'Paused: no further job is begun.' : '');
  byId('counts').textContent = Object.entries(state.counts).filter(([, n]) => n > 0).map(([name, n]) => `${n} ${name}`).join(' · ') || 'Nothing yet: drop a video into the folder.';
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

byId('pause').onclick = () => change(paused ? 'api/resume' : 'api/pause');
loop();
