/**
 * Checks an audit log from outside: docs/formats/checkpoint.md and docs/formats/audit-leaf.md, read
 * anew. Shares no code with the server; the JDK is all it needs.
 */
@NullMarked
package io.pulsewarden.logverifier;

import org.jspecify.annotations.NullMarked;
