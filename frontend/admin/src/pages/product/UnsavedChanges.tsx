import { useBlocker } from "@tanstack/react-router";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";

/** Asks before a page with unsaved changes is left. */
export function UnsavedChanges({ isChanged }: { isChanged: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  if (status !== "blocked") return null;
  return (
    <ModalDialog title="Leave without saving?" role="alertdialog" isOpen onClose={reset}>
      <p>Your changes are not saved yet, and would be lost.</p>
      <DialogButtons>
        <Button onPress={reset}>Stay on this page</Button>
        <Button variant="danger" onPress={proceed}>
          Leave without saving
        </Button>
      </DialogButtons>
    </ModalDialog>
  );
}
