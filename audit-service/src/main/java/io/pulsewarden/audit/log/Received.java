package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/**
 * A record of the topic.
 *
 * @param appendedAtMs when the broker took it; {@link #NO_TIME} where the topic has the writers'
 *     times, which prove nothing
 * @param value exactly as received; empty where the record had none
 */
record Received(long offset, long appendedAtMs, ByteString value) {

  static final long NO_TIME = -1;

  boolean hasTime() {
    return appendedAtMs != NO_TIME;
  }
}
