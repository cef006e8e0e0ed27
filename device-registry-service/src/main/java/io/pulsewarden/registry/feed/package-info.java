/** How changes reach the others: device states, issuers, heartbeats and audit events. */
@NullMarked
package io.pulsewarden.registry.feed;

import org.jspecify.annotations.NullMarked;
