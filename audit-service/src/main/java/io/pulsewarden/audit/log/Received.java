package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/**
 * A record of the topic.
 *
 * @param value exactly as received; empty where the record had none
 */
record Received(long offset, ByteString value) {}
