package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/** Names a producer's chain. */
record ChainId(String service, ByteString incarnation) {}
