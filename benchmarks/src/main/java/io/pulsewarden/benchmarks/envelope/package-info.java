/** How fast envelopes are sealed and opened, and what that allocates, beside the bare cipher. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.envelope;
