import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { useFragmentToken } from "../../data/fragment-token.ts";
import { MissingToken } from "./MissingToken.tsx";

interface ActionProps {
  explanation: string;
  button: string;
  action: (token: string) => Promise<unknown>;
  /** What follows from the action. */
  done: ReactNode;
}

/** What a link in a mail does, after a click: programs that check mails open links, too. */
export function LinkAction({ title, ...action }: ActionProps & { title: string }) {
  const token = useFragmentToken();
  return (
    <>
      <PageHeading>{title}</PageHeading>
      {token === undefined ? <MissingToken /> : <Action key={token} token={token} {...action} />}
    </>
  );
}

function Action({ token, explanation, button, action, done }: ActionProps & { token: string }) {
  const act = useMutation({ mutationFn: action });
  if (act.isSuccess) {
    return (
      <Notice kind="success" isAnnounced>
        {done}
      </Notice>
    );
  }
  return (
    <>
      <p>{explanation}</p>
      {act.isError && (
        <Notice kind="danger">
          <ErrorMessage error={act.error} />
        </Notice>
      )}
      <Button kind="primary" isBusy={act.isPending} onClick={() => act.mutate(token)}>
        {button}
      </Button>
    </>
  );
}
