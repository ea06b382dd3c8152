import tones from "@ferrocart/ui/tones.module.css";
import type { ReactNode } from "react";
import styles from "./Notice.module.css";

interface NoticeProps {
  kind?: "info" | "success" | "warning" | "danger";
  /** Whether screen readers announce it when it appears. */
  isAnnounced?: boolean;
  children: ReactNode;
}

/** A message in a box. */
export function Notice({ kind = "info", isAnnounced = false, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${tones[kind]}`} {...(isAnnounced && { role: "status" })}>
      {children}
    </div>
  );
}
