// Where the time goes, as Chromium's profiler sees it: for whoever wants to know why a figure is what it is.

import type { CDPSession } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
}

interface Profile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

const folder = process.env.SPEED_PROFILE;

/** Does something; with SPEED_PROFILE, writes a profile of it into that folder, and what took the most of it. */
export async function profiled<T>(cdp: CDPSession, name: string, work: () => Promise<T>): Promise<T> {
  if (!folder) return work();
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: 250 });
  await cdp.send('Profiler.start');
  const before = await tells(cdp);
  const done = await work();
  const after = await tells(cdp);
  const { profile } = (await cdp.send('Profiler.stop')) as { profile: Profile };
  const spent = (what: string) => `${what.toLowerCase()} ${(after[`${what}Duration`] - before[`${what}Duration`]).toFixed(2)} s`;
  const counted = (what: string) => `${after[what] - before[what]} ${what}`;
  const whole = ['Task', 'Script', 'RecalcStyle', 'Layout'].map(spent).concat(['RecalcStyleCount', 'LayoutCount'].map(counted));
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  writeFileSync(join(folder, `${name}.txt`), `${whole.join(', ')}\n\n${listing(profile)}`);
  return done;
}

/** What Chromium tells of a page: how long its main thread was busy and with what, how many nodes it holds. */
export async function tells(cdp: CDPSession): Promise<Record<string, number>> {
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** The functions that took the most time themselves, in milliseconds. */
function listing({ nodes, samples, timeDeltas }: Profile): string {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.replace(/^.*\//, '')}:${lineNumber + 1}`,
    ]),
  );
  const spent = new Map<string, number>();
  samples.forEach((id, at) => {
    const name = names.get(id) ?? '';
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1_000);
  });
  const most = [...spent].sort((a, b) => b[1] - a[1]).slice(0, 40);
  return most.map(([name, ms]) => `${ms.toFixed(1).padStart(9)} ms  ${name}\n`).join('');
}
