package io.pulsewarden.telemetry.keys;

import java.util.UUID;

/** One key that is asked for. */
public sealed interface KeyRequest {

  Purpose purpose();

  /** The key to seal with now; made when the subject has none. */
  record Current(KeySubject subject, Purpose purpose) implements KeyRequest {}

  /** The key that something was sealed with, as its envelope's header says. */
  record ById(UUID subjectKeyId, Purpose purpose, int epoch) implements KeyRequest {}
}
