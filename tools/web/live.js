// Live: takes the events about this page's own packets and hands them to the parts that draw them.

import {element, octets, duration, rate, count, explain, $} from './parts.js';
import {Ladder} from './ladder.js';
import {States} from './states.js';
import {Plots} from './plots.js';
import {Bytes} from './bytes.js';

/// What the knobs can be set to: a probability, microseconds, bits a second (0: no limit).
const kSteps = {
    loss: [0, .005, .01, .02, .03, .05, .07, .1, .15, .2, .3, .4, .5],
    rtt: [0, 2e3, 5e3, 1e4, 2e4, 4e4, 8e4, 15e4, 3e5, 6e5, 1e6],
    rate: [64e3, 256e3, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 1e9, 0],
};
const kTold = {
    loss: (share) => share ? +(share * 100).toPrecision(3) + ' %' : 'none',
    rtt: (us) => us < 1e6 ? +(us / 1e3).toPrecision(3) + ' ms' : us / 1e6 + ' s',
    rate: (bits) => bits ? rate(bits) : 'no limit',
};
/// As --link has it.
const kSaid = {loss: (share) => +(share * 100).toFixed(4) + '%', rtt: (us) => us + 'us', rate: String};
const kMostPaused = 300;

const tracks = new Map();
let table, feed = null, session = null, followed = null, paused = null, events = null;
let states, plots, ladder, bytes;

// ---- what comes in

function connect() {
    events = new EventSource('events');
    events.addEventListener('hello', (event) => greet(JSON.parse(event.data)));
    events.onmessage = (event) => {
        const batch = JSON.parse(event.data);
        if (!paused) return take(batch);
        if (paused.push(batch) > kMostPaused) paused.shift();
        tell('paused', `paused, ${paused.length} batches wait`);
    };
    events.onerror = () => tell('lost', events.readyState === EventSource.CLOSED ? 'the server is gone' : 'reconnecting');
}

function greet(hello) {
    feed = hello.feed;
    if (session !== null && session !== hello.session) forgetAll();
    session = hello.session;
    document.body.dataset.peer = hello.peer;
    if ($('connection').value !== '0') follow($('connection').value);
    tell('live', 'live');
}

function take(batch) {
    tell('live', 'live');
    if (batch.link) showLink(batch.link);
    for (const track of batch.tracks) tracks.set(track.c, track);
    for (const number of batch.gone) tracks.delete(number);
    if (batch.tracks.length || batch.gone.length) listTracks();
    if (batch.follow !== undefined) takeFollowed(batch);
    settleFetches(batch.at);
    for (const name of ['unseen', 'held', 'forgotten']) $(name).textContent = batch[name];
}

function takeFollowed(batch) {
    const other = followed !== batch.follow;
    if (other) {
        followed = batch.follow;
        for (const part of [ladder, states, plots]) part.reset();
        if (ladder.chosen === null) bytes.clear('of the newest segment with a story');
    }
    showEnds();
    ladder.add(batch.rows, batch.at);
    for (const [, ours, from, to] of batch.moves) states.move(ours, from, to, who(ours));
    const track = tracks.get(followed);
    if (track) {
        states.place(0, track.state);
        states.place(1, track.peer_state);
    }
    const marks = batch.rows.flatMap((row) => row.f === 'lost' ? [[row.a, 'lost']] : row.g !== undefined ? [[row.s, 'again']] : []);
    plots.add(batch.at, batch.samples, marks);
    if (batch.packet && ladder.chosen === null && !bytes.isUsed())
        bytes.show(batch.packet, remarksOf(ladder.rows.get(batch.packet.n)?.row));
}

function remarksOf(row) {
    return row ? row.m.map((m) => m[1]).join('; ') : '';
}

function who(ours) {
    const opened = tracks.get(followed)?.opened ?? 'peer';
    return ours === (opened === 'us') ? 'client' : 'server';
}

// ---- connections

function nameOf(track) {
    const [, port] = track.peer.match(/^(.*:\d+)$/) ?? [, track.peer];
    return `${port}  ${track.text || 'no request yet'}${track.over ? ' (closed)' : ''}`;
}

