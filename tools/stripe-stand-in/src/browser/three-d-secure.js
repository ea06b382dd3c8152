// The page of the buyer's bank, on which the buyer authenticates or fails to.

import { connect, intentOf } from "./channel.js";

const buttons = [...document.querySelectorAll("button")];
const { context, send } = await connect({ fail: () => decide("failed") });

/** Reports the decision to the bank. An intent that waits for none any more has been cancelled or paid otherwise. */
async function decide(outcome) {
  for (const button of buttons) button.disabled = true;
  const path = `/_stand-in/payment_intents/${intentOf(context.clientSecret)}/authenticate`;
  try {
    await fetch(path, { method: "POST", body: JSON.stringify({ outcome }) });
    send("decided");
  } catch {
    for (const button of buttons) button.disabled = false;
    document.querySelector(".error").textContent = "The stand-in does not respond.";
  }
}

document.getElementById("complete").addEventListener("click", () => decide("succeeded"));
document.getElementById("fail").addEventListener("click", () => decide("failed"));
// The dialog around this page closes on Escape only while the focus is outside of it.
addEventListener("keydown", ({ key }) => key === "Escape" && decide("failed"));
buttons[0].focus();
