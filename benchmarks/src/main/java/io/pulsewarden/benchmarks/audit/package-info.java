/** The audit log: from Kafka to a checkpoint, proofs, verifier. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.audit;