function listTracks() {
    const list = $('connection'), chosen = list.value;
    const wanted = [...tracks.values()].sort((a, b) => b.c - a.c);
    const have = new Map([...list.options].map((option) => [option.value, option]));
    for (const track of wanted) {
        const option = have.get(String(track.c)) ?? list.appendChild(element('option', {value: track.c}));
        const text = nameOf(track);
        if (option.textContent !== text) option.textContent = text;
    }
    for (const option of [...list.options])
        if (option.value !== '0' && !tracks.has(Number(option.value)) && option.value !== chosen) option.remove();
}

function showEnds() {
    const track = tracks.get(followed);
    if (!track) return;
    const [sent, bytesSent, again, lost] = track.out;
    $('ladder-ends').textContent = `server sent ${count(sent, 'segment')}, ${octets(bytesSent)}; ${again} again; ${lost + track.in[3]} lost on the link`;
    const name = (state) => state === null || state === undefined ? '?' : table.states[state];
    $('our-state').textContent = `server ${name(track.state)}, as the code says`;
    $('peer-state').textContent = `client ${name(track.peer_state)}, as its segments tell`;
    $('heads').replaceChildren(
        element('span', {class: 'peer'}, element('b', {}, track.text || 'client'), ' ' + track.peer),
        element('span', {class: 'us'}, track.local + ' ', element('b', {}, 'Glass')));
}

function follow(number) {
    if (feed !== null) fetch(`follow?feed=${feed}&connection=${number}`, {method: 'PUT'}).catch(() => {});
}

// ---- the link

const linkTimers = {};
let linkTouched = -1e9;

function showLink(link) {
    if (performance.now() - linkTouched < 1500) return;
    for (const [name, steps] of Object.entries(kSteps)) {
        const distance = (step) => Math.abs((step || (name === 'rate' ? 1e12 : 0)) - (link[name] || (name === 'rate' ? 1e12 : 0)));
        $(name).value = steps.reduce((best, step, i) => distance(step) < distance(steps[best]) ? i : best, 0);
        tellKnob(name, link[name]);
    }
    $('link-text').textContent = `between browser and server, both ways; its queue holds ${link.queue}`;
}

function tellKnob(name, value) {
    const text = kTold[name](value);
    $(name + '-value').textContent = text;
    $(name).setAttribute('aria-valuetext', text);
}

/// Only what was touched changes.
function changeLink(name) {
    linkTouched = performance.now();
    const value = kSteps[name][$(name).value];
    tellKnob(name, value);
    clearTimeout(linkTimers[name]);
    linkTimers[name] = setTimeout(async () => {
        const answer = await fetch('link', {method: 'PUT', body: `${name} ${kSaid[name](value)}`}).catch(() => null);
        if (!answer?.ok) $('link-text').textContent = answer ? await answer.text() : 'the server did not answer';
    }, 200);
}

// ---- files

const fetches = [];

function sizes() {
    return [...$('sizes').children];
}

async function fetchFile(size) {
    const item = {size, begun: performance.now(), got: 0, total: 0, li: element('li', {'data-size': size})};
    fetches.push(item);
    $('fetched').querySelector('.none')?.remove();
    $('fetched').prepend(item.li);
    while ($('fetched').children.length > 20) $('fetched').lastChild.remove();
    showFetch(item);
    try {
        const answer = await fetch(`file/${size}`, {cache: 'no-store'});
        if (!answer.ok) throw new Error(await answer.text());
        item.total = Number(answer.headers.get('Content-Length'));
        item.track = Number(answer.headers.get('Glass-Connection'));
        item.before = Number(answer.headers.get('Glass-Sent-Again'));
        for (const reader = answer.body.getReader();;) {
            const {done, value} = await reader.read();
            if (done) break;
            item.got += value.length;
            showFetch(item);
        }
        item.took = performance.now() - item.begun;
    } catch (error) {
        item.error = error.message;
    }
    showFetch(item);
}

/// The counters of the connection are told some time after the last byte.
function settleFetches(at) {
    for (const item of fetches) {
        if (item.took === undefined || item.again !== undefined) continue;
        item.doneAt ??= at;
        if (at - item.doneAt < 300000) continue;
        item.again = Math.max(0, (tracks.get(item.track)?.out[2] ?? item.before) - item.before);
        showFetch(item);
    }
    while (fetches.length && (fetches[0].again !== undefined || fetches[0].error)) fetches.shift();
}

