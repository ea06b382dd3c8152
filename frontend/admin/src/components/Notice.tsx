import tones from "@ferrocart/ui/tones.module.css";
import type { ReactNode } from "react";
import type { Tone } from "./Badge.tsx";
import styles from "./Notice.module.css";

interface NoticeProps {
  tone: Exclude<Tone, "neutral">;
  title?: string;
  children?: ReactNode;
}

export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${tones[tone]}`}>
      {title && <strong>{title}</strong>}
      {children && <div>{children}</div>}
    </div>
  );
}
