// What a session calls its device.

const BROWSERS = [
  ["Edge", /Edg\//],
  ["Firefox", /Firefox\//],
  ["Chrome", /Chrome\//],
  ["Safari", /Safari\//],
] as const;

const SYSTEMS = [
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
] as const;

/** Returns the browser and system of a `User-Agent`, such as `Firefox on Linux`. */
export function deviceName(agent: string | null): string {
  if (agent === null) return "Unknown device";
  const [browser, system] = [BROWSERS, SYSTEMS].map((list) => list.find(([, pattern]) => pattern.test(agent))?.[0]);
  if (!browser) return agent.split(" ")[0] ?? agent;
  return system ? `${browser} on ${system}` : browser;
}
