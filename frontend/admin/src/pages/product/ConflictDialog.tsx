import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { changedParts, type Part, withParts } from "./changes.ts";
import styles from "./conflict.module.css";
import type { ProductDraft } from "./draft.ts";
import type { Conflict } from "./use-editor.ts";

interface ConflictDialogProps {
  conflict: Conflict;
  mine: ProductDraft;
  currency: string;
  onResolve: (chosen: ProductDraft) => void;
  onDiscard: () => void;
  onClose: () => void;
}

type Choice = "theirs" | "mine";

/** Shows both versions of each part that differs. The user chooses one of them. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { conflict, mine, currency, onResolve, onDiscard, onClose } = props;
  const { base, theirs } = conflict;
  const differing = changedParts(theirs, mine, currency);
  const changedByMe = changedParts(base, mine, currency);
  const changedByThem = changedParts(base, theirs, currency);
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const choiceOf = (part: Part): Choice => choices[part.id] ?? (changedByMe.includes(part) ? "mine" : "theirs");

  return (
    <ModalDialog title="Changed by another administrator" size="wide" isOpen onClose={onClose}>
      <p>
        The product was edited after you had opened it. Choose for each difference what to save. Nothing is saved until
        you do.
      </p>
      <div className={styles.parts}>
        {differing.map((part) => (
          <RadioGroup
            key={part.id}
            className={styles.part ?? ""}
            aria-label={part.label}
            value={choiceOf(part)}
            onChange={(choice) => setChoices({ ...choices, [part.id]: choice as Choice })}
          >
            <h3>{part.label}</h3>
            <p className={styles.before}>
              When you opened it: <Text text={part.show(base)} />
            </p>
            <Version
              value="theirs"
              label={changedByThem.includes(part) ? "Now in the shop" : "Unchanged in the shop"}
              text={part.show(theirs)}
            />
            <Version
              value="mine"
              label={changedByMe.includes(part) ? "Yours" : "As you have opened it"}
              text={part.show(mine)}
            />
          </RadioGroup>
        ))}
        {differing.length === 0 && <p>Both versions are the same by now.</p>}
      </div>
      <DialogButtons>
        <Button onPress={onClose}>Continue to edit</Button>
        <Button variant="danger" onPress={onDiscard}>
          Discard all my changes
        </Button>
        <Button
          variant="primary"
          onPress={() =>
            onResolve(
              withParts(
                theirs,
                mine,
                differing.filter((part) => choiceOf(part) === "mine"),
              ),
            )
          }
        >
          Save the chosen versions
        </Button>
      </DialogButtons>
    </ModalDialog>
  );
}

function Version({ value, label, text }: { value: Choice; label: string; text: string }) {
  return (
    <Radio value={value} className={styles.version ?? ""}>
      <span className={styles.label}>{label}</span>
      <Text text={text} />
    </Radio>
  );
}

function Text({ text }: { text: string }) {
  return <span className={styles.text}>{text || "(empty)"}</span>;
}
