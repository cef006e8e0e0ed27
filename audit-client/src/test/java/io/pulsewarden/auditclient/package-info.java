/** Tests of the audit client. */
@NullMarked
package io.pulsewarden.auditclient;

import org.jspecify.annotations.NullMarked;
