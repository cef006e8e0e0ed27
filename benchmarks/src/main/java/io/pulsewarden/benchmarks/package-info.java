/**
 * Load scenarios and micro-benchmarks. Each is a {@link io.pulsewarden.benchmarks.Scenario} in a
 * package of its own, listed in {@link io.pulsewarden.benchmarks.Main}; it measures a baseline in
 * the same run, because machines are noisy and figures from two runs do not compare.
 */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks;
