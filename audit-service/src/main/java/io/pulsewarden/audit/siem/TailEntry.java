package io.pulsewarden.audit.siem;

import com.google.protobuf.ByteString;

/** An entry as the log has it. */
record TailEntry(long index, ByteString value) {}
