package io.pulsewarden.keys.erasure;

/** What is to be done. */
sealed interface Decision {

  /** The erasure is to stand like this. */
  record Become(Erasure next) implements Decision {}

  /** Nothing is done. */
  record Refuse(Refusal why) implements Decision {}
}
