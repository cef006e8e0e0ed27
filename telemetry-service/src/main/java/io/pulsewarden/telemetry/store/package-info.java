/**
 * From Kafka to PostgreSQL and back: sealed blocks, what is stored of each partition, and the
 * series that an Observation id leads to.
 */
@NullMarked
package io.pulsewarden.telemetry.store;

import org.jspecify.annotations.NullMarked;
