// Parts: what the parts of the page share: elements, numbers for people, and words that are explained.

const kSvg = 'http://www.w3.org/2000/svg';

export const $ = (id) => document.getElementById(id);

/// An HTML element with attributes and children, strings among them.
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
}

export function svg(name, attributes = {}, ...children) {
    const made = document.createElementNS(kSvg, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
}

/// A word with its explanation behind it.
export function word(text, of) {
    return of ? element('a', {'data-word': of, href: 'explain/' + encodeURIComponent(of)}, text) : text;
}

/// "1.4 kB": three digits.
export function octets(n) {
    if (n < 1000) return n + ' B';
    const unit = n < 1e6 ? 'kB' : n < 1e9 ? 'MB' : 'GB';
    const value = n / {kB: 1e3, MB: 1e6, GB: 1e9}[unit];
    return (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)) + ' ' + unit;
}

/// "24.1 ms", of microseconds.
export function duration(us) {
    if (us < 1000) return Math.round(us) + ' µs';
    if (us < 1e6) return (us < 1e4 ? (us / 1e3).toFixed(2) : us < 1e5 ? (us / 1e3).toFixed(1) : (us / 1e3).toFixed(0)) + ' ms';
    return (us / 1e6).toFixed(us < 1e7 ? 2 : 1) + ' s';
}

/// "8.2 Mbit/s"
export function rate(bits) {
    if (bits < 1e6) return (bits / 1e3).toFixed(0) + ' kbit/s';
    return bits < 1e9 ? (bits / 1e6).toFixed(bits < 1e7 ? 1 : 0) + ' Mbit/s' : (bits / 1e9).toFixed(1) + ' Gbit/s';
}

/// "1 segment", "5 segments"
export function count(n, what) {
    return n + ' ' + what + (n === 1 ? '' : 's');
}

/// What glass explain says of a word, in a window of its own; the link leads to the same text as a page.
export async function explain(of) {
    $('explain-word').textContent = of;
    $('explain-spec').textContent = '';
    $('explain-text').textContent = '…';
    if (!$('explain').open) $('explain').show();
    try {
        const answer = await fetch('explain/' + encodeURIComponent(of), {headers: {Accept: 'application/json'}});
        const term = await answer.json();
        $('explain-word').textContent = term.word ?? of;
        $('explain-spec').textContent = term.spec ?? '';
        $('explain-text').textContent = term.text ?? term.error;
    } catch {
        $('explain-text').textContent = 'The answer did not come. Is the server still there?';
    }
}
