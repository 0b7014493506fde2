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
  const done = await work();
  const { profile } = (await cdp.send('Profiler.stop')) as { profile: Profile };
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  writeFileSync(join(folder, `${name}.txt`), listing(profile));
  return done;
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
