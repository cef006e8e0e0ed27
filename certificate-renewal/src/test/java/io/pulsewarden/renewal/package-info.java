@org.jspecify.annotations.NullMarked
package io.pulsewarden.renewal;
