/**
 * The index follows from the log: built anew from it while it is searched, and compared with it.
 */
@NullMarked
package io.pulsewarden.audit.index;

import org.jspecify.annotations.NullMarked;
