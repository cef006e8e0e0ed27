package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/**
 * A record's place in its chain.
 *
 * @param hash SHA-256 over the record's value, which the next record names
 */
record ChainLink(long sequence, ByteString hash) {}
