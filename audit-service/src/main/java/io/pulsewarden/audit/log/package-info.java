/** From the topic to the log: order, duplicates, chains, commits, checkpoints. */
@NullMarked
package io.pulsewarden.audit.log;

import org.jspecify.annotations.NullMarked;
