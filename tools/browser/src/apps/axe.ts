// Checks pages with axe, in both colour schemes.

import axe from "axe-core";
import type { Page } from "playwright-core";

const SCHEMES = ["light", "dark"] as const;

/** Waits until a page shows its data. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.getByText("Loading …").first().waitFor({ state: "hidden" });
}

/** Announcements of React Aria remain for seconds after they were read, also if the button is gone to whose text they refer. */
const CONTEXT = JSON.stringify({ exclude: "[data-live-announcer]" });

/** Throws if axe finds a violation on the page as it is now. `state` names it in the error. */
export async function assertAccessible(page: Page, state: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    // Without transitions, in which colours are between two states.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The policy of the page permits no script of axe; this call is not subject to it.
    await page.evaluate(`window.axe ?? (() => { ${axe.source} })()`);
    const { violations } = (await page.evaluate(`axe.run(${CONTEXT}, { resultTypes: ['violations'] })`)) as axe.AxeResults;
    if (violations.length === 0) continue;
    const findings = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(shown).join("\n  ")}`);
    throw new Error(`${state}, ${colorScheme}:\n${findings.join("\n")}`);
  }
}

function shown({ html, failureSummary }: axe.NodeResult): string {
  return `${html.slice(0, 300)}\n    ${failureSummary?.replaceAll("\n", "\n    ")}`;
}