function showFetch(item) {
    const part = item.total ? item.got / item.total : 0;
    item.li.style.setProperty('--part', part);
    item.li.className = item.error ? 'failed' : item.took ? 'done' : 'running';
    const seconds = (item.took ?? performance.now() - item.begun) / 1000;
    const parts = [element('b', {}, item.size.replace(/(\d)([kM])/, '$1 $2'))];
    if (item.error) parts.push(item.error);
    else if (!item.took) parts.push(`${octets(item.got)} so far`);
    else parts.push(`${duration(seconds * 1e6)}, ${rate(item.got * 8 / seconds)}`);
    if (item.took && item.again === undefined) parts.push('…');
    if (item.again !== undefined)
        parts.push(element('span', {class: item.again ? 'again' : 'clean'}, item.again ? `${item.again} sent again` : 'none sent again'));
    item.li.replaceChildren(...parts.map((p) => typeof p === 'string' ? element('span', {}, p) : p));
}

// ---- buttons and keys

function tell(state, text) {
    if (paused && state === 'live') return;
    $('status').dataset.is = state;
    const span = $('status').lastElementChild;
    if (span.textContent !== text) span.textContent = text;
}

function pause() {
    const waiting = paused;
    paused = paused ? null : [];
    $('pause').setAttribute('aria-pressed', String(Boolean(paused)));
    $('pause').querySelector('.word').textContent = paused ? 'Go on' : 'Pause';
    $('pause').querySelector('.icon').textContent = paused ? '▶' : '❚❚';
    if (paused) tell('paused', 'paused');
    for (const batch of waiting ?? []) take(batch);
}

function reset() {
    for (const part of [ladder, states, plots]) part.reset();
    const track = tracks.get(followed);
    if (track) [track.state, track.peer_state].forEach((state, end) => states.place(end, state));
    bytes.clear('of the next segment');
}

function forgetAll() {
    tracks.clear();
    followed = null;
    listTracks();
    reset();
}

const kThemes = ['auto', 'light', 'dark'];

function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    $('theme').querySelector('.word').textContent = theme[0].toUpperCase() + theme.slice(1);
    try {
        localStorage.setItem('glass-theme', theme);
    } catch { /* private windows have none */ }
}

function nextTheme() {
    setTheme(kThemes[(kThemes.indexOf(document.documentElement.dataset.theme) + 1) % kThemes.length]);
}

async function choose(row) {
    if (!row) return $('bytes-what').textContent = 'of the newest segment with a story';
    const answer = await fetch(`packet/${followed}/${row.n}`).catch(() => null);
    if (ladder.chosen !== row.n) return;
    if (answer?.ok) bytes.show(await answer.json(), remarksOf(row));
    else bytes.clear(`of segment ${row.n}: they are not kept any more`);
}

function press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const key = event.key;
    if (key === 'Escape') return $('explain').close();
    if (key === ' ' && event.target.tagName === 'BUTTON') return;
    const does = {' ': pause, r: reset, t: nextTheme}[key] ?? (/^[1-9]$/.test(key) && sizes()[key - 1] && (() => fetchFile(sizes()[key - 1].dataset.size)));
    if (!does) return;
    event.preventDefault();
    does();
}

function explainClick(event) {
    const link = event.target.closest?.('[data-word]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    explain(link.dataset.word);
}

async function begin() {
    let theme = null;
    try {
        theme = localStorage.getItem('glass-theme');
    } catch { /* as above */ }
    setTheme(kThemes.includes(theme) ? theme : 'auto');
    for (const link of document.querySelectorAll('[data-word]')) link.setAttribute('href', 'explain/' + link.dataset.word);
    for (const button of sizes()) button.addEventListener('click', () => fetchFile(button.dataset.size));
    table = await (await fetch('facts')).json();
    states = new States(table);
    plots = new Plots();
    bytes = new Bytes();
    ladder = new Ladder(choose);
    $('connection').addEventListener('change', (event) => follow(event.target.value));
    for (const name in kSteps) $(name).addEventListener('input', () => changeLink(name));
    $('link').addEventListener('submit', (event) => event.preventDefault());
    for (const [id, does] of [['pause', pause], ['reset', reset], ['theme', nextTheme]]) $(id).addEventListener('click', does);
    document.addEventListener('keydown', press);
    document.addEventListener('click', explainClick);
    connect();
}

begin().catch((error) => tell('lost', `this page could not start: ${error.message}`));
