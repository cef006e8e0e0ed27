package io.pulsewarden.keys.erasure;

import java.util.Locale;

/** Why something is not done about an erasure. */
enum Refusal {
  /** The organisation has no key of such a patient. */
  UNKNOWN_PATIENT(404, "the organisation has no such patient's keys"),
  /** The law, or somebody who speaks for it, wants the data kept. */
  LEGAL_HOLD(409, "a legal hold is in force"),
  /** One is under way or done. */
  ALREADY_REQUESTED(409, "an erasure was asked for already"),
  /** Nobody has asked for one, or it is past that. */
  NOT_REQUESTED(409, "there is no erasure to be confirmed"),
  /** Two people are needed. */
  SAME_PERSON(409, "who asked for it can't confirm it"),
  /** There is none, or the keys are gone. */
  NOT_PENDING(409, "there is no erasure that could still be called off");

  private final int status;
  private final String detail;

  Refusal(int status, String detail) {
    this.status = status;
    this.detail = detail;
  }

  int status() {
    return status;
  }

  String detail() {
    return detail;
  }

  /** Such as {@code legal-hold}. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
