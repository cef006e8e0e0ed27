package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.BaseKey;

/** What became of one request for a key. */
public sealed interface KeyAnswer {

  /** The key, a copy of the receiver's own: close it after use. */
  record Available(BaseKey baseKey) implements KeyAnswer {}

  /** Destroyed for ever, with its subject's erasure. */
  record Erased() implements KeyAnswer {}

  /** No such subject key was ever made. */
  record Unknown() implements KeyAnswer {}

  /** Not for this service, this purpose or this epoch. */
  record Denied() implements KeyAnswer {}

  /** There, but it does not open: changed, or its KEK version is gone. Others are not affected. */
  record Unusable() implements KeyAnswer {}
}
