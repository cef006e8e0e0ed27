/** What the MQTT endpoint and the way behind it do: acknowledged, stored and readable, idle. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.benchmarks.intake;
