/** From a row in PostgreSQL to an acknowledged Kafka record, in order. */
@NullMarked
package io.pulsewarden.outbox;

import org.jspecify.annotations.NullMarked;
