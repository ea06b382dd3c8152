import tones from "@ferrocart/ui/tones.module.css";
import type { ReactNode } from "react";
import styles from "./Badge.module.css";

export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={`${styles.badge} ${tones[tone]} ${tone === "neutral" ? styles.outlined : ""}`}>{children}</span>
  );
}
