@org.jspecify.annotations.NullMarked
package io.pulsewarden.outage;
