/** How long entries are kept, and what is signed when they need not be kept any more. */
@NullMarked
package io.pulsewarden.audit.retention;

import org.jspecify.annotations.NullMarked;
