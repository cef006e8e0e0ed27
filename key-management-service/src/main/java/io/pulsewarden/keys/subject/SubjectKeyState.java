package io.pulsewarden.keys.subject;

/** Life of a subject key. */
public enum SubjectKeyState {
  /** Seals and opens. */
  ACTIVE,
  /** Opens only; a newer version seals. */
  ROTATING,
  /** Its bytes are gone for ever. */
  DESTROYED
}
