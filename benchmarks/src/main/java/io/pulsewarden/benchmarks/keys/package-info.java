/** How fast keys are handed out and wrapped anew, and how often that asks for a KEK. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.keys;
