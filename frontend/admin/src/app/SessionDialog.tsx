import { useNavigate } from "@tanstack/react-router";
import { ModalDialog } from "../components/ModalDialog.tsx";
import { SignInForm } from "../pages/sign-in/SignInForm.tsx";

/** Asks for the password of an expired session. The page behind it keeps what is typed into it. */
export function SessionDialog({ userId }: { userId: string }) {
  const navigate = useNavigate();
  return (
    <ModalDialog title="Your session has ended" isOpen>
      <p>Sign in again to continue on this page.</p>
      <SignInForm onDone={(user) => user.id !== userId && navigate({ to: "/" })} />
    </ModalDialog>
  );
}
