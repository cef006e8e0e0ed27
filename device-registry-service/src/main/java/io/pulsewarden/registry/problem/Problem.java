package io.pulsewarden.registry.problem;

import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457) before it is rendered.
 *
 * @param code stable name, last part of the type URI
 * @param status HTTP status
 * @param title what kind of problem it is
 * @param detail what was wrong this time, for people
 * @param field the field or parameter it is about
 */
public record Problem(
    String code, int status, String title, @Nullable String detail, @Nullable String field) {}
