package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;

/**
 * What is committed.
 *
 * @param size leaves of the log
 * @param root over them
 * @param nextOffset of the topic's partition: the first that is not in the log
 */
record TreeHead(long size, ByteString root, long nextOffset) {}
