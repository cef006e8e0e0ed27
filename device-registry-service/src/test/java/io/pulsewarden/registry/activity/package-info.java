@NullMarked
package io.pulsewarden.registry.activity;

import org.jspecify.annotations.NullMarked;
