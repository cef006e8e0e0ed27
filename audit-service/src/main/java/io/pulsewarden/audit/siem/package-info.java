/** The log as events for a SIEM: OCSF over HTTPS or syslog over TLS. */
@NullMarked
package io.pulsewarden.audit.siem;

import org.jspecify.annotations.NullMarked;
