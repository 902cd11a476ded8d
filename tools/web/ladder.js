// Ladder: the segments of one connection between its two ends; time runs downwards, stretched where text needs room.
//
// Heights are given once: a moment that has been drawn stays where it is, and later ones come below.

import {svg, octets, count, duration, $} from './parts.js';

const kFlags = {FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16};
const kPitch = 25, kMostGap = 56, kPerSecond = 300;  // pixels between labels; of a silence at most; of a second
const kMostRows = 300;

/// Turns moments into heights.
class Scale {
    constructor() {
        this.knots = [];  // [time, height], both ascending
        this.height = 14;
        this.free = 0;  // height from which on a label has room
    }

    /// The height of a moment; one after the last becomes a knot. With `label`, so that text finds room there.
    at(time, label) {
        const last = this.knots[this.knots.length - 1];
        if (last && time < last[0]) return this.between(time);
        const gap = last ? Math.min((time - last[0]) / 1e6 * kPerSecond, kMostGap) : 0;
        let height = (last ? last[1] : this.height) + gap;
        if (label) {
            height = Math.max(height, this.free);
            this.free = height + kPitch;
        }
        this.knots.push([time, height]);
        this.height = height;
        return height;
    }

    between(time) {
        let low = 0, high = this.knots.length - 1;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.knots[middle][0] < time) low = middle + 1;
            else high = middle;
        }
        if (low === 0) return this.knots[0][1];
        const [[t0, h0], [t1, h1]] = [this.knots[low - 1], this.knots[low]];
        return t1 === t0 ? h1 : h0 + (h1 - h0) * (time - t0) / (t1 - t0);
    }

    strip(height) {
        const top = Math.max(this.height, this.free);
        this.free = top + height;
        return top;
    }
}

export class Ladder {
    constructor(onChoose) {
        this.onChoose = onChoose;
        this.box = $('ladder');
        this.drawing = svg('svg', {'aria-hidden': 'false'});
        this.lines = svg('g', {class: 'lifelines'});
        this.body = svg('g');
        this.drawing.append(svg('defs', {}, ...['us', 'peer', 'again', 'gone'].map((kind) => svg('marker',
            {id: 'head-' + kind, class: 'head ' + kind, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 9, markerHeight: 9,
             orient: 'auto', markerUnits: 'userSpaceOnUse'}, svg('path', {d: 'M0 1L10 5L0 9z'})))), this.lines, this.body);
        this.box.replaceChildren(this.drawing);
        this.box.addEventListener('keydown', (event) => this.walk(event));
        this.box.addEventListener('scroll', () => this.note());
        this.body.addEventListener('click', (event) => this.choose(event.target.closest('.row')?.dataset.n));
        $('newest').addEventListener('click', () => this.toNewest());
        new ResizeObserver(() => this.relayout()).observe(this.box);
        this.reset();
    }

    reset() {
        this.rows = new Map();
        this.scale = new Scale();
        this.last = null;   // the newest number drawn
        this.chosen = null;
        this.body.replaceChildren();
        this.strips = [];
        this.top = 0;
        this.fit();
    }

    /// Rows that are new or have changed.
    add(rows, now) {
        const follows = this.followsNewest();
        const events = [];
        for (const row of rows) {
            const old = this.rows.get(row.n);
            const entry = old ?? {row, y0: null, y1: null, group: null};
            entry.row = row;
            this.rows.set(row.n, entry);
            if (entry.y0 === null) events.push([row.s, 0, entry]);
            if (row.a !== undefined && entry.y1 === null) events.push([row.a, 1, entry]);
        }
        events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        for (const [time, which, entry] of events) {
            if (which === 1) entry.y1 = this.scale.at(time, false);
            else this.begin(entry, time);
        }
        for (const row of rows) this.draw(this.rows.get(row.n));
        if (follows) this.trim();
        this.fit();
        if (follows) this.box.scrollTop = this.box.scrollHeight;
        this.note();
    }

