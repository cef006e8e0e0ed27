@NullMarked
package io.pulsewarden.registry.firstenrolment;

import org.jspecify.annotations.NullMarked;
