package io.pulsewarden.audit.checkpoint;

/**
 * A tree head whose signature was checked.
 *
 * @param root 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
public record SignedCheckpoint(long size, byte[] root) {}