    /// What was left out before a row is told in a strip, where the row comes after all others.
    begin(entry, time) {
        const {row} = entry, before = this.last;
        if (before !== null && row.n > before.n + 1) this.strip(before, row);
        entry.y0 = this.scale.at(time, true);
        if (before === null || row.n > before.n) this.last = row;
    }

    strip(before, row) {
        const own = (r, us) => r.us === us;
        const [segments, bytes] = [0, 1].map((i) => [row.b[i] - before.b[i], row.b[i + 2] - before.b[i + 2]]);
        const us = segments[0] - own(before, true), peer = segments[1] - own(before, false);
        const usBytes = bytes[0] - (before.us ? before.len : 0), peerBytes = bytes[1] - (before.us ? 0 : before.len);
        const told = [us && `${count(us, 'segment')}${usBytes ? ', ' + octets(usBytes) : ''} ◀`, peer && `▶ ${count(peer, 'segment')}${peerBytes ? ', ' + octets(peerBytes) : ''}`];
        const text = '⋯ ' + told.filter(Boolean).join('   ') + ' ⋯';
        const strip = {y: this.scale.strip(kPitch) + 2, text, group: svg('g', {class: 'strip'})};
        this.strips.push(strip);
        this.body.append(strip.group);
        this.drawStrip(strip);
    }

    drawStrip({y, text, group}) {
        const {left, right} = this.columns();
        group.replaceChildren(svg('rect', {x: left + 6, y: y - 11, width: right - left - 12, height: 18, rx: 9}),
            svg('text', {x: (left + right) / 2, y: y + 2}, text));
    }

    columns() {
        const width = Math.max(this.box.clientWidth, 320), narrow = width < 520;
        const left = narrow ? 58 : Math.min(165, width * 0.24), notes = narrow ? 12 : Math.min(300, width * 0.31);
        return {width, left, right: width - notes, narrow};
    }

    draw(entry) {
        const {row} = entry, {left, right, narrow} = this.columns();
        const [x0, x1] = row.us ? [right, left] : [left, right];
        const lost = row.f === 'lost', gone = lost || row.f === 'damaged', open = entry.y1 === null;
        const y0 = entry.y0, y1 = open ? y0 + 10 : Math.max(entry.y1, y0);
        const far = lost ? 0.62 : open ? 0.5 : 1;
        const [xe, ye] = [x0 + (x1 - x0) * far, lost ? y0 + Math.min(y1 - y0, 40) : y1];
        const kinds = ['row', row.us ? 'us' : 'peer', row.g !== undefined && 'again', gone && 'gone', open && 'open',
                       row.fl & (kFlags.SYN | kFlags.FIN | kFlags.RST) ? 'control' : row.len ? 'data' : 'ack'];
        const group = svg('g', {class: kinds.filter(Boolean).join(' '), 'data-n': row.n, id: 'row-' + row.n, role: 'option', 'aria-label': this.say(row),
                                'aria-selected': this.chosen === row.n});
        const head = gone ? 'gone' : row.g !== undefined ? 'again' : row.us ? 'us' : 'peer';
        group.append(svg('path', {class: 'hit', d: `M${x0} ${y0}L${xe} ${ye}`}));
        group.append(svg('rect', {class: 'band', x: 0, y: y0 - 17, width: '100%', height: kPitch - 2}));
        group.append(svg('path', {class: 'line', d: `M${x0} ${y0}L${xe} ${ye}`, ...(lost || open ? {} : {'marker-end': `url(#head-${head})`})}));
        if (lost) group.append(svg('path', {class: 'cross', d: `M${xe - 6} ${ye - 6}l12 12M${xe + 6} ${ye - 6}l-12 12`}));
        group.append(svg('text', {class: 'label', x: row.us ? right - 12 : left + 12, y: y0 - 4}, (row.g !== undefined ? '⟲ ' : '') + row.l));
        group.append(svg('text', {class: 'time', x: 50, y: y0 + 4}, clock(row.s)));
        if (!narrow) this.appendNotes(row, y0, left, right, group);
        entry.group?.replaceWith(group);
        if (!entry.group) this.body.append(group);
        entry.group = group;
    }

