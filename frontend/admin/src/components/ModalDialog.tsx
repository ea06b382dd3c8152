import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./Button.tsx";
import styles from "./ModalDialog.module.css";

interface ModalDialogProps {
  title: string;
  isOpen: boolean;
  /** Without it, the dialog cannot be closed by the user. */
  onClose?: () => void;
  size?: "normal" | "wide";
  /** Questions whose answer has consequences are alerts. */
  role?: "dialog" | "alertdialog";
  children: ReactNode;
}

export function ModalDialog({ title, isOpen, onClose, size = "normal", role = "dialog", children }: ModalDialogProps) {
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      isOpen={isOpen}
      isKeyboardDismissDisabled={!onClose}
      onOpenChange={(open) => !open && onClose?.()}
    >
      <Modal className={`${styles.modal} ${styles[size]}`}>
        <Dialog role={role} className={styles.dialog ?? ""}>
          <div className={styles.heading}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {onClose && (
              <Button variant="quiet" aria-label="Close" onPress={onClose}>
                ×
              </Button>
            )}
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
