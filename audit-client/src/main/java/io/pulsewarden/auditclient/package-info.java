/** How a service writes the audit log. */
@NullMarked
package io.pulsewarden.auditclient;

import org.jspecify.annotations.NullMarked;