    /// The client's states at its line, the rest at the right.
    appendNotes(row, y, left, right, group) {
        const told = {client: [], server: []}, other = [];
        for (const [kind, text] of row.m) {
            const [, who, state] = kind === 'state' ? text.match(/^(client|server) (.*)$/) : [];
            if (who) told[who].push(state);
            else other.push([kind, text]);
        }
        const text = (kind, x, what) => group.append(svg('text', {class: kind, x, y: y + 4}, what));
        if (told.client.length) text('state client', left - 10, (told.client.length > 1 ? '…→ ' : '') + told.client.at(-1));
        if (told.server.length) text('note state server', right + 10, told.server.join(' → '));
        else if (other.length) text('note ' + other[0][0], right + 10, other[0][1]);
    }

    say(row) {
        return `${row.n}, from ${row.us ? 'server' : 'client'}: ${row.l}${row.f === 'arrived' ? '' : ', ' + row.f}. ${row.m.map((m) => m[1]).join('. ')}`;
    }

    relayout() {
        for (const entry of this.rows.values()) this.draw(entry);
        for (const strip of this.strips) this.drawStrip(strip);
        this.fit();
    }

    /// The drawing is as high as what is in it, and at least fills the box.
    fit() {
        const {width, left, right} = this.columns();
        const bottom = Math.max(this.scale.height, this.scale.free - kPitch) + 40;
        const height = Math.max(bottom - this.top, this.box.clientHeight - 2);
        this.drawing.setAttribute('viewBox', `0 ${this.top} ${width} ${height}`);
        this.drawing.style.height = height + 'px';
        this.lines.replaceChildren(...[left, right].map((x) => svg('path', {d: `M${x} ${this.top}V${this.top + height}`})));
    }

    /// Old rows go while nobody looks at them.
    trim() {
        if (this.rows.size <= kMostRows) return;
        const numbers = [...this.rows.keys()].sort((a, b) => a - b);
        for (const n of numbers.slice(0, this.rows.size - kMostRows)) {
            this.rows.get(n).group.remove();
            this.rows.delete(n);
        }
        this.top = this.rows.get(numbers[numbers.length - kMostRows]).y0 - kPitch;
        this.strips = this.strips.filter((strip) => strip.y > this.top || strip.group.remove());
        this.scale.knots = this.scale.knots.filter((knot) => knot[1] > this.top - 2000);
    }

    followsNewest() {
        return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60;
    }

    toNewest() {
        this.box.scrollTop = this.box.scrollHeight;
        this.choose(null);
    }

    note() {
        $('newest').hidden = this.followsNewest() && this.chosen === null;
    }

    /// Null: none, and the newest is followed again.
    choose(n) {
        this.chosen = n == null ? null : Number(n);
        for (const old of this.body.querySelectorAll('[aria-selected=true]')) old.setAttribute('aria-selected', 'false');
        const entry = this.rows.get(this.chosen);
        entry?.group.setAttribute('aria-selected', 'true');
        this.box.setAttribute('aria-activedescendant', entry ? 'row-' + this.chosen : '');
        this.note();
        this.onChoose(entry?.row ?? null);
    }

    walk(event) {
        const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
        if (event.key === 'Escape' || event.key === 'End') return this.toNewest();
        if (!step) return;
        event.preventDefault();
        const numbers = [...this.rows.keys()].sort((a, b) => a - b);
        const here = this.chosen === null ? numbers.length : numbers.indexOf(this.chosen);
        const next = numbers[Math.min(Math.max(here + step, 0), numbers.length - 1)];
        if (next === undefined) return;
        this.choose(next);
        const y = this.rows.get(next).y0 - this.top;
        if (y < this.box.scrollTop + 30) this.box.scrollTop = y - 60;
        if (y > this.box.scrollTop + this.box.clientHeight - 60) this.box.scrollTop = y - this.box.clientHeight + 100;
    }
}

/// Seconds and milliseconds, so that columns of them can be compared.
function clock(us) {
    return (us / 1e6).toFixed(3);
}
