// The configuration of a stage, which is read at run time, so that one build serves every stage.

/** What `config.json` beside `index.html` contains. */
export interface Config {
  /** The base URL of the API; a path if it is on the same origin. */
  apiUrl: string;
  /** The publishable key of Stripe. The API returns it with each payment, too. */
  publishableKey?: string;
  /** The currency of the shop, such as `USD`. */
  currency: string;
  /** The name of the shop. */
  name: string;
  colors?: { accent?: string };
}

/** Reads the configuration of the app at `base`, such as `/admin/`. */
export async function loadConfig(base = "/"): Promise<Config> {
  const response = await fetch(`${base}config.json`, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${base}config.json: ${response.status}`);
  const config = parseConfig(await response.json());
  const { accent } = config.colors ?? {};
  // Through the DOM, because the content security policy forbids inline styles.
  if (accent !== undefined) document.documentElement.style.setProperty("--brand", accent);
  return config;
}

/** Checks the configuration. Throws an error that names the missing member. */
export function parseConfig(value: unknown): Config {
  const config = (typeof value === "object" ? value : null) as Partial<Config> | null;
  for (const name of ["apiUrl", "currency", "name"] as const) {
    if (typeof config?.[name] !== "string") throw new Error(`config.json has no ${name}`);
  }
  return config as Config;
}
