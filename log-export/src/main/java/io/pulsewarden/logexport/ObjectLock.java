package io.pulsewarden.logexport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * How long nobody can delete or change what is added, the bucket's owner included.
 *
 * @param mode none: whoever may write to the bucket can change the copy
 * @param retention from when an object is added
 */
record ObjectLock(Mode mode, Duration retention, Clock clock) {

  /** S3's modes; GOVERNANCE can be lifted by who has a right for that, COMPLIANCE by nobody. */
  enum Mode {
    COMPLIANCE,
    GOVERNANCE,
    NONE
  }

  ObjectLock {
    if (mode != Mode.NONE && retention.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException("objects are locked for a day at least");
    }
  }

  boolean isOn() {
    return mode != Mode.NONE;
  }

  PutObjectRequest.Builder on(PutObjectRequest.Builder put) {
    if (mode == Mode.NONE) {
      return put;
    }
    Instant until = clock.instant().plus(retention).truncatedTo(ChronoUnit.SECONDS);
    return put.objectLockMode(ObjectLockMode.valueOf(mode.name())).objectLockRetainUntilDate(until);
  }
}
