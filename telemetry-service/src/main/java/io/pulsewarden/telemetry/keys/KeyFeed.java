package io.pulsewarden.telemetry.keys;

/** What is heard of changes to keys. */
interface KeyFeed {

  /** Whether a destroyed key would have been heard of: only then may keys in hand be used. */
  boolean fresh();
}
