// The time where somebody is, in `data-zone`, as midnight and noon are written in `data-am` and `data-pm`. Where it is
// another than the reader's, by how much, in `data-ahead` or `data-behind`. Of a zone that the browser does not know
// nothing is said.
const MINUTE = 60_000;

/** What a clock there shows, in minutes since 1970; without a zone, that of the browser. */
const clock = (at, timeZone) => {
  const all = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' };
  const shown = new Intl.DateTimeFormat('en-u-ca-gregory', { ...all, hourCycle: 'h23', timeZone }).formatToParts(at);
  const [year, month, day, hour, minute] = Object.keys(all).map((type) => Number(shown.find((one) => one.type === type).value));
  return Date.UTC(year, month - 1, day, hour, minute) / MINUTE;
};

const span = (count, unit) => new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit }).format(count);

const tell = (at, { zone, am, pm, ahead, behind }) => {
  const there = clock(at, zone);
  const [hour, minute] = [Math.floor(there / 60) % 24, there % 60];
  const time = (hour < 12 ? am : pm).replace('12:00', `${((hour + 11) % 12) + 1}:${String(minute).padStart(2, '0')}`);
  const minutes = there - clock(at);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const parts = [hours && span(hours, 'hour'), rest && span(rest, 'minute')].filter(Boolean);
  return minutes ? `${time} · ${(minutes > 0 ? ahead : behind).replace('{}', parts.join(' '))}` : time;
};

customElements.define('local-time', class extends HTMLElement {
  static observedAttributes = ['data-zone', 'data-ahead'];

  connectedCallback() {
    const now = Date.now();
    try {
      this.textContent = tell(now, this.dataset);
    } catch {
      this.textContent = '';
    }
    clearTimeout(this.next);
    this.next = setTimeout(() => this.connectedCallback(), MINUTE - (now % MINUTE));
  }

  disconnectedCallback() {
    clearTimeout(this.next);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback();
  }
});
