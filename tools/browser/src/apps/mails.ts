// The mails that a shop has sent to an emulator of SES, read as their recipients do.

import type { Page } from "playwright-core";
import type { Stage } from "./stage.js";

export interface Mail {
  subject: string;
  html: string;
}

/** A mail as the emulator describes it. */
interface Stored {
  To: string[];
  Subject: string;
  BodyHtml: string;
  Timestamp: number;
}

/** Returns the mails to an address, the latest last. */
export async function readMails(emulator: string, address: string): Promise<Mail[]> {
  const response = await fetch(`${emulator}/_ministack/ses/messages`);
  if (!response.ok) throw new Error(`the emulator does not show its mails: ${response.status}`);
  const { messages } = (await response.json()) as { messages: Record<string, Stored[]> };
  const own = Object.values(messages).flat().filter(({ To }) => To.includes(address));
  own.sort((one, other) => one.Timestamp - other.Timestamp);
  return own.map(({ Subject, BodyHtml }) => ({ subject: Subject, html: BodyHtml }));
}

/** Shows a mail. */
export async function openMail(page: Page, { html }: Mail): Promise<void> {
  // Under no policy of the shop.
  await page.goto("about:blank");
  await page.setContent(html);
}

/** The mailbox of a person. */
export class Mailbox {
  readonly #stage: Stage;
  readonly #address: string;

  constructor(stage: Stage, address: string) {
    this.#stage = stage;
    this.#address = address;
  }

  /** Returns the subjects of all mails, the latest last. */
  async subjects(): Promise<string[]> {
    return (await this.#stage.receive(this.#address)).map(({ subject }) => subject);
  }

  /** Returns the latest mail whose subject begins like this. */
  async latest(subject: string): Promise<Mail> {
    const mails = await this.#stage.receive(this.#address);
    const mail = mails.filter((it) => it.subject.startsWith(subject)).at(-1);
    if (!mail) throw new Error(`no mail "${subject}", but ${JSON.stringify(mails.map((it) => it.subject))}`);
    return mail;
  }

  /** Opens the latest mail with such a subject in a browser, and follows a link in it. Returns its target. */
  async follow(page: Page, subject: string, name: string): Promise<string> {
    await openMail(page, await this.latest(subject));
    const link = page.getByRole("link", { name, exact: true });
    const target = (await link.getAttribute("href")) ?? "";
    await link.click();
    await page.waitForURL(`${this.#stage.origin}/**`);
    return target;
  }
}
