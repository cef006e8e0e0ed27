/** How this service connects to its database. */
@org.jspecify.annotations.NullMarked
package io.pulsewarden.keys.connection;
