// What watches the page from within. Instants are of the page's own clock, which the browser's events show, too.

import type { Page } from '@playwright/test';

/** From one instant to the other, in milliseconds. */
export interface Sample {
  /** From the event, as the browser stamped it, until the frame that shows what it led to was painted. */
  whole: number;
  /** What of it was not waiting: neither for the screen's next frame nor for the server. */
  work: number;
}

export interface Watch {
  keys: Sample[];
  enters: Sample[];
  /** Long tasks, each with how long it was. */
  long: number[];
  memory?: WebAssembly.Memory;
  /** The next click leads to a room: promises when that room's newest message stands at the end of the screen. */
  awaits(room: string, newest: string): void;
  arrival?: Promise<Sample>;
}

declare global {
  interface Window {
    watch: Watch;
  }
}

/** Watches every page that is opened here from now on. */
export async function watches(page: Page): Promise<void> {
  await page.addInitScript(watch);
}

// Runs in the page, so it may use nothing from around it.
function watch(): void {
  // A frame is painted when the task that began with its first callback is over: script, style, layout and paint are
  // one task, and what is posted within it comes right after. What the compositor and the screen take is not in it.
  const frame = (done: (began: number, painted: number) => void) =>
    requestAnimationFrame(() => {
      const began = performance.now();
      soon((painted) => done(began, painted));
    });
  const soon = (run: (now: number) => void) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => run(performance.now());
    channel.port2.postMessage(0);
  };
  const held: Watch = { keys: [], enters: [], long: [], awaits };
  window.watch = held;

  // A key: from its event to the first frame after the text changed. Its work is what its listeners did, with what
  // they had done right afterwards, and the making of that frame.
  let pressed: { stamp: number; heard: number } | undefined;
  addEventListener(
    'keydown',
    (event) => {
      pressed = { stamp: event.timeStamp, heard: performance.now() };
    },
    true,
  );
  addEventListener(
    'input',
    () => {
      const key = pressed;
      pressed = undefined;
      if (!key) return;
      // The last listener of all: what the others had done right afterwards is done by then. What is posted would come
      // too late, since Chromium makes the frame before it does anything else.
      let handled = key.heard;
      addEventListener('input', () => (handled = performance.now()), { once: true });
      frame((began, painted) => {
        held.keys.push({ whole: painted - key.stamp, work: handled - key.heard + (painted - began) });
      });
    },
    true,
  );

  // Enter: to the first frame after a row of one's own came into the document.
  const isOwn = (node: Node) =>
    node instanceof Element && (node.matches('article.mine') || node.querySelector('article.mine') !== null);
  new MutationObserver((changes) => {
    const key = pressed;
    if (!key || !changes.some((change) => [...change.addedNodes].some(isOwn))) return;
    pressed = undefined;
    const handled = performance.now();
    frame((began, painted) => {
      held.enters.push({ whole: painted - key.stamp, work: handled - key.heard + (painted - began) });
    });
  }).observe(document, { childList: true, subtree: true });

  new PerformanceObserver((list) => held.long.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: 'longtask',
  });

  // A room: from the click to the first frame that has its newest message at the end of what is in sight.
  function awaits(room: string, newest: string): void {
    const isThere = () => {
      const log = document.querySelector(`.timeline[data-room="${room}"]`);
      const last = [...(log?.querySelectorAll('article') ?? [])].at(-1);
      const below = log ? log.scrollHeight - log.scrollTop - log.clientHeight : Infinity;
      return below < 2 && last?.querySelector('.prose')?.textContent === newest;
    };
    performance.clearResourceTimings();
    held.arrival = new Promise((resolve) => {
      const begins = (event: Event) => {
        const look = () =>
          requestAnimationFrame(() => {
            // Seen as the frame begins: what comes later in it is counted with the next one, never too early.
            const is = isThere();
            soon((painted) => {
              if (!is) return look();
              const asked = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
              const answer = asked.find(({ name }) => name.includes('/api/room_page'));
              const whole = painted - event.timeStamp;
              resolve({ whole, work: whole - (answer ? answer.responseEnd - answer.startTime : 0) });
            });
          });
        look();
      };
      addEventListener('click', begins, { capture: true, once: true });
    });
  }

  // The memory of the page's program.
  const instantiate = WebAssembly.instantiate as (...of: unknown[]) => Promise<WebAssembly.WebAssemblyInstantiatedSource>;
  const streaming = WebAssembly.instantiateStreaming;
  const keep = (made: WebAssembly.WebAssemblyInstantiatedSource) => {
    // A module that was compiled before gives its instance alone; the page's own is never made so.
    held.memory ??= made.instance?.exports.memory as WebAssembly.Memory | undefined;
    return made;
  };
  WebAssembly.instantiate = (async (...of: unknown[]) => keep(await instantiate(...of))) as typeof WebAssembly.instantiate;
  WebAssembly.instantiateStreaming = async (...of) => keep(await streaming(...of));
}
