/* Goes into each page before the page's own scripts: keeps the history that a
 * test is too slow to see, and answers what tests ask. Frames have none. */
if (self === top) self.probe = (() => {
    const one = selector => document.querySelector(selector);
    const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

    /* ---- The history ---- */

    const states = [];          /* what data-state has been */
    const shown = new Set();    /* what #root has shown */
    let frames = 0;             /* the most iframes at one time */
    const note = state => {
        if (state && state !== states.at(-1))
            states.push(state);
    };
    new MutationObserver(records => {
        for (const r of records) {
            if (r.type === 'attributes' && r.target.id === 'state')
                note(r.oldValue);
            if (r.type !== 'childList' || r.target.id !== 'root')
                continue;
            shown.add(r.target.textContent);    /* a long text in two nodes */
            r.addedNodes.forEach(node => shown.add(node.textContent));
        }
        note(one('#state')?.dataset.state);
        frames = Math.max(frames, all('iframe').length);
    }).observe(document, {
        subtree: true, childList: true,
        attributeFilter: ['data-state'], attributeOldValue: true,
    });

    let gap = 0;                /* the longest that a 10 ms timer was late */
    function watch() {
        gap = 0;
        let last = performance.now();
        (function tick() {
            gap = Math.max(gap, performance.now() - last - 10);
            last = performance.now();
            setTimeout(tick, 10);
        })();
    }

    /* ---- Messages ---- */

    const log = () => [...one('#log').children].map(entry => entry.textContent);

    /* The numbers of the log's messages NAME#1; NAME#2; ... newest first. */
    const numbers = name => log()
        .map(text => text.match(new RegExp(`${name}#(\\d+);`))?.[1])
        .filter(Boolean).join();

    const labelled = name => all('input, textarea').filter(field =>
        [...field.labels].some(l => l.textContent.trim() === name));
    const field = () => labelled('Message')[0];
    const button = () => field().form.querySelector(
        'button:not([type=button], [type=reset]), input[type=submit]');

    /* ---- What can be seen ---- */

    const rects = node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects().length;
    };
    function texts() {
        const found = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, element = node.parentElement;
            if (node.data.trim() && rects(node) && element.checkVisibility({
                visibilityProperty: true, opacityProperty: true }))
                found.push({ element, text: node.data.trim() });
        }
        return found;
    }

    /* What the page says of itself that it did not say at remember(). */
    const live = '#root, #log, #state, #requests, #messages, '
        + '#sent, #received, #sent-size, #received-size, #trip, table';
    const words = () => texts().filter(t => !t.element.closest(live)).map(t => t.text);
    let known = [];
    const remember = () => { known = words(); };
    const news = () => words().filter(text => !known.includes(text)).join(' ');

    /* ---- Contrast, WCAG 2.2 ---- */

    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    function rgba(colour) {     /* any CSS colour */
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].map(v => v / 255);
    }
    const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
    function background(element) {
        if (!element) {
            const probe = document.createElement('div');
            probe.style.background = 'Canvas';
            document.documentElement.append(probe);
            const colour = getComputedStyle(probe).backgroundColor;
            probe.remove();
            return rgba(colour);
        }
        return over(rgba(getComputedStyle(element).backgroundColor),
            background(element.parentElement));
    }
    function luminance(colour) {
        const [r, g, b] = colour.map(v =>
            v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    function ratio(element, style) {
        const colour = rgba(style.color), below = background(element);
        for (let e = element; e; e = e.parentElement)
            colour[3] *= getComputedStyle(e).opacity;
        const [a, b] = [over(colour, below), below].map(luminance);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }
    /* The visible texts with too little of it. */
    function pale() {
        const found = texts().map(t => [t.text, ratio(t.element, getComputedStyle(t.element))]);
        for (const e of all('input, textarea')) {
            found.push([`in the field: ${e.value}`, ratio(e, getComputedStyle(e))]);
            if (e.placeholder)
                found.push([e.placeholder, ratio(e, getComputedStyle(e, '::placeholder'))]);
        }
        return found.filter(([, r]) => r < 4.5)
            .map(([text, r]) => `${r.toFixed(2)} "${text.slice(0, 40)}"`).join('; ');
    }

    /* The elements that stick out to the right, or hold more than they are
     * wide; a text field may. */
    const wide = () => all('body *').filter(e => !e.closest('svg, input')
        && (e.getBoundingClientRect().right > innerWidth + 0.5
            || (e.scrollWidth > e.clientWidth + 1
                && getComputedStyle(e).overflowX !== 'visible')))
        .map(e => `${e.tagName}#${e.id}`).slice(0, 5).join();

    /* Where a failed test was. */
    const where = () => `${location} state ${states} root ${one('#root')?.textContent.slice(0, 60)} `
        + `requests ${one('#requests')?.textContent} messages ${one('#messages')?.textContent} `
        + `frames ${all('iframe').length} log ${log().slice(0, 8).join(' | ').slice(0, 300)}`;

    return { one, all, log, numbers, labelled, field, button, watch, remember, news, pale, wide, where,
        shown: text => shown.has(text), frames: () => frames, gap: () => Math.round(gap),
        states: () => states.join(), state: () => one('#state').dataset.state,
        well: () => ['open', 'waiting'].includes(one('#state').dataset.state) };
})();
