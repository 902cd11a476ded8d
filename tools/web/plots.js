// Plots: windows, what is in flight and timers over time, with D3.

import {svg, element, word, octets, duration, $} from './parts.js';

const kSpan = 30e6, kLeastSpan = 1e6, kQuiet = 2e6;  // microseconds: shown at most, at least, after the last sample
const kMost = 4000;  // samples that are kept

/// Fields of a sample; see tools/live_json.h.
const kPanels = [
    {unit: octets, least: 20000, series: [
        {at: 5, name: 'queue', says: 'in the queue of the link', word: 'bufferbloat', shape: 'area'},
        {at: 3, name: 'flight', says: 'sent and not acknowledged', word: 'bytes-in-flight', shape: 'area'},
        {at: 4, name: 'rwnd', says: 'the client’s window', word: 'window', shape: 'step', outside: true},
        {at: 2, name: 'ssthresh', says: 'slow start threshold', word: 'ssthresh', shape: 'step', outside: true},
        {at: 1, name: 'cwnd', says: 'congestion window', word: 'cwnd', shape: 'step'}]},
    {unit: duration, least: 100000, series: [
        {at: 6, name: 'RTO', says: 'retransmission timeout', word: 'rto', shape: 'step'},
        {at: 7, name: 'SRTT', says: 'smoothed round trip', word: 'rtt', shape: 'step'}]},
];

export class Plots {
    constructor() {
        this.samples = [];
        this.marks = [];
        this.panels = kPanels.map((panel) => new Panel(panel));
        $('plots').replaceChildren(...this.panels.map((panel) => panel.box));
        new ResizeObserver(() => this.draw()).observe($('plots'));
    }

    reset() {
        this.samples = [];
        this.marks = [];
        this.draw();
    }

    /// `marks`: [time, kind] of what was lost or sent again.
    add(now, samples, marks) {
        this.now = now;
        this.samples.push(...samples);
        this.marks.push(...marks);
        if (this.samples.length > kMost) this.samples.splice(0, this.samples.length - kMost);
        const before = now - 2 * kSpan;
        this.marks = this.marks.filter((mark) => mark[0] > before).slice(-500);
        this.draw();
    }

    draw() {
        if (this.now === undefined) return;
        const first = this.samples[0]?.[0] ?? this.now, last = this.samples[this.samples.length - 1]?.[0] ?? this.now;
        // While nothing happens the picture stays.
        const to = Math.max(Math.min(this.now, last + kQuiet), first + kLeastSpan), from = Math.max(first, to - kSpan);
        const shown = this.samples.slice(Math.max(0, d3.bisector((s) => s[0]).left(this.samples, from) - 1));
        // A level holds until the next sample.
        if (shown.length) shown.push([Math.min(to, this.now), ...shown[shown.length - 1].slice(1)]);
        for (const panel of this.panels) panel.draw(from, to, shown, this.marks);
    }
}

class Panel {
    constructor({unit, least, series}) {
        Object.assign(this, {unit, least, series});
        this.drawing = svg('svg', {'aria-hidden': 'true'});
        this.values = new Map(series.map((s) => [s.name, element('b', {}, '–')]));
        const legend = element('dl', {}, ...[...series].reverse().map((s) => element('div', {class: 'series ' + s.name, title: s.says},
            element('dt', {}, element('i'), word(s.name, s.word)), element('dd', {}, this.values.get(s.name)))));
        this.box = element('div', {class: 'plot'}, legend, this.drawing);
        this.root = d3.select(this.drawing);
        this.clip = 'clip' + Math.random().toString(36).slice(2);
        this.root.append('clipPath').attr('id', this.clip).append('rect');
        this.grid = this.root.append('g').attr('class', 'grid');
        this.lines = this.root.append('g').attr('clip-path', `url(#${this.clip})`);
        this.x = this.root.append('g').attr('class', 'axis');
        this.y = this.root.append('g').attr('class', 'axis');
    }

    draw(from, to, samples, marks) {
        const width = this.drawing.clientWidth, height = this.drawing.clientHeight;
        if (width < 80 || height < 40) return;
        const left = 58, right = width - 6, top = 8, bottom = height - 20;
        const x = d3.scaleLinear([from / 1e6, to / 1e6], [left, right]);
        const y = d3.scaleLinear([0, this.highest(samples)], [bottom, top]).nice(4);
        this.root.select('clipPath rect').attr('x', left).attr('y', top - 2).attr('width', right - left).attr('height', bottom - top + 4);
        this.x.attr('transform', `translate(0 ${bottom})`).call(d3.axisBottom(x).ticks(Math.max(2, Math.floor((right - left) / 70))).tickSize(4).tickFormat((s) => s + ' s'));
        this.y.attr('transform', `translate(${left} 0)`).call(d3.axisLeft(y).ticks(4).tickSize(0).tickPadding(6).tickFormat((v) => v === 0 ? '0' : this.unit(v)));
        this.grid.selectAll('line').data(y.ticks(4)).join('line').attr('x1', left).attr('x2', right).attr('y1', y).attr('y2', y);
        for (const [i, s] of this.series.entries()) this.drawSeries(s, i, samples, x, y);
        this.lines.selectAll('.mark').data(marks).join('path').attr('class', (m) => 'mark ' + m[1])
            .attr('d', (m) => `M${x(m[0] / 1e6).toFixed(1)} ${bottom}v-9`);
    }

    highest(samples) {
        const inside = this.series.filter((s) => !s.outside);
        return Math.max(this.least, ...samples.map((sample) => Math.max(...inside.map((s) => sample[s.at] ?? 0))) ) * 1.08;
    }

    drawSeries(s, i, samples, x, y) {
        const has = (sample) => sample[s.at] !== null;
        const shape = (s.shape === 'area' ? d3.area().y0(y(0)).y1((d) => y(d[s.at])) : d3.line().y((d) => y(d[s.at])))
            .x((d) => x(d[0] / 1e6)).defined(has).curve(d3.curveStepAfter);
        this.lines.selectAll('.s' + i).data([samples]).join('path').attr('class', `s${i} curve ${s.shape} ${s.name}`).attr('d', shape);
        const last = samples.length ? samples[samples.length - 1][s.at] : null;
        this.values.get(s.name).textContent = last === null ? '–' : this.unit(last);
    }
}
