package io.pulsewarden.registry.est;

import java.security.cert.X509Certificate;

/** What became of an enrolment. */
sealed interface EnrolmentOutcome {

  /** Recorded, and on its way to those who admit devices. */
  record Enrolled(X509Certificate certificate) implements EnrolmentOutcome {}

  /** A person has to approve it first (RFC 7030, section 4.2.3). */
  record Pending() implements EnrolmentOutcome {}

  /** Nothing changed but counters and the audit log. */
  record Refused(Refusal refusal) implements EnrolmentOutcome {}
}
