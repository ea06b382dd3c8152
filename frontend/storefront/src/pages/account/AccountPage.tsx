import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useSession } from "../../app/services.tsx";
import { AccountNav } from "../../components/AccountNav.tsx";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { forgetOrderTokens } from "../../data/order-tokens.ts";
import { useUser } from "../../data/user.ts";
import { forgetDraft } from "../checkout/draft.ts";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { EmailForm } from "./EmailForm.tsx";
import { ExportData } from "./ExportData.tsx";
import { NameForm } from "./NameForm.tsx";
import { PasswordForm } from "./PasswordForm.tsx";

export function AccountPage() {
  return (
    <RequireUser>
      <AccountNav />
      <PageHeading>Your account</PageHeading>
      <Profile />
    </RequireUser>
  );
}

function Profile() {
  const user = useUser();
  return (
    <Loaded query={user}>
      {(data) => (
        <>
          <div className={form.actions}>
            <p>{data.email}</p>
            <LogOut />
          </div>
          <EmailForm user={data} />
          <NameForm user={data} />
          <PasswordForm email={data.email} />
          <ExportData />
          <DeleteAccount />
        </>
      )}
    </Loaded>
  );
}

function LogOut() {
  const session = useSession();
  const navigate = useNavigate();
  const logOut = useMutation({
    mutationFn: async () => {
      forgetDraft();
      forgetOrderTokens();
      // The catalogue needs no account, so nothing asks for a login.
      await navigate({ to: "/" });
      // Without a response this device has no session any more, either.
      await session.logOut().catch(() => undefined);
    },
  });
  return (
    <Button isBusy={logOut.isPending} onClick={() => logOut.mutate()}>
      Sign out
    </Button>
  );
}
