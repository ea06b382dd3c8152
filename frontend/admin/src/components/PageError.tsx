import { useRouter } from "@tanstack/react-router";
import { Button } from "./Button.tsx";
import { ErrorNote } from "./ErrorNote.tsx";

/** What remains of a page whose code has failed, or could not be loaded. */
export function PageError({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <div>
      <ErrorNote error={error} />
      <Button onPress={() => void router.invalidate()}>Try again</Button>
    </div>
  );
}
