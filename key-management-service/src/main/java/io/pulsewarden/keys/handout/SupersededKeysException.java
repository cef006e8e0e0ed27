package io.pulsewarden.keys.handout;

import java.util.Set;
import java.util.UUID;

/** Keys were rotated, here or by another instance, since they were taken for the current ones. */
final class SupersededKeysException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Set<UUID> subjectKeyIds;

  SupersededKeysException(Set<UUID> subjectKeyIds) {
    super("keys were rotated meanwhile", null, false, false);
    this.subjectKeyIds = Set.copyOf(subjectKeyIds);
  }

  Set<UUID> subjectKeyIds() {
    return subjectKeyIds;
  }
}
