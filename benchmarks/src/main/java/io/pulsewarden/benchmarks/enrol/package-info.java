/** What enrolment, its answers about certificates, and revocation cost. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.enrol;
