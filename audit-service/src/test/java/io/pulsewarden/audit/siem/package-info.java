/** Tests. */
@NullMarked
package io.pulsewarden.audit.siem;

import org.jspecify.annotations.NullMarked;
