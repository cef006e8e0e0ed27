/** Whether a failure says that a server which is needed is away. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.outage;
