/** Reading the store of vitals, and what a reading takes in it. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.read;
