/** What leaves by Kafka: the outbox's relay, and the audit events of this service. */
@NullMarked
package io.pulsewarden.keys.outbound;

import org.jspecify.annotations.NullMarked;
