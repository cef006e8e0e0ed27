package io.pulsewarden.telemetry.keys;

import java.util.concurrent.CompletionStage;

/** The way to tell key management what was forgotten. Thread-safe. */
public interface KeyConfirmations {

  /** Completes when key management has it; saying it twice does no harm. */
  CompletionStage<Void> confirm(Confirmation confirmation);
}
