/**
 * Connections that somebody holds for longer than a statement: taken in time or not at all, ended
 * when they no longer answer, and locks that end with whoever falls silent.
 */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.borrowed;
