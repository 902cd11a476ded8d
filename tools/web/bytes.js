// Bytes: a packet, octet by octet, each tied to the fields that it is part of.

import {element, word, $} from './parts.js';

const kColumns = 16;

export class Bytes {
    constructor() {
        const over = (event) => this.point(event.target.closest('[data-fields], [data-field]'));
        for (const id of ['hex', 'fields']) {
            $(id).addEventListener('mouseover', over);
            $(id).addEventListener('focusin', over);
            $(id).addEventListener('mouseleave', () => this.point(null));
        }
        $('fields').addEventListener('keydown', (event) => this.walk(event));
    }

    clear(text) {
        this.fields = [];
        $('hex').replaceChildren();
        $('fields').replaceChildren();
        $('bytes-what').textContent = text;
    }

    show(packet, why) {
        this.packet = packet;
        this.fields = packet.layers.flatMap((layer) => layer.fields.filter((f) => f.label).map((f) => ({...f, layer})));
        $('bytes-what').textContent = `of segment ${packet.n}: ${packet.l}${why ? '; ' + why : ''}`;
        this.drawHex();
        this.drawFields();
        this.point(null);
    }

    /// Somebody is at it: what is shown should stay.
    isUsed() {
        return ['hex', 'fields'].some((id) => $(id).matches(':hover, :focus-within'));
    }

    /// The fields of each octet, outermost first.
    fieldsAt(octet) {
        const found = [];
        for (const [i, f] of this.fields.entries())
            if (f.width && f.bit < 8 * octet + 8 && f.bit + f.width > 8 * octet) found.push(i);
        return found;
    }

    layerAt(octet) {
        return this.packet.layers.findLast((layer) => layer.at <= octet && octet < layer.end);
    }

    drawHex() {
        const octets = this.packet.hex.match(/../g) ?? [], rows = [];
        for (let at = 0; at < octets.length; at += kColumns) {
            const row = element('div', {class: 'row'}, element('span', {class: 'offset'}, at.toString(16).padStart(4, '0')));
            for (let i = at; i < Math.min(at + kColumns, octets.length); ++i) {
                const fields = this.fieldsAt(i), layer = this.layerAt(i);
                const parity = fields.length ? fields[0] % 2 : 0;
                row.append(element('span', {class: `octet ${kindOf(layer)} p${parity}`, 'data-octet': i, 'data-fields': fields.join(' ')}, octets[i]));
            }
            rows.push(row);
        }
        const left = this.packet.length - octets.length;
        if (left > 0) rows.push(element('div', {class: 'row more'}, `and ${left} more bytes of text`));
        $('hex').replaceChildren(...rows);
    }

    drawFields() {
        const rows = [];
        let layer = null;
        for (const [i, f] of this.fields.entries()) {
            if (f.layer !== layer) {
                layer = f.layer;
                if (layer.end > layer.at) rows.push(element('div', {class: 'layer ' + kindOf(layer)}, layer.title, element('small', {}, ' ' + layer.spec)));
            }
            if (layer.end === layer.at) continue;
            rows.push(element('div', {class: `field ${kindOf(layer)} d${Math.min(f.d, 3)}`, 'data-field': i, tabindex: rows.length < 2 ? 0 : -1},
                element('span', {class: 'label'}, word(f.label, f.word)), element('span', {class: 'value'}, f.value ?? ''),
                ...(f.note ? [element('span', {class: 'note'}, f.note)] : [])));
        }
        $('fields').replaceChildren(...rows);
    }

    /// Lights up a field and its octets.
    point(target) {
        for (const lit of document.querySelectorAll('.bytes .lit')) lit.classList.remove('lit');
        $('readout').classList.toggle('on', Boolean(target));
        if (!target) return;
        const wanted = target.dataset.field ?? target.dataset.fields.split(' ').at(-1);
        if (wanted === '') return this.tellText(target);
        const f = this.fields[wanted], row = $('fields').querySelector(`[data-field="${wanted}"]`);
        row?.classList.add('lit');
        if (row && target !== row) bringIntoView(row);
        if (f.width)
            for (let i = Math.floor(f.bit / 8); i < (f.bit + f.width) / 8; ++i)
                $('hex').querySelector(`[data-octet="${i}"]`)?.classList.add('lit');
        $('readout').replaceChildren(element('b', {}, f.label), ` ${f.value ?? ''}${f.note ? ' — ' + f.note : ''}`,
            element('small', {}, `${f.layer.title}, ${placeOf(f)}`));
    }

    tellText(target) {
        target.classList.add('lit');
        const code = parseInt(target.textContent, 16);
        const layer = this.layerAt(Number(target.dataset.octet));
        $('readout').replaceChildren(element('b', {}, 'Text'), code > 32 && code < 127 ? ` ‘${String.fromCharCode(code)}’` : ` ${code}`,
            element('small', {}, `${layer?.title ?? ''}, byte ${target.dataset.octet}`));
    }

    walk(event) {
        const step = {ArrowDown: 1, ArrowUp: -1}[event.key], here = event.target.closest('.field');
        if (!step || !here) return;
        const all = [...$('fields').querySelectorAll('.field')], next = all[all.indexOf(here) + step];
        event.preventDefault();
        if (!next) return;
        here.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
    }
}

/// Scrolls the list and nothing around it.
function bringIntoView(row) {
    const list = $('fields'), room = 26;
    if (row.offsetTop < list.scrollTop + room) list.scrollTop = row.offsetTop - room;
    const below = row.offsetTop + row.offsetHeight - list.clientHeight;
    if (below > list.scrollTop) list.scrollTop = below;
}

function kindOf(layer) {
    return !layer ? 'data' : /^(ip|ipv6)$/.test(layer.proto) ? 'ip' : layer.proto === 'tcp' ? 'tcp' : 'data';
}

function placeOf(f) {
    if (!f.width) return 'not in the packet: it follows from other fields';
    const first = Math.floor(f.bit / 8), last = Math.ceil((f.bit + f.width) / 8) - 1;
    if (f.bit % 8 || f.width % 8) return f.width === 1 ? `bit ${f.bit % 8} of byte ${first}` : `bits ${f.bit % 8} to ${f.bit % 8 + f.width - 1} of byte ${first}`;
    return first === last ? `byte ${first}` : `bytes ${first} to ${last}`;
}
