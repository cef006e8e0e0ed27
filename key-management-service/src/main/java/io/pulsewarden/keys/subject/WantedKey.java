package io.pulsewarden.keys.subject;

/**
 * Which of a subject's keys is wanted.
 *
 * @param permanent the first one, from which everything is derived that must stay the same however
 *     often the subject's key is rotated; else the one that seals now
 */
public record WantedKey(Subject subject, boolean permanent) {}
