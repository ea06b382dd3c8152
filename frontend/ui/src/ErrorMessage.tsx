import { type OwnSentences, sentence } from "./problems.ts";

interface ErrorMessageProps {
  error: unknown;
  /** With a currency the sentence contains amounts. */
  currency?: string | undefined;
  /** Sentences instead of the general ones. */
  own?: OwnSentences | undefined;
  className?: string | undefined;
}

/** What has failed, in a sentence that screen readers announce. */
export function ErrorMessage({ error, currency, own, className }: ErrorMessageProps) {
  return (
    <p role="alert" className={className}>
      {sentence(error, currency, own)}
    </p>
  );
}
