// States: the state diagram, RFC 9293 figure 5, with the places of both ends. Nodes and arrows come from the table
// of legal moves in tcp/state; only where they stand is said here.

import {svg, $} from './parts.js';

const kWidth = 1000, kHeight = 310, kHalf = 73, kTall = 21;

/// CLOSED stands twice, as in the RFC: where connections begin and where they end.
const kPlaces = {
    'CLOSED': [80, 155], 'LISTEN': [236, 46], 'SYN-SENT': [236, 264], 'SYN-RECEIVED': [416, 46],
    'ESTABLISHED': [416, 155], 'FIN-WAIT-1': [592, 46], 'FIN-WAIT-2': [758, 46], 'CLOSING': [676, 155],
    'TIME-WAIT': [920, 46], 'CLOSE-WAIT': [592, 264], 'LAST-ACK': [758, 264], 'end': [920, 264],
};
/// Arrows that must go around something: the points between which they bend.
const kBends = {
    'SYN-RECEIVED>CLOSED': [[410, -6], [100, -6]], 'CLOSE-WAIT>CLOSED': [[592, 314], [910, 314]],
    'FIN-WAIT-1>TIME-WAIT': [[600, -6], [912, -6]], 'FIN-WAIT-1>CLOSED': [[588, 230], [760, 190]],
    'CLOSED>LISTEN': [[80, 80], [130, 46]], 'LISTEN>CLOSED': [[200, 100], [130, 115]],
    'CLOSED>SYN-SENT': [[80, 230], [130, 264]], 'SYN-SENT>CLOSED': [[200, 210], [130, 195]],
    'LISTEN>SYN-RECEIVED': [[310, 36], [340, 36]], 'SYN-RECEIVED>LISTEN': [[340, 56], [310, 56]],
};

export class States {
    constructor(table) {
        this.names = table.states;
        this.nodes = new Map();
        this.arrows = new Map();
        this.shown = [null, null];
        const drawing = svg('svg', {viewBox: `0 0 ${kWidth} ${kHeight}`, role: 'img', 'aria-label': 'State diagram'});
        drawing.append(svg('defs', {}, ...['', 'lit'].map((kind) => svg('marker',
            {id: 'tip' + kind, class: 'tip ' + kind, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7,
             orient: 'auto-start-reverse', markerUnits: 'userSpaceOnUse'}, svg('path', {d: 'M0 0L8 4L0 8z'})))));
        for (const [from, to, event] of table.moves) drawing.append(this.arrow(from, to, event));
        for (const name of [...this.names, 'end']) drawing.append(this.node(name));
        this.drawing = drawing;
        $('states').replaceChildren(drawing);
    }

    node(name) {
        const [x, y] = kPlaces[name], title = name === 'end' ? 'CLOSED' : name;
        const made = svg('a', {class: 'node', transform: `translate(${x} ${y})`, 'data-word': title.toLowerCase(),
                               href: 'explain/' + title.toLowerCase()},
            svg('rect', {x: -kHalf, y: -kTall, width: 2 * kHalf, height: 2 * kTall, rx: 10}),
            svg('rect', {class: 'ring', x: -kHalf - 5, y: -kTall - 5, width: 2 * kHalf + 10, height: 2 * kTall + 10, rx: 14}),
            svg('text', {y: 6}, title));
        this.nodes.set(name, made);
        return made;
    }

    /// To CLOSED at the end, but for connections that never opened.
    target(from, to) {
        return to === 'CLOSED' && !['LISTEN', 'SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED'].includes(from) ? 'end' : to;
    }

    arrow(fromNumber, toNumber, event) {
        const from = this.names[fromNumber], to = this.names[toNumber];
        const [a, b] = [kPlaces[from], kPlaces[this.target(from, to)]];
        const bends = kBends[`${from}>${to}`];
        const start = border(a, bends ? bends[0] : b), end = border(b, bends ? bends[1] : a);
        const d = bends ? `M${start}C${bends[0]} ${bends[1]} ${end}` : `M${start}L${end}`;
        const broken = /ABORT|RST/.test(event) && !/ACK of FIN|2 MSL/.test(event);
        const made = svg('path', {class: broken ? 'arrow broken' : 'arrow', d}, svg('title', {}, `${from} → ${to}: ${event}`));
        this.arrows.set(fromNumber * 16 + toNumber, {made, event});
        return made;
    }

    reset() {
        this.shown = [null, null];
        for (const node of this.nodes.values()) node.classList.remove('us', 'peer', 'was');
        for (const {made} of this.arrows.values()) made.classList.remove('us', 'peer', 'was');
        $('moved').textContent = ' ';
    }

    /// Where the ends are now, without a move.
    place(end, state) {
        if (this.shown[end] === state) return;
        const mark = end === 0 ? 'us' : 'peer';
        for (const node of this.nodes.values()) node.classList.remove(mark);
        this.shown[end] = state;
        if (state !== null) this.at(state, this.closedAtEnd?.[end]).classList.add(mark, 'was');
    }

    at(state, end) {
        const name = this.names[state];
        return this.nodes.get(name === 'CLOSED' && end ? 'end' : name);
    }

    /// Along an arrow, which stays lit for a while.
    move(ours, from, to, who) {
        const end = ours ? 0 : 1, arrow = this.arrows.get(from * 16 + to);
        this.closedAtEnd ??= [false, false];
        this.closedAtEnd[end] = this.target(this.names[from], this.names[to]) === 'end';
        this.at(from, false).classList.add('was');
        this.shown[end] = undefined;
        this.place(end, to);
        if (!arrow) return;
        arrow.made.classList.add('was', ours ? 'us' : 'peer');
        setTimeout(() => arrow.made.classList.remove(ours ? 'us' : 'peer'), 2500);
        $('moved').textContent = `${who}: ${this.names[from]} → ${this.names[to]}, ${arrow.event}`;
    }
}

/// Where the line from the middle of a node to a point leaves it.
function border([x, y], [px, py]) {
    const dx = px - x, dy = py - y;
    const scale = Math.min(Math.abs((kHalf + 4) / (dx || 1e-9)), Math.abs((kTall + 4) / (dy || 1e-9)));
    return scale >= 1 ? [x, y] : [round(x + dx * scale), round(y + dy * scale)];
}

function round(n) {
    return Math.round(n * 10) / 10;
}
