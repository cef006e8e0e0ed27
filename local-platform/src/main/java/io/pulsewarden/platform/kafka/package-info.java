/** One Kafka broker over mTLS, with topics and rights from the contracts. */
@NullMarked
package io.pulsewarden.platform.kafka;

import org.jspecify.annotations.NullMarked;
